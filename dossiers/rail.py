"""What the rail beside a dossier answers at a glance (DESIGN 7)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from access.models import Membership
from bureaus import reglement
from bureaus.schema import DataClass, StukKind
from bureaus.terms import parse_term
from bureaus.words import word
from clients.models import Appointment, Attendance, Traject
from dossiers.models import Dossier, Stuk

SHOWN = 5
_keeping: list[Callable[[Dossier], Keeping]] = []
_agreed: list[tuple[Callable[[Membership, Dossier], Agreed], Callable[[], Any]]] = []
_acts: list[Callable[[Membership, Stuk], Sequence[Act]]] = []
_links: list[Callable[[Membership, Dossier], Sequence[Act]]] = []


@dataclass(frozen=True)
class Keeping:
    """Until when: in words always, as a date once that is known; `longer` says what keeps it after that."""

    words: str
    until: date | None = None
    longer: Sequence[str] = ()
    article: str = ""


@dataclass(frozen=True)
class Act:
    """What a floor above does with a stuk, on a page of its own."""

    label: str
    url: str
    icon: str


@dataclass(frozen=True)
class Agreed:
    """What the client agreed to: each in words with its page and tone; `url` is where all of it stands."""

    lines: Sequence[tuple[str, str, str, str]]  # title, address, how it stands, tone
    url: str


@dataclass(frozen=True)
class Due:
    """What waits in this dossier."""

    without_verslag: list[Any]
    coming: Any | None

    @property
    def nothing(self) -> bool:
        return not self.without_verslag and self.coming is None


def provide_keeping(find: Callable[[Dossier], Keeping]) -> Callable[[Dossier], Keeping]:
    """Register who knows how long a dossier is kept: a floor above this one (retention), in its AppConfig.ready."""
    _keeping.append(find)
    return find


def keeping(dossier: Dossier) -> Keeping:
    """How long the dossier is kept, and why."""
    return _keeping[-1](dossier)


def provide_agreed(find: Callable[[Membership, Dossier], Agreed], along: Callable[[], Any]) -> None:
    """Register who knows what the client agreed to: a floor above this one (consent), in its AppConfig.ready.

    `along` is an expression that the dossier's own query brings as `agreed_rows`, and `find` makes words of.
    """
    _agreed.append((find, along))


def agreed_along() -> dict[str, Any]:
    """What the query of a dossier brings for `agreed`."""
    return {"agreed_rows": _agreed[-1][1]()} if _agreed else {}


def agreed(member: Membership, dossier: Dossier) -> Agreed | None:
    """What the client of this dossier agreed to."""
    return _agreed[-1][0](member, dossier) if _agreed else None


def provide_acts(find: Callable[[Membership, Stuk], Sequence[Act]]) -> None:
    """Register what a floor above may do with one stuk, in its AppConfig.ready."""
    _acts.append(find)


def acts_on(member: Membership, stuk: Stuk) -> list[Act]:
    """What this member may do with a stuk beside writing and letting out."""
    return [act for find in _acts for act in find(member, stuk)]


def provide_links(find: Callable[[Membership, Dossier], Sequence[Act]]) -> None:
    """Register what a floor above may do with a dossier, in its AppConfig.ready."""
    _links.append(find)


def links_on(member: Membership, dossier: Dossier) -> list[Act]:
    """What this member may do with a dossier that a floor above knows of; without a query."""
    return [link for find in _links for link in find(member, dossier)]


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
