"""The course of a traject: its phase, its agreements, who does it, and its end."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from access.models import Membership
from clients import access, signals
from clients.actions.registration import check_coaches, check_of_payer
from clients.models import EndReason, Phase, Result, Traject, TrajectPhase
from clients.rules import Refused, check_period, dossier_of
from journal.actions import record

AGREED = ("ordernummer", "agreed_start", "planned_end", "hours_granted", "consent_stated")
PEOPLE = ("handler", "second_coach", "contact")
END_DATES = ("traject_ended_on", "service_closed_on", "contract_ended_on")
OVER = "Dit traject is beëindigd."


@transaction.atomic
def set_phase(*, traject: Traject, phase: str, by: Membership, on: date | None = None) -> Traject:
    """Go to a phase from this day on; the one before it is closed that day. Again changes nothing.

    Raises rules.Refused for a traject that ended, and for the end itself: that asks for a reason.
    """
    row = _locked(traject, by)
    if phase == row.phase:
        return row
    if phase not in Phase.values or phase == Phase.ENDED or row.phase == Phase.ENDED:
        raise Refused(OVER if row.phase == Phase.ENDED else "Kies een fase uit de lijst.", "phase")
    before, day = row.phase, on or timezone.localdate()
    _close_phase(row, day)
    _begin_phase(row, phase, day)
    row.phase = phase
    row.save(update_fields=["phase"])
    facts = {"from": before, "to": phase, "on": day}
    record(act="traject.fase_gewijzigd", obj=row, dossier=dossier_of(row), facts=facts)
    return row


@transaction.atomic
def change_traject(*, traject: Traject, by: Membership, reason: str = "", **changes: Any) -> Traject:
    """Change what was agreed and who does it; other people are let in, and earlier ones out, by the signal.

    Raises rules.Refused, and TypeError for what is not changed here.
    """
    if strange := set(changes) - {*AGREED, *PEOPLE, "contract"}:
        raise TypeError(f"not changed here: {sorted(strange)}")
    row = _locked(traject, by)
    changed = sorted(name for name, value in changes.items() if _differs(row, name, value))
    if not changed:
        return row
    for name in changed:
        setattr(row, name, changes[name])
    check_period(row.agreed_start, row.planned_end, "Het einde ligt voor het begin.", "planned_end")
    if {"handler", "second_coach"} & set(changed):
        check_coaches(row.handler, row.second_coach)
    check_of_payer(row.opdrachtgever, row.contact, row.contract)
    if "contract" in changed:
        row.contract_ended_on = row.contract.ends_on if row.contract else None
    row.save()
    record(act="traject.gewijzigd", obj=row, dossier=dossier_of(row), reason=reason, facts={"fields": changed})
    if set(PEOPLE) & set(changed):
        signals.traject_people_changed.send(sender=Traject, traject=row, by=by, reason=reason)
    if "contract" in changed:
        signals.traject_dates_changed.send(sender=Traject, traject=row, by=by)
    return row


@transaction.atomic
def end_traject(
    *, traject: Traject, by: Membership, reason: str, result: str, ended_on: date,
    service_closed_on: date | None = None, contract_ended_on: date | None = None,
) -> Traject:  # fmt: skip
    """End a traject: from its trigger dates on the terms of the reglement count. Again changes nothing.

    Raises rules.Refused for dates before its begin.
    """
    row = _locked(traject, by)
    if row.phase == Phase.ENDED:
        return row
    _set_end(row, reason, result, ended_on, service_closed_on, contract_ended_on)
    _close_phase(row, ended_on)
    row.phase = Phase.ENDED
    row.save()
    facts = {"reason": reason, "result": result, **_end_dates(row)}
    record(act="traject.beeindigd", obj=row, dossier=dossier_of(row), facts=facts)
    signals.traject_ended.send(sender=Traject, traject=row, by=by)
    return row


@transaction.atomic
def correct_end(
    *, traject: Traject, by: Membership, reason: str, result: str, ended_on: date,
    service_closed_on: date | None = None, contract_ended_on: date | None = None,
) -> Traject:  # fmt: skip
    """Mend the facts of an end. The journal keeps the dates before and after: they decide how long we keep it."""
    row = _locked(traject, by)
    if row.phase != Phase.ENDED:
        raise Refused("Dit traject loopt nog.")
    before = _end_dates(row)
    _set_end(row, reason, result, ended_on, service_closed_on, contract_ended_on)
    row.save()
    facts = {"reason": reason, "result": result, "before": before, "after": _end_dates(row)}
    record(act="traject.einde_gewijzigd", obj=row, dossier=dossier_of(row), facts=facts)
    signals.traject_dates_changed.send(sender=Traject, traject=row, by=by)
    return row


def _locked(traject: Traject, by: Membership) -> Traject:
    rows = Traject.objects.select_for_update(of=("self",)).select_related(
        "dossier", "opdrachtgever", "contact", "contract", "handler", "second_coach"
    )
    row: Traject = rows.get(pk=traject.pk)
    access.check_change_traject(by, row)
    return row


def _differs(row: Traject, name: str, value: Any) -> bool:
    return bool(getattr(row, name) != value)


def _close_phase(row: Traject, day: date) -> None:
    for phase in row.phases.filter(phase=row.phase, finished_on=None):
        phase.finished_on = max(day, phase.started_on or day)
        phase.save(update_fields=["finished_on"])


def _begin_phase(row: Traject, name: str, day: date) -> None:
    last = row.phases.order_by("-order").values_list("order", flat=True).first()
    phase, _ = TrajectPhase.objects.get_or_create(
        traject=row, phase=name, defaults={"order": 0 if last is None else last + 1}
    )
    phase.started_on, phase.finished_on = min(day, phase.started_on or day), None
    phase.save(update_fields=["started_on", "finished_on"])


def _set_end(
    row: Traject, reason: str, result: str, ended_on: date, service_closed_on: date | None,
    contract_ended_on: date | None,
) -> None:  # fmt: skip
    if reason not in EndReason.values or result not in Result.values:
        raise Refused("Kies een reden en een resultaat uit de lijst.", "reason")
    check_period(row.registered_on, ended_on, "Het einde ligt voor de aanmelding.", "ended_on")
    check_period(row.registered_on, service_closed_on, "Dit ligt voor de aanmelding.", "service_closed_on")
    row.end_reason, row.result, row.traject_ended_on = reason, result, ended_on
    row.service_closed_on, row.contract_ended_on = service_closed_on, contract_ended_on


def _end_dates(row: Traject) -> dict[str, date | None]:
    return {name: getattr(row, name) for name in END_DATES}


@transaction.atomic
def note_transfer_received(*, traject: Traject, on: date, by: Membership | None) -> Traject:
    """The opdrachtgever has signed for the dossier (werklokaal 7): from here on that date counts for our own copy.

    Who may say so is asked where the receipt is signed. A date that is there stays.
    """
    row: Traject = Traject.objects.select_for_update(of=("self",)).select_related("dossier").get(pk=traject.pk)
    if row.transfer_received_on is not None:
        return row
    row.transfer_received_on = on
    row.save(update_fields=["transfer_received_on"])
    record(act="traject.overgedragen", obj=row, dossier=dossier_of(row), facts={"on": on})
    signals.traject_dates_changed.send(sender=Traject, traject=row, by=by)
    return row
