"""The public page of the reglement (javawest 10.2, werkid 17.2): no login, no cookie, the same for everyone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.internal import ratelimit
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from access.decorators import open_page
from bureaus.models import Reglement
from overviews import public_reglement as public
from overviews.reglement_texts import cards

RATES = {"page": "240/m/ip", "paper": "120/m/ip"}
# What changes does so on a day: five minutes late harms nobody.
KEPT = "public, max-age=300"
View = Callable[..., HttpResponse]


def _shared(action: str) -> Callable[[View], View]:
    """For everyone at the bureau's address, at most so often from one address."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if getattr(request, "bureau", None) is None:
                raise Http404
            if not ratelimit.consume(request, app="reglement", action=action, config=RATES, limit_get=True):
                too_often: HttpResponse = ratelimit.respond_429(request)
                return too_often
            return view(request, *args, **kwargs)

        return wrapped

    return decorate


@require_safe
@open_page
@_shared("page")
def reglement(request: HttpRequest) -> HttpResponse:
    return _page(request, public.now(inside=_is_inside(request)))


@require_safe
@open_page
@_shared("page")
def version(request: HttpRequest, number: int) -> HttpResponse:
    return _page(request, public.one(number, inside=_is_inside(request)))


@require_safe
@open_page
@_shared("paper")
def paper(request: HttpRequest, number: int) -> HttpResponse:
    found = public.one(number, inside=_is_inside(request))
    name = f"privacyreglement-versie-{found.version}.pdf"
    headers = {
        "Content-Disposition": content_disposition_header(False, name) or "inline",
        "X-Content-Type-Options": "nosniff",
    }
    if not request.user.is_authenticated:
        headers["Cache-Control"] = KEPT
    return HttpResponse(public.paper(found), content_type="application/pdf", headers=headers)


def _is_inside(request: HttpRequest) -> bool:
    """Who was given it reads it, also where it is not for everyone."""
    return bool(request.user.is_authenticated)


def _page(request: HttpRequest, found: Reglement) -> HttpResponse:
    now = public.now(inside=_is_inside(request))
    context = {
        "version": found, "now": now, "cards": cards(found.rules), "older": public.versions(),
        "rule": now.rules.handout,
    }  # fmt: skip
    answer = render(request, "overviews/reglement/public.html", context)
    if not request.user.is_authenticated:  # whose page bears the seconds of a session
        answer.headers["Cache-Control"] = KEPT
    return answer
