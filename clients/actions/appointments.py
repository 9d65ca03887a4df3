"""Appointments: planned, held or not, and those that still want a verslag."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from access.checks import person
from access.models import Membership
from bureaus import reglement
from clients import access
from clients.models import Appointment, AppointmentKind, Attendance, Traject
from clients.rules import Refused, dossier_of
from journal.actions import record


@transaction.atomic
def plan_appointment(*, traject: Traject, by: Membership, coach: Membership, **facts: Any) -> Appointment:
    """Plan a formal contact. The same coach, traject and begin is the same appointment."""
    access.check_change_traject(by, traject)
    Traject.objects.select_for_update(of=("self",)).values_list("pk").get(pk=traject.pk)
    same = Appointment.objects.filter(traject=traject, coach=coach, starts_at=facts["starts_at"], kind=facts["kind"])
    there: Appointment | None = same.exclude(attendance=Attendance.CANCELLED).first()
    if there is not None:
        return there
    row: Appointment = Appointment.objects.create(traject=traject, coach=coach, **facts)
    record(act="afspraak.gepland", obj=row, dossier=dossier_of(traject), facts=_facts(row))
    return row


@transaction.atomic
def change_appointment(*, appointment: Appointment, by: Membership, **facts: Any) -> Appointment:
    """Move an appointment or change its facts; the same facts again are one act.

    Raises rules.Refused once it was held or cancelled.
    """
    row = _locked(appointment, by)
    if row.attendance != Attendance.PLANNED:
        raise Refused("Van deze afspraak is de opkomst al vastgelegd. Wijzig die, of plan een nieuwe afspraak.")
    if _holds(row, facts):
        return row
    for name, value in facts.items():
        setattr(row, name, value)
    row.save()
    record(act="afspraak.gewijzigd", obj=row, dossier=dossier_of(row.traject), facts=_facts(row))
    return row


@transaction.atomic
def record_attendance(
    *, appointment: Appointment, by: Membership, attendance: str, hours: Decimal | None = None, present_names: str = ""
) -> Appointment:
    """Who came and how many hours count; the same again is one act.

    Raises rules.Refused before its time, and for an inzage without names.
    """
    row = _locked(appointment, by)
    check_attendance(row, attendance, hours, present_names)
    if _holds(row, {"attendance": attendance, "hours": hours, "present_names": present_names}):
        return row
    row.attendance, row.hours, row.present_names = attendance, hours, present_names
    row.save(update_fields=["attendance", "hours", "present_names"])
    facts = {**_facts(row), "attendance": attendance, "hours": hours}
    record(act="afspraak.opkomst_vastgelegd", obj=row, dossier=dossier_of(row.traject), facts=facts)
    return row


@transaction.atomic
def cancel_appointment(*, appointment: Appointment, by: Membership) -> Appointment:
    """Take a planned appointment off; it stays in the list. Again changes nothing."""
    row = _locked(appointment, by)
    if row.attendance == Attendance.CANCELLED:
        return row
    if row.attendance != Attendance.PLANNED:
        raise Refused("Van deze afspraak is de opkomst al vastgelegd.")
    row.attendance = Attendance.CANCELLED
    row.save(update_fields=["attendance"])
    record(act="afspraak.vervallen", obj=row, dossier=dossier_of(row.traject), facts=_facts(row))
    return row


def check_attendance(row: Appointment, attendance: str, hours: Decimal | None, present_names: str) -> None:
    """What was not yet can't have been attended; at an inzage it is noted who was there (javawest 6.2)."""
    if attendance not in Attendance.values:
        raise Refused("Kies een opkomst uit de lijst.", "attendance")
    if attendance in (Attendance.PRESENT, Attendance.ABSENT) and row.starts_at > timezone.now():
        raise Refused("Deze afspraak is nog niet geweest.", "attendance")
    if hours and attendance in (Attendance.PLANNED, Attendance.CANCELLED):
        raise Refused("Uren horen bij een afspraak die is geweest of te laat is afgezegd.", "hours")
    if row.kind == AppointmentKind.INZAGE and attendance == Attendance.PRESENT and not present_names:
        raise Refused("Schrijf op wie er bij de inzage waren.", "present_names")


def appointments_without_verslag(*, member: Membership, now: datetime | None = None) -> Any:
    """This coach's contacts held too long ago by the reglement without a verslag, oldest first (javawest 4.2a)."""
    days = reglement.in_force().dossier.contact_without_verslag_days
    late = Appointment.objects.all().visible_to(person(member)).without_verslag()
    before = (now or timezone.now()) - timedelta(days=days)
    shown = ("traject__client", "traject__dossier")
    return late.filter(coach=member, starts_at__lt=before).select_related(*shown).order_by("starts_at")


def _locked(appointment: Appointment, by: Membership) -> Appointment:
    rows = Appointment.objects.select_for_update(of=("self",)).select_related("traject__dossier")
    row: Appointment = rows.get(pk=appointment.pk)
    access.check_change_traject(by, row.traject)
    return row


def _holds(row: Appointment, facts: dict[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in facts.items())


def _facts(row: Appointment) -> dict[str, Any]:
    return {"kind": row.kind, "starts_at": row.starts_at, "minutes": row.minutes}
