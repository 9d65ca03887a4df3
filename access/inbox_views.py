"""One list with everything that this person has to decide."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access import inbox
from access.checks import member_of
from access.decorators import staff_page

PER_PAGE = 20


@require_safe
@staff_page(*inbox.DECIDERS)
def index(request: HttpRequest) -> HttpResponse:
    """What waits longest stands on top; each can be decided from here or on its own page."""
    member = member_of(request)
    # The menu counts the same: it is asked once.
    request.waiting = inbox.waiting(member)  # type: ignore[attr-defined]
    found = inbox.items(member, request.waiting)  # type: ignore[attr-defined]
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("pagina"))
    return render(request, "access/inbox.html", {"page": page})
