"""Pages that belong to no app: the door, the bureau's colour and logo, a form that came without its token."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from access.decorators import ask_to_log_in, open_page
from access.models import Membership
from bureaus import logos
from bureaus.colour import NEUTRAL
from bureaus.models import Bureau

# What the demo's front door shows; the accounts themselves are made by demo/people/accounts.py.
DEMO_ACCOUNTS = (
    ("Coach", "coach"),
    ("Tweede coach", "coach2"),
    ("Directie", "directie"),
    ("Tweede directie", "directie2"),
    ("Administratie", "administratie"),
    ("Functionaris gegevensbescherming", "fg"),
    ("Cliënt", "client"),
    ("Opdrachtgever", "opdrachtgever"),
)


@open_page
def home(request: HttpRequest) -> HttpResponse:
    """Each to their own first page; nobody in particular to the login page, or to the demo's front door."""
    bare = request.bureau is None  # type: ignore[attr-defined]
    if not request.user.is_authenticated:
        return _front_door(request) if bare and settings.DEMO and settings.DEBUG else ask_to_log_in(request)
    if bare:
        return redirect("platform:bureaus")
    return redirect(first_page(request.membership))  # type: ignore[attr-defined]


def first_page(member: Membership) -> str:
    """The path of the page where this member starts."""
    if member.is_client_member:
        return reverse("portal:home")
    if member.is_opdrachtgever_member:
        return reverse("portal:trajecten")
    return reverse("overviews:worklist")


def _front_door(request: HttpRequest) -> HttpResponse:
    port = f":{request.get_port()}" if request.get_port() not in ("80", "443") else ""
    rows = [(bureau, f"{request.scheme}://{bureau.host}{port}/") for bureau in Bureau.objects.order_by("legal_name")]
    return render(request, "config/front_door.html", {"bureaus": rows, "accounts": DEMO_ACCOUNTS})


@open_page
def bureau_css(request: HttpRequest) -> HttpResponse:
    """The bureau's colour as a style sheet: the content security policy allows no inline style."""
    bureau = request.bureau  # type: ignore[attr-defined]
    colour = bureau.colour if bureau else NEUTRAL
    response = render(request, "bureau.css", {"colour": colour}, content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "private, max-age=300"
    return response


@require_safe
@open_page
def bureau_logo(request: HttpRequest) -> HttpResponse:
    """The bureau's logo, for everyone; a browser that has this one already is told so."""
    bureau = request.bureau  # type: ignore[attr-defined]
    if not bureau or not bureau.logo:
        raise Http404
    etag = f'"{bureau.logo_version}"'
    answer: HttpResponse = get_conditional_response(request, etag=etag) or _logo(bureau)
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = "private, max-age=300"
    return answer


def _logo(bureau: Bureau) -> HttpResponse:
    content = logos.read(bureau.logo)
    if content is None:
        raise Http404
    safe = {"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="image/png", headers=safe)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Explain what to do, so that nobody loses what they typed."""
    return render(request, "403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001
    """The same page for what does not exist and what is out of reach."""
    return render(request, "404.html", status=404)
