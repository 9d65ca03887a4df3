"""The days of one's requests in one's own calendar: a secret address, made and taken back, and what it gives."""

from __future__ import annotations

from typing import Any

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from access.actions import calendars
from access.checks import member_of
from access.decorators import fresh, open_page, staff_page
from access.middleware import origin_of
from access.reach import database_now
from access.urlbase import base_url
from bureaus.models import Bureau
from bureaus.tenancy import has_context
from requests import calendar_feed, clocks

HELD = "private, no-store"


@require_safe
@staff_page(*calendars.FOR)
def mine(request: HttpRequest) -> HttpResponse:
    """Whether there is an address, and when a calendar last came by."""
    return _page(request)


@require_POST
@staff_page(*calendars.FOR)
@fresh
def make(request: HttpRequest) -> HttpResponse:
    """A new address, on the page that answers and on no other."""
    link = calendars.make_link(by=member_of(request))
    path = reverse("requests:calendar_feed", args=[link.token])  # type: ignore[attr-defined]
    return _page(request, address=f"{_base(request)}{path}")


@require_POST
@staff_page(*calendars.FOR)
def withdraw(request: HttpRequest) -> HttpResponse:
    """The address is nobody's any more."""
    if calendars.withdraw_link(by=member_of(request)):
        messages.success(request, "Ingetrokken. Op dit adres vindt niemand nog iets.")
    return redirect("requests:calendar")


@require_safe
@open_page
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """What the owner of this address handles now. An address that is nobody's is a page that is not there."""
    if not has_context() or not _may_try(request, dry_run=True):
        return _too_often(request) if has_context() else _gone(request)
    try:
        with calendars.as_owner(token, origin=origin_of(request)) as (link, member):
            if not _consume(request, "calendar", key=str(link.pk)):
                return _too_often(request)
            today = clocks.today()
            found = calendar_feed.dues(member, today)
            calendars.note_fetched(link=link, today=today, events=len(found))
    except calendars.LinkGone:
        return _gone(request)
    bureau: Bureau = request.bureau  # type: ignore[attr-defined]
    data = calendar_feed.as_ics(found, base=_base(request), bureau=bureau.legal_name, now=database_now())
    return _held(HttpResponse(data, content_type="text/calendar; charset=utf-8"))


# -- shared ------------------------------------------------------------------------------------------------------------
def _page(request: HttpRequest, *, address: str = "") -> HttpResponse:
    context = {"link": calendars.link_of(member_of(request)), "address": address}
    return _held(render(request, "requests/calendar.html", context))


def _base(request: HttpRequest) -> str:
    return base_url(request.bureau)  # type: ignore[attr-defined]


def _gone(request: HttpRequest) -> HttpResponse:
    _may_try(request)
    raise Http404


def _may_try(request: HttpRequest, **more: Any) -> bool:
    """Whether somewhere from here not too many addresses were tried that are nobody's."""
    return _consume(request, "calendar_unknown", **more)


def _consume(request: HttpRequest, action: str, **more: Any) -> bool:
    """The house's limits, of a request that is a GET too."""
    used = ratelimit.consume(request, app="allauth.account", action=action, limit_get=True, **more)
    return used is not None


def _too_often(request: HttpRequest) -> HttpResponse:
    answer: HttpResponse = ratelimit.respond_429(request)
    return _held(answer)


def _held(answer: HttpResponse) -> HttpResponse:
    """By nobody on the way, and by no browser: an address stands in it."""
    answer["Cache-Control"] = HELD
    return answer
