"""What of a client's dossiers goes in a copy, what is kept back and why, and what is no part of it but counted.

Reads only, within the reach of the system: who handles a request need not be who may read all of it.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef

from access.rules import RuleBroken
from bureaus.schema import StukKind
from clients.models import ContactPerson
from dossiers.copying import Numbered
from dossiers.models import Dossier, State, StoredFile, Stuk, StukVersion
from requests import marked
from requests.deciding import COPIES
from requests.models import ANSWERED, GRANTING, Judgement, Verdict, Verzoek
from requests.numbering import dossiers_of, stukken_of

# Came into the dossier after the stukken were judged, whole or in part: a next request is about it.
NOT_JUDGED = "Dit stuk, of iets erin, kwam er later bij. Vraag er opnieuw om."
Marks = dict[uuid.UUID, marked.Marked]


@dataclass(frozen=True)
class Whole:
    """One dossier: the stukken that go, and those that are kept back with the words that say why."""

    dossier: Dossier
    goes: Sequence[Numbered]
    stays: Sequence[Numbered]


@dataclass(frozen=True)
class Contents:
    """What is packed; the hash says which stukken, versions, files and judgements that was."""

    dossiers: Sequence[Whole]
    left_out: dict[str, int]
    sha256: str
    marks: Marks = field(default_factory=dict)

    @property
    def amount(self) -> int:
        return sum(len(one.goes) for one in self.dossiers)


def check_copy(verzoek: Verzoek) -> None:
    """A copy leaves only after it is known who asks, and was decided to be given (jmwerkt 5.1.3). Raises RuleBroken."""
    if verzoek.kind not in COPIES:
        raise RuleBroken("Bij dit verzoek hoort geen kopie.")
    if verzoek.identity_at is None:
        raise RuleBroken("Eerst moet duidelijk zijn wie het vraagt. Daarna kan de kopie worden gemaakt.")
    if verzoek.state not in ANSWERED or verzoek.decision not in GRANTING:
        raise RuleBroken("Een kopie kan pas als is besloten dat die wordt gegeven.")


def contents(verzoek: Verzoek) -> Contents:
    """Every stuk that was judged to be given; where nothing was judged, every stuk (werkid 10.1, 10.2)."""
    judged = {one.stuk_id: one for one in Judgement.objects.filter(verzoek=verzoek)}
    dossiers = dossiers_of(verzoek)
    later = _later(verzoek, dossiers) | stale(verzoek)
    stukken = {one.pk: list(stukken_of(one)) for one in dossiers}
    marks = marked.of(verzoek, [one for rows in stukken.values() for one in rows])
    found = [_whole(one, stukken[one.pk], judged, later, marks) for one in dossiers]
    return Contents(found, _left_out(verzoek, found), _fingerprint(found, marks), marks)


def stale(verzoek: Verzoek, **which: Any) -> set[uuid.UUID]:
    """The stukken of which something is left out and in which was written or laid since: nobody looked at that.

    `which` narrows the judgements. One query.
    """
    rows = Judgement.objects.filter(verzoek=verzoek, verdict=Verdict.REDACT, **which)
    texts = StukVersion.objects.filter(stuk_id=OuterRef("stuk_id"), made_at__gt=OuterRef("judged_at")).order_by()
    files = StoredFile.objects.filter(stuk_id=OuterRef("stuk_id"), added_at__gt=OuterRef("judged_at")).order_by()
    return set(rows.filter(Exists(texts) | Exists(files)).order_by().values_list("stuk_id", flat=True))


def _later(verzoek: Verzoek, dossiers: Sequence[Dossier]) -> set[uuid.UUID]:
    """The stukken in which something was written or laid since the decision (see check_copy): nobody judged that."""
    since = verzoek.decided_at
    texts = StukVersion.objects.filter(dossier__in=dossiers, made_at__gt=since).values_list("stuk_id", flat=True)
    files = StoredFile.objects.filter(dossier__in=dossiers, added_at__gt=since).values_list("stuk_id", flat=True)
    return {*texts.order_by(), *files.order_by()}


def _whole(
    dossier: Dossier, stukken: Sequence[Stuk], judged: dict[uuid.UUID, Judgement], later: set[uuid.UUID],
    marks: Marks,
) -> Whole:  # fmt: skip
    rows = enumerate(stukken, start=1)
    every = [
        Numbered(number, stuk, NOT_JUDGED if stuk.pk in later else _why(stuk, judged, marks)) for number, stuk in rows
    ]
    return Whole(dossier, [one for one in every if not one.why], [one for one in every if one.why])


def _why(stuk: Stuk, judged: dict[uuid.UUID, Judgement], marks: Marks) -> str:
    """Why a stuk is kept back. Of what goes in part it has to be said which part: else it is kept whole."""
    if not judged:
        return ""
    row = judged.get(stuk.pk)
    if row is None:
        return NOT_JUDGED
    if row.verdict == Verdict.GIVE or (row.verdict == Verdict.REDACT and stuk.pk in marks and marks[stuk.pk].rows):
        return ""
    return str(row.reason or "") or row.reason_code


def _left_out(verzoek: Verzoek, found: Sequence[Whole]) -> dict[str, int]:
    """By counts, for the FG and for the one who asks: concepts and werkaantekeningen are never opened (werkid 10.4)."""
    mine = Stuk.objects.filter(dossier__in=[one.dossier for one in found])
    notes = mine.filter(kind=StukKind.WERKAANTEKENING)
    others = ContactPerson.objects.filter(client_id=verzoek.client_id, given_by_client=False)
    counted = Counter(
        concepten=mine.filter(state=State.CONCEPT).exclude(kind=StukKind.WERKAANTEKENING).count(),
        werkaantekeningen=notes.count(),
        achterhouden=sum(len(one.stays) for one in found),
        contactpersonen=others.count(),
        oude_teksten=sum(one.stuk.shielded_upto for whole in found for one in whole.goes),
    )
    return {name: many for name, many in counted.items() if many}


def _fingerprint(found: Sequence[Whole], marks: Marks) -> str:
    told = [
        f"{one.stuk.pk}:{one.stuk.version}:{bool(one.why)}" for whole in found for one in (*whole.goes, *whole.stays)
    ]
    stukken = [one.stuk.pk for whole in found for one in whole.goes]
    files: Any = StoredFile.objects.filter(stuk__in=stukken).order_by("pk").values_list("pk", flat=True)
    left = sorted(str(row.pk) for one in marks.values() for row in one.rows)
    return hashlib.sha256("\n".join([*sorted(told), *map(str, files), *left]).encode()).hexdigest()
