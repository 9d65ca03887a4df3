"""The overview of requests, and what became of them per quarter."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access.checks import member_of
from access.decorators import staff_page
from requests import access, clocks, listed
from requests.models import Kind

PER_PAGE = 25


@require_safe
@staff_page(*access.READERS)
def overview(request: HttpRequest) -> HttpResponse:
    """What runs, with the days that are left; what is nearest stands first."""
    member, today = member_of(request), clocks.today()
    wanted = listed.Wanted.of(request.GET.dict())
    page = Paginator(listed.found(member, wanted, today), PER_PAGE).get_page(request.GET.get("pagina"))
    many = listed.counts(member, today)
    context = {
        "page": page, "rows": listed.rows_of(member, page, today), "wanted": wanted,
        "tabs": [(name, label, many.get(name)) for name, label in listed.SHOWN.items()],
        "kinds": Kind.choices, "handlers": listed.handlers(member),
        "orders": [(name, label) for name, (label, _) in listed.ORDERS.items()],
        "may_enter": access.may_enter(member), "may_figures": member.has_role(*access.OVERSEERS),
    }  # fmt: skip
    return render(request, "requests/list.html", context)


@require_safe
@staff_page(*access.OVERSEERS)
def figures(request: HttpRequest) -> HttpResponse:
    """How many came in within a quarter, of each kind, and whether they were answered in time."""
    today = clocks.today()
    quarter = listed.quarter_of(request.GET.get("kwartaal", ""), today)
    rows = listed.figures(quarter, today)
    context = {
        "quarter": quarter, "quarters": listed.quarters(today), "rows": rows,
        "received": sum(one.received for one in rows), "late": sum(one.late for one in rows),
    }  # fmt: skip
    return render(request, "requests/figures.html", context)
