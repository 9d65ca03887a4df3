"""What stood out in the log, for the FG and directie: a list, and one with the lines behind it."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from access.checks import allowed, member_of, one_of
from access.decorators import staff_page
from access.fields import LineField, add_refusal
from access.rules import RuleBroken
from journal.actions import record
from journal.labels import LOOKS
from overviews import journal_reading as reading
from overviews import signals_actions as actions
from overviews import signals_rules as rules
from overviews.journal_views import OVERSEERS
from overviews.models import Signal

PER_PAGE = 25
STATES = (("", "Open"), ("bekeken", "Bekeken"), ("alle", "Alle"))


class SeenForm(forms.Form):
    """What was found by who looked."""

    note = LineField(
        "Wat vond u?",
        300,
        help_text="Kort, zonder gegevens uit een dossier. Bijvoorbeeld: verving een collega die ziek was.",
        error_messages={"required": "Schrijf in een paar woorden wat u vond."},
    )


@require_safe
@staff_page(*OVERSEERS)
def signals(request: HttpRequest) -> HttpResponse:
    """Those that nobody looked at yet, the newest first; the others where asked."""
    state = request.GET.get("staat", "")
    state = state if state in dict(STATES) else ""
    found = Signal.objects.order_by("-first_at", "id")
    if state != "alle":
        found = found.filter(seen_at__isnull=not state)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("pagina"))
    return render(request, "overviews/signals.html", {"page": page, "states": STATES, "state": state})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*OVERSEERS)
def signal(request: HttpRequest, signal_id: uuid.UUID) -> HttpResponse:
    """One signal, the lines of the log behind it, and what was found."""
    member = member_of(request)
    row: Signal = one_of(Signal.objects.filter(pk=signal_id))
    form = SeenForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.mark_seen(signal=row, by=member, note=form.cleaned_data["note"])
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "Het signaal staat als bekeken.")
            return redirect("overviews:signals")
    asked = {"before": request.GET.get("voor", ""), "after": request.GET.get("na", "")}
    words: dict[str, Any] = {"signal": row, "form": form, "page": reading.page(_behind(row), **asked)}
    record(act="signaal.ingezien", obj=row, facts={"kind": row.get_kind_display()})
    words["may_mark"] = row.seen_at is None and allowed(actions.check_mark_seen, row, member)
    words["about_self"] = row.membership_id == member.pk
    return render(request, "overviews/signal.html", words)


def _behind(row: Signal) -> Q:
    """The looks that made the signal."""
    lines = Q(membership_id=row.membership_id, act__in=LOOKS)
    if row.dossier_id:
        lines &= Q(dossier_id=row.dossier_id)
    span = rules.span(row.kind, row.first_at)
    return lines & Q(at__gte=span[0], at__lt=span[1]) if span else lines
