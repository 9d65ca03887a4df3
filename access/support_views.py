"""Letting the platform's operator in, seeing what it did, and ending that at once."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from access import rules
from access.actions import support as acts
from access.asked import text_of
from access.checks import allowed, member_of, one_of
from access.decorators import fresh, staff_page
from access.emergency_forms import DecideSupportForm
from access.emergency_views import lines_page
from access.fields import add_refusal
from access.models import AccessRequest, Membership, Role
from access.rules import RuleBroken
from vault import keys

PER_PAGE = 25


@require_safe
@staff_page(*acts.READERS)
def visits(request: HttpRequest) -> HttpResponse:
    """Every time that the platform asked to be let in: why, who decided, from when until when."""
    page = Paginator(acts.requests(), PER_PAGE).get_page(request.GET.get("pagina"))
    keys.prefetch({row.sealed_under for row in page})
    rows = [(row, text_of(row, "reason")) for row in page]
    return render(request, "access/support/visits.html", {"page": page, "rows": rows} | _clock())


@require_safe
@staff_page(*acts.READERS)
def visit(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """One visit, and everything that was done in it."""
    row = _row(request_id)
    context = {
        "row": row,
        "reason": text_of(row, "reason"),
        "answer": text_of(row, "answer"),
        "lines": lines_page(request, acts.lines_of(row)),
        "living": acts.living().filter(pk=row.pk).exists(),
        "decides": allowed(acts.check_may_decide, member_of(request)),
        "waits": _waits(row, member_of(request)),
    } | _clock()
    return render(request, "access/support/visit.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(Role.DIRECTIE)
@fresh
def decide(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """A page of its own: what letting in means stands above the choice."""
    row = _row(request_id)
    form = DecideSupportForm(request.POST or None, most=min(row.hours, acts.most_hours()))
    if request.method == "POST" and form.is_valid() and _decide(request, row, form):
        return redirect("access:support_visit", row.pk)
    context = {"row": row, "form": form, "reason": text_of(row, "reason"), "waits": _waits(row, member_of(request))}
    return render(request, "access/support/decide.html", context | _clock())


def _decide(request: HttpRequest, row: AccessRequest, form: DecideSupportForm) -> bool:
    chosen, by = form.cleaned_data, member_of(request)
    try:
        if chosen["decision"] == "toelaten":
            acts.let_in(request=row, hours=chosen["hours"] or row.hours, by=by)
            messages.success(request, "Het platform kan nu inloggen. U ziet hier wat er gebeurt.")
        else:
            acts.refuse_support(request=row, answer=chosen["answer"], by=by)
            messages.success(request, "De vraag is afgewezen.")
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return False
    return True


@require_http_methods(["GET", "POST"])
@staff_page(Role.DIRECTIE)
def end(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """At once: what is open there works no more."""
    row = _row(request_id)
    if request.method == "POST":
        if acts.end_support(request=row, by=member_of(request)):
            messages.success(request, "De ondersteuning is beëindigd. Open vensters werken niet meer.")
        return redirect("access:support_visit", row.pk)
    context = {
        "title": "Ondersteuning nu beëindigen", "danger": True, "submit_label": "Nu beëindigen",
        "cancel_url": reverse("access:support_visit", args=[row.pk]),
        "consequences": [
            f"{row.asker_name} is per direct uitgelogd en ziet hier niets meer.",
            "Wat er gedaan is, blijft in het logboek staan.",
        ],
    }  # fmt: skip
    return render(request, "confirm.html", context)


def _row(request_id: uuid.UUID) -> AccessRequest:
    row: AccessRequest = one_of(acts.requests().select_related("operator").filter(pk=request_id))
    return row


def _clock() -> dict[str, Any]:
    now = timezone.now()
    return {"now": now, "lapsed_before": now - rules.SUPPORT_WAITS}


def _waits(row: AccessRequest, member: Membership) -> bool:
    waiting = acts.waiting(member)
    return waiting is not None and waiting.filter(pk=row.pk).exists()
