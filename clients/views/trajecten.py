"""Trajecten: the list, the page, its phase, its agreements and its end."""

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

from access.checks import demand, member_of, person
from access.decorators import staff_page
from clients import access, actions, selections
from clients.access import READERS, WRITERS
from clients.forms import EndForm, PhaseForm, TrajectFilter, TrajectForm
from clients.forms.trajecten import kind_name
from clients.models import Phase, Traject
from clients.rules import dossier_of, phase_blocks, plain_number
from clients.views.shared import PER_PAGE, confirm_page, done, form_page
from journal.actions import record

AGREED = (
    "ordernummer", "agreed_start", "planned_end", "hours_granted", "contact", "contract", "handler", "second_coach",
)  # fmt: skip


@require_safe
@staff_page(*READERS)
def trajecten(request: HttpRequest) -> HttpResponse:
    """Trajecten within reach, by client."""
    member, filters = member_of(request), TrajectFilter(request.GET)
    page = Paginator(selections.trajecten_for(member, filters.chosen()), PER_PAGE).get_page(request.GET.get("pagina"))
    for row in page:
        row.kind_name, row.blocks = kind_name(row.kind), phase_blocks(row.phases.all(), row.phase)
    context = {"page": page, "filters": filters, "may_register": access.may_register(member)}
    return render(request, "clients/trajecten.html", context)


@require_safe
@staff_page(*READERS)
def traject(request: HttpRequest, traject_id: uuid.UUID) -> HttpResponse:
    """One traject: where it stands, what was agreed, and each appointment."""
    member = member_of(request)
    row = access.traject_of(member, traject_id)
    appointments = row.appointments.select_related("coach").order_by("-starts_at", "-id")
    page = Paginator(appointments, PER_PAGE).get_page(request.GET.get("pagina"))
    record(act="traject.ingezien", obj=row, dossier=dossier_of(row), grant_id=row.grant_id)  # type: ignore[attr-defined]
    context = {
        "traject": row,
        "kind_name": kind_name(row.kind),
        "blocks": phase_blocks(list(row.phases.order_by("order")), row.phase),
        "used": plain_number(selections.hours_used(row)),
        "granted": plain_number(row.hours_granted or 0),
        "page": page,
        "now": timezone.now(),
        "over": row.phase == Phase.ENDED,
        "may_change": access.may_change_traject(member, row),
    }
    return render(request, "clients/traject.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def edit_traject(request: HttpRequest, traject_id: uuid.UUID) -> HttpResponse:
    member, row = _writable(request, traject_id)
    initial = {name: getattr(row, name) for name in AGREED}
    form = TrajectForm(request.POST or None, traject=row, initial=initial)
    if done(form, lambda **changes: actions.change_traject(traject=row, by=member, **changes)):
        messages.success(request, "Het traject is gewijzigd.")
        return _after_change(member, row)
    return form_page(request, form, "Afspraken wijzigen", page_of(row), crumbs=crumbs(row))


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def phase(request: HttpRequest, traject_id: uuid.UUID) -> HttpResponse:
    member, row = _writable(request, traject_id)
    form = PhaseForm(request.POST or None, initial={"phase": row.phase, "on": timezone.localdate()})
    if done(form, lambda **given: actions.set_phase(traject=row, by=member, **given)):
        messages.success(request, "De fase is gewijzigd.")
        return redirect(page_of(row))
    return form_page(request, form, "Fase wijzigen", page_of(row), crumbs=crumbs(row))


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def end(request: HttpRequest, traject_id: uuid.UUID) -> HttpResponse:
    """End a traject, or mend the facts of its end."""
    member, row = _writable(request, traject_id)
    over = row.phase == Phase.ENDED
    form = EndForm(request.POST or None, initial=_end_initial(row))
    act = actions.correct_end if over else actions.end_traject
    if done(form, lambda **given: act(traject=row, by=member, **given)):
        messages.success(request, "Het einde is gewijzigd." if over else "Het traject is beëindigd.")
        return redirect(page_of(row))
    if over:
        return form_page(request, form, "Einde wijzigen", page_of(row), crumbs=crumbs(row))
    lines = [
        "Het traject gaat van de lijst van lopende trajecten af.",
        "Vanaf deze datums telt het bureau hoe lang het dossier bewaard blijft.",
    ]
    return confirm_page(
        request, "Traject beëindigen", page_of(row), lines, form=form, submit_label="Traject beëindigen"
    )


def page_of(row: Traject) -> str:
    return reverse("clients:traject", args=[row.pk])


def crumbs(row: Traject) -> list[tuple[str, str]]:
    return [("Trajecten", reverse("clients:trajecten")), (f"{row.client}: {kind_name(row.kind)}", page_of(row))]


def _writable(request: HttpRequest, traject_id: uuid.UUID) -> tuple[Any, Traject]:
    member = member_of(request)
    row = access.traject_of(member, traject_id)
    demand(access.check_change_traject, member, row)
    return member, row


def _after_change(member: Any, row: Traject) -> HttpResponse:
    """Who handed the traject over may have lost sight of it."""
    seen = Traject.objects.all().visible_to(person(member)).filter(pk=row.pk).exists()
    return redirect(page_of(row) if seen else "clients:trajecten")


def _end_initial(row: Traject) -> dict[str, Any]:
    contract = row.contract.ends_on if row.contract else None
    return {
        "reason": row.end_reason,
        "result": row.result,
        "ended_on": row.traject_ended_on or timezone.localdate(),
        "service_closed_on": row.service_closed_on,
        "contract_ended_on": row.contract_ended_on or contract,
    }
