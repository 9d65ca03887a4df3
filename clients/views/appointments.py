"""Appointments of a traject."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from access.checks import demand, member_of
from access.decorators import staff_page
from access.models import Membership
from access.rules import RuleBroken
from clients import access, actions
from clients.access import WRITERS
from clients.forms import AppointmentForm, AttendanceForm
from clients.models import Appointment, Attendance
from clients.views.shared import done, form_page
from clients.views.trajecten import crumbs, page_of


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def plan(request: HttpRequest, traject_id: uuid.UUID) -> HttpResponse:
    member = member_of(request)
    row = access.traject_of(member, traject_id)
    demand(access.check_change_traject, member, row)
    coach = member if member.pk == row.second_coach_id else row.handler
    form = AppointmentForm(request.POST or None, initial={"coach": coach, "kind": "gesprek", "minutes": 60})
    if done(form, lambda **_: actions.plan_appointment(traject=row, by=member, **form.facts())):
        messages.success(request, "De afspraak staat erin.")
        return redirect(page_of(row))
    return form_page(request, form, "Afspraak maken", page_of(row), crumbs=crumbs(row))


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def change(request: HttpRequest, traject_id: uuid.UUID, appointment_id: uuid.UUID) -> HttpResponse:
    member, row = _writable(request, traject_id, appointment_id)
    form = AppointmentForm(request.POST or None, initial=AppointmentForm.initial_of(row))
    if done(form, lambda **_: actions.change_appointment(appointment=row, by=member, **form.facts())):
        messages.success(request, "De afspraak is gewijzigd.")
        return redirect(page_of(row.traject))
    return form_page(request, form, "Afspraak wijzigen", page_of(row.traject), crumbs=crumbs(row.traject))


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def attendance(request: HttpRequest, traject_id: uuid.UUID, appointment_id: uuid.UUID) -> HttpResponse:
    """Who came, and how many hours count."""
    member, row = _writable(request, traject_id, appointment_id)
    form = AttendanceForm(request.POST or None, initial=_initial(row))
    if done(form, lambda **given: actions.record_attendance(appointment=row, by=member, **given)):
        messages.success(request, "De opkomst is vastgelegd.")
        return redirect(page_of(row.traject))
    local = timezone.localtime(row.starts_at)
    intro = f"{row.get_kind_display().capitalize()} van {local:%d-%m-%Y}, {local:%H:%M} uur"
    return form_page(request, form, "Opkomst vastleggen", page_of(row.traject), crumbs=crumbs(row.traject), intro=intro)


@require_POST
@staff_page(*WRITERS)
def cancel(request: HttpRequest, traject_id: uuid.UUID, appointment_id: uuid.UUID) -> HttpResponse:
    member, row = _writable(request, traject_id, appointment_id)
    try:
        actions.cancel_appointment(appointment=row, by=member)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "De afspraak is vervallen.")
    return redirect(page_of(row.traject))


def _writable(request: HttpRequest, traject_id: uuid.UUID, appointment_id: uuid.UUID) -> tuple[Membership, Appointment]:
    member = member_of(request)
    row = access.appointment_of(member, appointment_id)
    if row.traject_id != traject_id:
        raise Http404
    demand(access.check_change_traject, member, row.traject)
    return member, row


def _initial(row: Appointment) -> dict[str, object]:
    """A planned appointment that has been was mostly attended; its length is what mostly counts."""
    past = row.starts_at <= timezone.now()
    hours = row.hours if row.hours is not None else (round(row.minutes / 60, 2) if past else None)
    planned = row.attendance == Attendance.PLANNED
    attendance = Attendance.PRESENT if planned and past else row.attendance
    return {"attendance": attendance, "hours": hours, "present_names": row.present_names}
