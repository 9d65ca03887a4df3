"""The work list: where everybody who works here begins."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access import inbox
from access.checks import member_of
from access.decorators import staff_page
from access.models import Role
from bureaus.reglement import version_in_force
from consent import call_access
from overviews import worklist as work
from overviews.figures import figures_of

PER_PAGE = 25


@require_safe
@staff_page
def worklist(request: HttpRequest) -> HttpResponse:
    """What waits for me, what I have today, and for who leads the bureau a few figures."""
    member = member_of(request)
    # The menu counts the same: it is asked once.
    request.waiting = inbox.waiting(member)  # type: ignore[attr-defined]
    figures = figures_of(member, **work.along_of(member))
    context = {
        "decisions": work.decisions(request.waiting),  # type: ignore[attr-defined]
        "shelves": work.filled(member, figures.along),
        "coach": member.has_role(Role.COACH),
        "agenda": work.agenda(member) if member.has_role(Role.COACH) else [],
        "figures": figures.of_bureau,
        "requests": figures.requests,
        "version": version_in_force(),
        "may_answer": call_access.may_answer(member),
    }
    return render(request, "overviews/worklist.html", context)


@require_safe
@staff_page
def shelf(request: HttpRequest, slug: str) -> HttpResponse:
    """All that lies on one shelf."""
    member = member_of(request)
    chosen = work.shelf_of(member, slug)
    if chosen is None:
        raise Http404
    page = Paginator(chosen.find(member), PER_PAGE).get_page(request.GET.get("pagina"))
    context = {"page": page, "rows": chosen.show(list(page)), "shelf": chosen}
    return render(request, "overviews/shelf.html", context)
