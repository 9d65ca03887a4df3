"""The register of incidents: who may look and write, and what is shown of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone

from access.models import Membership, Role
from access.reach import database_now
from access.rules import RuleBroken
from bureaus import tables
from requests import incident_rules as rules
from requests.models import Incident
from vault import keys

# Whose duty it is. Not the beheerder, who keeps the accounts: the words are about people.
WRITERS = (Role.DIRECTIE, Role.FG)
STATES = {"alle": "Alle", "open": "Open", "klok": "Nog te melden", "afgesloten": "Afgesloten"}
COLUMNS = (
    "Nummer", "Bekend sinds", "Gebeurd op", "Wat er gebeurde", "Van wie", "Hoeveel personen", "Gevolgen", "Maatregelen",
    "Risico", "Melden voor", "Gemeld op", "Kenmerk", "Betrokkenen ingelicht", "Waarom niet of later", "Afgesloten",
    "Vastgelegd door",
)  # fmt: skip


def check_write(member: Membership) -> None:
    if not member.has_role(*WRITERS):
        raise PermissionDenied("Het incidentenregister is voor directie en de functionaris gegevensbescherming.")


@dataclass(frozen=True)
class Row:
    incident: Incident
    clock: rules.Clock


def asked(given: Mapping[str, str]) -> str:
    """Which of the register, of what a query string holds."""
    state = given.get("staat", "")
    return state if state in STATES else "alle"


def found(state: str) -> Any:
    """The newest first."""
    conditions = {
        "open": Q(closed_at=None),
        "klok": Q(closed_at=None, notified_at=None) & ~Q(risk=rules.NONE),
        "afgesloten": Q(closed_at__isnull=False),
    }
    return Incident.objects.filter(conditions.get(state, Q())).order_by("-aware_at", "-id")


def rows_of(incidents: Iterable[Incident]) -> list[Row]:
    """With their clocks by the database's hour; the words opened with one query for the keys."""
    held = list(incidents)
    keys.prefetch(one.pk for one in held)
    now = database_now()
    return [Row(one, clock_of(one, now)) for one in held]


def clock_of(incident: Incident, now: datetime) -> rules.Clock:
    return rules.clock(incident.aware_at, incident.risk, incident.notified_at, now)


def check_close(incident: Incident) -> None:
    """All is said that has to be. Raises RuleBroken."""
    rules.check_close(
        incident.risk, notified_at=incident.notified_at, people_told_at=incident.people_told_at,
        why_not=incident.why_not or "", measures=incident.measures or "",
    )  # fmt: skip


def missing(incident: Incident) -> str:
    """What is still to be said before it can be closed; nothing where all is there, or where it is closed."""
    if incident.closed_at is not None:
        return ""
    try:
        check_close(incident)
    except RuleBroken as refusal:
        return str(refusal)
    return ""


def as_table() -> tuple[bytes, int]:
    """The whole register for a spreadsheet, and how many incidents that is."""
    held: list[Incident] = list(Incident.objects.order_by("aware_at", "id"))
    keys.prefetch(one.pk for one in held)
    return tables.BOM + tables.rows([COLUMNS, *map(_cells, held)]), len(held)


def _cells(one: Incident) -> list[str]:
    return [
        one.number, _moment(one.aware_at), f"{one.happened_on:%d-%m-%Y}" if one.happened_on else "", one.what,
        one.whose, str(one.people) if one.people is not None else "", one.consequences or "", one.measures or "",
        one.get_risk_display(), _moment(one.notify_by), _moment(one.notified_at), one.reference,
        _moment(one.people_told_at), one.why_not or "", _moment(one.closed_at), one.made_by_name,
    ]  # fmt: skip


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%d-%m-%Y %H:%M}" if at else ""
