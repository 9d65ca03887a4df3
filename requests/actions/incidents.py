"""The register of incidents: every breach is documented, notified or not (AVG 33.5). Nothing in it is taken out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Length
from django.utils import timezone

from access.models import Membership
from access.reach import database_now
from access.rules import RuleBroken
from bureaus.leases import one_at_a_time
from journal.actions import record
from requests import incident_rules as rules
from requests.incidents_read import check_close, check_write
from requests.models import Incident
from vault.actions import create_key

TWICE = timedelta(minutes=10)
WORDS = ("what", "whose", "consequences", "measures", "why_not")
FACTS = ("happened_on", "people", "risk", *WORDS)
CLOSED = "Dit incident is afgesloten. Heropen het eerst als er iets bij moet."


@transaction.atomic
def document_incident(*, by: Membership, aware_at: datetime, what: str, whose: str, **facts: Any) -> Incident:
    """A new line of the register, with a number without gaps; the same again within minutes is the same line.

    `facts`: see FACTS. Raises PermissionDenied, RuleBroken.
    """
    check_write(by)
    now = database_now()
    _check(aware_at, facts.get("happened_on"), now)
    one_at_a_time("incident")  # no gap, and no number twice
    there = _same_click(by, aware_at, what, now)
    if there is not None:
        return there
    row = Incident(number=_next_number(now), aware_at=aware_at, notify_by=rules.notify_by(aware_at))
    create_key(subject_id=row.pk)
    row.made_by_name = by.name
    _fill(row, {"what": what, "whose": whose, **facts})
    row.save(force_insert=True)
    record(act="incident.vastgelegd", obj=row, facts={"number": row.number, "risk": row.risk})
    return row


@transaction.atomic
def amend_incident(*, incident: Incident, by: Membership, aware_at: datetime, **facts: Any) -> Incident:
    """What is known now; which parts changed stays in the journal. Raises PermissionDenied, RuleBroken."""
    check_write(by)
    row = _open(incident)
    _check(aware_at, facts.get("happened_on", row.happened_on), database_now())
    before = {name: getattr(row, name) for name in (*FACTS, "aware_at")}
    row.aware_at, row.notify_by = aware_at, rules.notify_by(aware_at)
    _fill(row, facts)
    changed = sorted(name for name, value in before.items() if (value or "") != (getattr(row, name) or ""))
    if changed:
        row.save()
        about = {"number": row.number, "fields": [LABELS[name] for name in changed], "risk": row.risk}
        record(act="incident.bijgewerkt", obj=row, facts=about)
    return row


@transaction.atomic
def note_told(
    *, incident: Incident, by: Membership, notified_at: datetime | None, reference: str = "",
    people_told_at: datetime | None = None, why_not: str = "",
) -> Incident:  # fmt: skip
    """When the supervisor was notified and the people told, or why not. Raises PermissionDenied, RuleBroken."""
    check_write(by)
    row = _open(incident)
    now = database_now()
    rules.check_told(row.aware_at, notified_at, now, "notified_on")
    rules.check_told(row.aware_at, people_told_at, now, "people_told_on")
    _check_reasons(row, notified_at, why_not)
    before = (row.notified_at, row.reference, row.people_told_at, row.why_not or "")
    if before == (notified_at, reference, people_told_at, why_not):
        return row
    row.notified_at, row.reference, row.people_told_at = notified_at, reference, people_told_at
    row.why_not = why_not or None
    row.save()
    about = {"number": row.number, "notified_at": notified_at, "people_told_at": people_told_at}
    record(act="incident.gemeld" if notified_at else "incident.bijgewerkt", obj=row, facts=about)
    return row


@transaction.atomic
def close_incident(*, incident: Incident, by: Membership) -> Incident:
    """Once all is said that has to be; again changes nothing. Raises PermissionDenied, RuleBroken."""
    check_write(by)
    row = _locked(incident)
    if row.closed_at is not None:
        return row
    check_close(row)
    row.closed_at = database_now()
    row.save(update_fields=["closed_at"])
    record(act="incident.afgesloten", obj=row, facts={"number": row.number, "risk": row.risk})
    return row


@transaction.atomic
def reopen_incident(*, incident: Incident, by: Membership) -> Incident:
    """More came to light. Raises PermissionDenied."""
    check_write(by)
    row = _locked(incident)
    if row.closed_at is not None:
        row.closed_at = None
        row.save(update_fields=["closed_at"])
        record(act="incident.heropend", obj=row, facts={"number": row.number})
    return row


LABELS = {
    "aware_at": "bekend sinds", "happened_on": "gebeurd op", "what": "wat er gebeurde", "whose": "van wie",
    "consequences": "gevolgen", "measures": "maatregelen", "people": "hoeveel personen", "risk": "risico",
    "why_not": "waarom niet gemeld",
}  # fmt: skip


def _fill(row: Incident, facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        if name not in FACTS:
            raise TypeError(f"an incident has no {name}")
        setattr(row, name, (value or None) if name in ("consequences", "measures", "why_not") else value)
    if not (row.what or "").strip():
        raise RuleBroken("Schrijf op wat er is gebeurd.", "what")
    if not (row.whose or "").strip():
        raise RuleBroken("Schrijf op van wie de gegevens zijn.", "whose")


def _check(aware_at: datetime, happened_on: date | None, now: datetime) -> None:
    rules.check_aware(aware_at, happened_on, timezone.localdate(aware_at), now)


def _check_reasons(row: Incident, notified_at: datetime | None, why_not: str) -> None:
    if rules.late_by(row.aware_at, notified_at) and not why_not.strip():
        raise RuleBroken("Er is later dan 72 uur gemeld. Schrijf op waarom; dat hoort bij de melding.", "why_not")


def _same_click(by: Membership, aware_at: datetime, what: str, now: datetime) -> Incident | None:
    rows = Incident.objects.filter(made_by_name=by.name, aware_at=aware_at, made_at__gt=now - TWICE)
    return next((one for one in rows if one.what == what), None)


def _next_number(now: datetime) -> str:
    """I2026-001, I2026-002 …, by the year in which it is written down."""
    start = f"I{timezone.localtime(now).year}-"
    held = Incident.objects.filter(number__startswith=start).order_by(Length("number").desc(), "-number")
    last = held.values_list("number", flat=True).first()
    return f"{start}{int(last.removeprefix(start)) + 1 if last else 1:03}"


def _locked(incident: Incident) -> Incident:
    found: Incident = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
    return found


def _open(incident: Incident) -> Incident:
    row = _locked(incident)
    if row.closed_at is not None:
        raise RuleBroken(CLOSED)
    return row
