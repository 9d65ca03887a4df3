"""The overview of requests: which of those that a member sees, in which order; and the figures of a quarter."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from access.checks import person
from access.models import Membership
from access.reach import visible_filter
from requests import access, clocks
from requests.models import ANSWERED, LIVING, RUNNING, Kind, Pause, State, Verzoek

SHOWN = {"lopend": "Lopend", "laat": "Te laat", "mijn": "Bij mij", "klaar": "Beantwoord", "alle": "Alle"}
ORDERS = {
    "dagen": ("Minste dagen eerst", ("due_on", "id")),
    "nieuw": ("Nieuwste eerst", ("-received_on", "-id")),
    "soort": ("Op soort", ("kind", "due_on", "id")),
}
QUARTERS = 12  # to choose from


@dataclass(frozen=True)
class Wanted:
    """What a query string asks for; what it holds besides is left out."""

    shown: str = "lopend"
    kind: str = ""
    handler: str = ""
    order: str = "dagen"

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Wanted:
        shown, kind, order = given.get("toon", ""), given.get("soort", ""), given.get("volgorde", "")
        return cls(
            shown if shown in SHOWN else "lopend",
            kind if kind in Kind.values else "",
            given.get("behandelaar", "")[:36],
            order if order in ORDERS else "dagen",
        )

    @property
    def narrowed(self) -> bool:
        return self.shown != "lopend" or bool(self.kind or self.handler)


@dataclass(frozen=True)
class Row:
    """A request as it stands today; `who` is '' for whom the client has no name."""

    verzoek: Verzoek
    standing: clocks.Standing
    who: str


def found(member: Membership, wanted: Wanted, today: date) -> QuerySet[Any]:
    """Those in reach of this member that are asked for, in order."""
    rows = access.visible(member).filter(_shown(member, wanted.shown, today))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.handler:
        known = {str(pk): pk for pk, _ in handlers(member)}
        rows = rows.filter(handler=known[wanted.handler]) if wanted.handler in known else rows.none()
    rows = rows.with_pause().annotate(seen=visible_filter(person(member), outer="dossier_id"))
    return rows.select_related("client", "dossier", "handler").order_by(*ORDERS[wanted.order][1])


def rows_of(member: Membership, requests: Iterable[Any], today: date) -> list[Row]:
    """With how much time is left of each. Who watches over all sees numbers; a name is for who works with it."""
    return [
        Row(one, clocks.standing(one, today, one.paused_on), str(one.client) if _knows(member, one) else "")
        for one in requests
    ]


def counts(member: Membership, today: date) -> dict[str, int]:
    """How many there are of each choice that is a tab; one query."""
    tabs = ("lopend", "laat", "mijn")
    kinds = {name: Count("pk", filter=_shown(member, name, today)) for name in tabs}
    found: dict[str, int] = access.visible(member).order_by().aggregate(**kinds)
    return found


def handlers(member: Membership) -> list[tuple[uuid.UUID, str]]:
    """Who handles what this member sees, by name."""
    rows = access.visible(member).exclude(handler=None).order_by("handler__name", "handler_id")
    return list(rows.values_list("handler_id", "handler__name").distinct())


def _knows(member: Membership, one: Any) -> bool:
    return bool(one.seen) or one.handler_id == member.pk or member.has_role(*access.DESK)


def _shown(member: Membership, shown: str, today: date) -> Q:
    still = Pause.objects.filter(verzoek_id=OuterRef("pk"), ended_on=None)
    conditions: dict[str, Q] = {
        "lopend": Q(state__in=LIVING),
        "laat": Q(~Exists(still), state__in=LIVING, due_on__lt=today),
        "mijn": Q(state__in=RUNNING, handler=member),
        "klaar": Q(state__in=ANSWERED),
        "alle": Q(),
    }
    return conditions[shown]


# -- the figures of a quarter ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Figures:
    """Of one kind, of what came in within a quarter; `days` is the median from receipt to decision."""

    label: str
    received: int
    in_time: int
    late: int
    running: int
    withdrawn: int
    days: str


@dataclass(frozen=True)
class Quarter:
    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"

    @property
    def label(self) -> str:
        return f"{self.number}e kwartaal {self.year}"

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        after = self.after
        return after.first - timedelta(days=1)

    @property
    def after(self) -> Quarter:
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @property
    def before(self) -> Quarter:
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    @classmethod
    def of(cls, day: date) -> Quarter:
        return cls(day.year, (day.month + 2) // 3)


def quarters(today: date) -> list[Quarter]:
    """This one and the eleven before it, the newest first."""
    found = [Quarter.of(today)]
    while len(found) < QUARTERS:
        found.append(found[-1].before)
    return found


def quarter_of(text: str, today: date) -> Quarter:
    """The one that is asked for, or this one."""
    return next((one for one in quarters(today) if str(one) == text), Quarter.of(today))


def figures(quarter: Quarter, today: date) -> list[Figures]:
    """Of each kind, numbers alone: nobody's name and nobody's words; one query for the whole bureau."""
    rows = Verzoek.objects.filter(received_on__range=(quarter.first, quarter.last)).exclude(state=State.JOINED)
    held: dict[str, list[Any]] = {kind: [] for kind in Kind.values}
    columns = ("kind", "state", "received_on", "due_on", "decided_at", "paused_on")
    for row in rows.with_pause().order_by().values_list(*columns, named=True):
        held[row.kind].append(row)
    return [_figures(Kind(kind), found, today) for kind, found in held.items()]


def _figures(kind: Kind, rows: list[Any], today: date) -> Figures:
    ends = Counter(_end(row, today) for row in rows)
    days = [(timezone.localdate(row.decided_at) - row.received_on).days for row in rows if row.decided_at]
    return Figures(
        kind.label.capitalize(), len(rows), ends["op tijd"], ends["te laat"], ends["loopt"], ends["ingetrokken"],
        f"{median(days):g}".replace(".", ",") if days else "–",
    )  # fmt: skip


def _end(row: Any, today: date) -> str:
    """Late is late, answered or not."""
    if row.state == State.WITHDRAWN:
        return "ingetrokken"
    if row.decided_at:
        return "op tijd" if timezone.localdate(row.decided_at) <= row.due_on else "te laat"
    return "te laat" if row.due_on < today and row.paused_on is None else "loopt"
