"""What an opdrachtgever finds: its trajecten, of each no more than the reglement's view of its kind (DOMAIN 5)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from access.checks import one_of
from bureaus import reglement
from bureaus.schema import OpdrachtgeverKind, ViewField
from bureaus.words import capitalised
from clients.models import Appointment, AppointmentKind, Attendance, Phase, Traject, TrajectPhase
from clients.rules import fold
from dossiers import reading
from dossiers.models import Release, StoredFile, Stuk
from portal import plain

HELD = (Attendance.PRESENT, Attendance.EXCUSED, Attendance.ABSENT)


@dataclass(frozen=True)
class View:
    """Which facts of a traject this kind of opdrachtgever sees; asked by the templates as `view.hours`."""

    fields: frozenset[ViewField]

    def __getattr__(self, name: str) -> bool:
        try:
            return ViewField(name) in self.fields
        except ValueError:
            raise AttributeError(name) from None


def view_of(kind: str) -> View:
    """The allow-list in force for a kind of opdrachtgever."""
    return View(frozenset(reglement.in_force().opdrachtgever_view.of(kind).fields))


def trajecten_of(request: HttpRequest) -> Any:
    return Traject.objects.visible_to(request.user).select_related("client", "opdrachtgever", "handler")


@dataclass(frozen=True)
class Asked:
    """What was typed and chosen above the table; what is not known counts as not asked."""

    text: str = ""
    phase: str = ""
    standing: str = ""

    @classmethod
    def of(cls, query: Any) -> Asked:
        phase, standing = query.get("fase", ""), query.get("stand", "")
        return cls(
            text=query.get("q", "").replace("\x00", "").strip()[:100],
            phase=phase if phase in Phase.values else "",
            standing=standing if standing in ("lopend", "afgerond") else "",
        )

    def __bool__(self) -> bool:
        return bool(self.text or self.phase or self.standing)


def search(trajecten: Any, asked: Asked) -> Any:
    """Only by what may be seen: a name finds nothing, and a phase sifts nothing, where it is not shown."""
    if asked.text:
        trajecten = trajecten.filter(_named(asked.text) | Q(ordernummer__icontains=asked.text))
    if asked.phase:
        trajecten = trajecten.filter(_sees(ViewField.PHASE), phase=asked.phase)
    if asked.standing:
        ended = Q(phase=Phase.ENDED)
        trajecten = trajecten.filter(_sees(ViewField.PHASE), ended if asked.standing == "afgerond" else ~ended)
    return trajecten


def _named(text: str) -> Q:
    found = _sees(ViewField.NAW)
    for word in fold(text).split():
        found &= Q(client__search_name__contains=word)
    return found if fold(text) else Q(pk=None)


def _sees(field: ViewField) -> Q:
    kinds = [kind.value for kind in OpdrachtgeverKind if field in view_of(kind).fields]
    return Q(opdrachtgever__kind__in=kinds)


def with_figures(trajecten: Any) -> Any:
    """Attendance and hours of each, counted by the database for the rows of one page."""
    return trajecten.annotate(
        present=_count(Attendance.PRESENT),
        excused=_count(Attendance.EXCUSED),
        absent=_count(Attendance.ABSENT),
        hours_used=Coalesce(_of_appointments(Sum("hours")), Decimal(0)),
    ).prefetch_related("phases")


def formal() -> Any:
    """Appointments that are the opdrachtgever's business: when a client reads its own dossier is not."""
    return Appointment.objects.exclude(kind=AppointmentKind.INZAGE)


def _of_appointments(figure: Any, **only: Any) -> Subquery:
    rows = formal().filter(traject_id=OuterRef("pk"), **only).order_by().values("traject_id")
    return Subquery(rows.annotate(figure=figure).values("figure"))


def _count(attendance: str) -> Coalesce:
    return Coalesce(_of_appointments(Count("id"), attendance=attendance), 0)


@dataclass(frozen=True)
class Row:
    """One traject in the table, with what may be seen of it."""

    traject: Any
    view: View
    kind: str
    phases: list[dict[str, Any]]

    @property
    def name(self) -> str:
        """The client's name where it may be seen, else the number of the order."""
        return str(self.traject.client) if self.view.naw else self._without_name

    @property
    def listed_name(self) -> str:
        """As it stands in a list that sorts on the achternaam: `Berg, Jan van den`."""
        return self.traject.client.listed_name if self.view.naw else self._without_name

    @property
    def _without_name(self) -> str:
        return self.traject.ordernummer or self.kind


def rows_of(trajecten: Iterable[Any]) -> list[Row]:
    return [row_of(one) for one in trajecten]


def row_of(traject: Any) -> Row:
    """`traject` comes with its opdrachtgever, client and phases."""
    view = view_of(traject.opdrachtgever.kind)
    phases = phases_of(traject, traject.phases.all()) if view.phase else []
    return Row(traject, view, plain.traject_name(traject), phases)


def phases_of(traject: Traject, planned: Iterable[TrajectPhase]) -> list[dict[str, Any]]:
    """The phases in their order, with dates where they are known and may be seen, for the phase bar."""
    dates = view_of(traject.opdrachtgever.kind).dates
    known = {one.phase: one for one in planned}
    order: list[Phase] = [phase for phase in Phase if phase != Phase.ENDED]
    now = len(order) if traject.phase == Phase.ENDED else order.index(Phase(traject.phase))
    return [_phase(phase, at, now, known.get(phase) if dates else None) for at, phase in enumerate(order)]


def _phase(phase: Phase, at: int, now: int, planned: TrajectPhase | None) -> dict[str, Any]:
    return {
        "label": capitalised(str(phase.label)),
        "state": "done" if at < now else "now" if at == now else "next",
        "start": planned and (planned.started_on or planned.planned_start),
        "end": planned and (planned.finished_on or planned.planned_end),
    }


def one_traject(request: HttpRequest, traject_id: uuid.UUID) -> Any:
    """Raises Http404 for a traject that is not this person's to follow."""
    return one_of(with_figures(trajecten_of(request)).select_related("dossier").filter(pk=traject_id))


def released_stukken(request: HttpRequest) -> Any:
    """What was let out, each once; own statements go along with the stuk that they are about."""
    return Stuk.objects.visible_to(request.user).released()


@dataclass(frozen=True)
class ReleasedRow:
    stuk: Stuk
    title: str
    kind: str
    released_at: Any


def released_of(stukken: Sequence[Any]) -> list[ReleasedRow]:
    titles = reading.titles(stukken)
    return [ReleasedRow(one, titles[one.pk], reading.kind_label(one), one.released_at) for one in stukken]


def with_release(stukken: Any) -> Any:
    """Of each stuk the living release of its own: when, and up to which version."""
    live = Release.objects.filter(stuk_id=OuterRef("pk"), withdrawn_at=None)
    return stukken.annotate(
        released_at=Subquery(live.values("released_at")[:1]), released_version=Subquery(live.values("version")[:1])
    )


def one_released(request: HttpRequest, stuk_id: uuid.UUID) -> Any:
    """Raises Http404 for what was never released, was withdrawn, or is another's: all the same."""
    rows = with_release(released_stukken(request)).select_related("dossier__traject__opdrachtgever", "dossier__client")
    return one_of(rows.filter(pk=stuk_id))


def one_released_file(request: HttpRequest, file_id: uuid.UUID) -> StoredFile:
    rows = StoredFile.objects.filter(pk=file_id, stuk__in=released_stukken(request))
    found: StoredFile = one_of(rows.select_related("stuk", "dossier"))
    return found
