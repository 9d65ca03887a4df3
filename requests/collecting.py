"""What a request is about: its dossiers, their stukken, and what is left out of a copy but counted (werkid 10.4)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery

from access.checks import person
from access.models import Membership
from access.reach import as_system, stands_filter
from bureaus.schema import StukKind
from dossiers import reading
from dossiers.models import Dossier, State, Stuk
from requests.models import Judgement, Mark, Verdict, Verzoek


@dataclass(frozen=True)
class Piece:
    """A stuk that belongs to the request. `readable` by who looks; else only what kind and day it is of.

    `may_mark`: not by who was only let in to read it (pluspunt 4.1).
    """

    stuk: Stuk
    title: str
    kind: str
    readable: bool
    may_mark: bool
    judgement: Judgement | None


def dossiers_of(verzoek: Verzoek) -> Any:
    """The one that it is about, or all of the client's."""
    which = {"pk": verzoek.dossier_id} if verzoek.dossier_id else {"client_id": verzoek.client_id}
    return Dossier.objects.filter(**which)


def stukken_of(verzoek: Verzoek) -> Any:
    """What belongs to those dossiers: no concepts, no werkaantekeningen (werkid 10.4). Oldest first."""
    rows = Stuk.objects.filter(dossier__in=dossiers_of(verzoek)).vastgesteld()
    return rows.select_related("dossier").order_by("date", "vastgesteld_at", "id")


def left_out(verzoek: Verzoek) -> dict[str, int]:
    """How many concepts and werkaantekeningen are no part of it: counted, never opened."""
    note = Q(kind=StukKind.WERKAANTEKENING)
    concept = Q(state=State.CONCEPT) & ~note
    with as_system():
        rows = Stuk.objects.filter(dossier__in=dossiers_of(verzoek))
        return rows.aggregate(
            concepten=Count("pk", filter=concept), werkaantekeningen=Count("pk", filter=note)
        )  # fmt: skip


def pieces(verzoek: Verzoek, member: Membership, stukken: Iterable[Stuk]) -> list[Piece]:
    """These stukken as this member sees them, each with what was judged; four queries."""
    rows = list(stukken)
    stands = _readable_and_standing(member, rows)
    titles = reading.titles([one for one in rows if one.pk in stands])
    marks = Mark.objects.filter(verzoek=verzoek, stuk_id=OuterRef("stuk_id")).order_by().values("stuk_id")
    here = verzoek.judgements.filter(stuk_id__in=[row.pk for row in rows])
    judged = {
        one.stuk_id: one for one in here.annotate(marks=Subquery(marks.annotate(many=Count("pk")).values("many")))
    }
    return [
        Piece(
            row, titles.get(row.pk, ""), reading.kind_label(row), row.pk in stands, stands.get(row.pk, False),
            judged.get(row.pk),
        )
        for row in rows
    ]  # fmt: skip


def readable(member: Membership, stukken: Iterable[Stuk]) -> set[uuid.UUID]:
    """Which of these this member may read; one query."""
    ids = [one.pk for one in stukken]
    return set(Stuk.objects.all().visible_to(person(member)).filter(pk__in=ids).values_list("pk", flat=True))


def _readable_and_standing(member: Membership, stukken: Iterable[Stuk]) -> dict[uuid.UUID, bool]:
    """Which of these this member may read, and whether they were not just let in to its dossier; one query."""
    me, ids = person(member), [one.pk for one in stukken]
    stands = Exists(Dossier.objects.filter(stands_filter(me), pk=OuterRef("dossier_id")))
    rows = Stuk.objects.all().visible_to(me).filter(pk__in=ids).annotate(stands=stands)
    return dict(rows.values_list("pk", "stands"))


def reads_all(member: Membership, verzoek: Verzoek) -> bool:
    """Whether nothing of it is closed to this member, who is not just let in to read (pluspunt 4.1); two queries."""
    me = person(member)
    if dossiers_of(verzoek).exclude(stands_filter(me)).exists():
        return False
    mine = Stuk.objects.all().visible_to(me).order_by()
    return not stukken_of(verzoek).exclude(pk__in=mine.values("pk")).exists()


def not_judged(verzoek: Verzoek) -> Any:
    """The stukken about which nothing was said yet."""
    return stukken_of(verzoek).exclude(pk__in=verzoek.judgements.values("stuk_id"))


def withheld(verzoek: Verzoek) -> int:
    """How many do not go, whole or in part."""
    whole, partly = held_back(verzoek)
    return whole + partly


def held_back(verzoek: Verzoek) -> tuple[int, int]:
    """How many stay behind, and how many go without what was marked in them; one query."""
    here = verzoek.judgements.filter(stuk_id__in=stukken_of(verzoek).order_by().values("pk"))
    counted = here.aggregate(
        whole=Count("pk", filter=Q(verdict=Verdict.WITHHOLD)), partly=Count("pk", filter=Q(verdict=Verdict.REDACT))
    )
    return counted["whole"], counted["partly"]


def stuk_of_request(verzoek: Verzoek) -> Stuk | None:
    """The stuk that a correctie is about, within the reach of the staff; None where it is gone or was none."""
    if verzoek.stuk_id is None:
        return None
    rows = Stuk.objects.filter(pk=verzoek.stuk_id).vastgesteld()
    found: Stuk | None = rows.select_related("dossier__traject__opdrachtgever", "dossier__client").first()
    return found
