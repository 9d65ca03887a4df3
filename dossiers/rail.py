"""What the rail beside a dossier answers at a glance (DESIGN 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from access.models import Membership
from bureaus import reglement
from bureaus.schema import DataClass, RetentionRule, StukKind, Trigger
from bureaus.terms import parse_term
from bureaus.words import word
from clients.models import Appointment, Attendance, Traject
from dossiers.models import Dossier, Stuk

DATES = {
    Trigger.TRAJECT_ENDED: "traject_ended_on",
    Trigger.SERVICE_CLOSED: "service_closed_on",
    Trigger.CONTRACT_ENDED: "contract_ended_on",
    Trigger.TRANSFER_RECEIVED: "transfer_received_on",
}
SHOWN = 5


@dataclass(frozen=True)
class Keeping:
    """Until when: in words always, as a date once that is known."""

    words: str
    until: date | None = None
    article: str = ""


@dataclass(frozen=True)
class Due:
    """What waits in this dossier."""

    without_verslag: list[Any]
    coming: Any | None

    @property
    def nothing(self) -> bool:
        return not self.without_verslag and self.coming is None


def keeping(traject: Traject) -> Keeping:
    """How long the dossier is kept by the reglement, in plain words."""
    rule = reglement.in_force().retention.rule(DataClass.DOSSIER, traject.kind)
    if rule.is_transfer:
        return _transfer(rule)
    term = parse_term(rule.term)
    start: date | None = getattr(traject, DATES[rule.trigger])
    words = f"Tot {term} na {_after(rule.trigger)}"
    try:
        return Keeping(words, term.after(start) if start else None, rule.article)
    except ValueError:
        return Keeping(words, None, rule.article)


def _after(trigger: Trigger) -> str:
    moments = {
        Trigger.TRAJECT_ENDED: "het einde van het traject",
        Trigger.SERVICE_CLOSED: "het afsluiten van de dienstverlening",
        Trigger.CONTRACT_ENDED: "het einde van het contract",
        Trigger.TRANSFER_RECEIVED: f"de ontvangst door {word('opdrachtgever', article=True)}",
    }
    return moments[trigger]


def _transfer(rule: RetentionRule) -> Keeping:
    payer = word("opdrachtgever", article=True)
    kept = f", die het {parse_term(rule.receiver_keeps)} bewaart" if rule.receiver_keeps else ""
    after = _after(Trigger(rule.transfer_after)) if rule.transfer_after else "afloop"
    return Keeping(f"Na {after} gaat het naar {payer}{kept}", None, rule.article)


def worknote_term() -> str:
    """How long a werkaantekening is kept: 3 maanden."""
    return str(parse_term(reglement.in_force().retention.rule(DataClass.WERKAANTEKENING).term))


def due(dossier: Dossier) -> Due:
    """Appointments that were held without a verslag (javawest 4.2a), and the next one. One query."""
    verslag = Stuk.objects.filter(appointment_id=OuterRef("pk")).exclude(kind=StukKind.WERKAANTEKENING)
    rows = Appointment.objects.filter(
        ~Exists(verslag), traject_id=dossier.traject_id, attendance__in=(Attendance.PLANNED, Attendance.PRESENT)
    ).order_by("starts_at")
    now = timezone.now()
    found = list(rows[: 10 * SHOWN])
    past = [one for one in found if one.starts_at <= now]
    return Due(past[:SHOWN], next((one for one in found if one.starts_at > now), None))


def role_words(member: Membership, traject: Traject) -> str:
    """Why this person is in the list, in the bureau's words."""
    if member.pk == traject.handler_id:
        return "behandelaar"
    if member.pk == traject.second_coach_id:
        return f"tweede {word('coach')}"
    return member.roles_text


def traject_kind(traject: Traject) -> str:
    kind = reglement.in_force().dossier.traject_kinds.get(traject.kind)
    return kind.name if kind else traject.kind
