"""Marking what is of others in a stuk, so that the copy goes without it; the stuk itself stays as it is (werkid 10.2).

Who judges a stuk marks in it, and may read it and open its files. Fixed once the request is decided, which the
database holds as well.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404

from access.actions.refusals import refusals_noted
from access.checks import person
from access.models import Membership
from access.reach import as_system, check_not_view_only
from access.rules import RuleBroken
from dossiers.models import StoredFile, Stuk
from journal.actions import record
from requests import collecting, marked
from requests.actions import handling
from requests.actions.locking import locked
from requests.actions.rows import facts_of
from requests.blackout import finding
from requests.blackout.wire import MOST_PAGES
from requests.models import Judgement, Mark, Verdict, Verzoek

MARKED, UNMARKED = "verzoek.passage_aangewezen", "verzoek.passage_hersteld"
MOST = 200  # marks in one stuk
LONGEST = 2_000  # characters of one passage
SMALLEST = 2  # thousandths of a page


def mark_words(
    *, verzoek: Verzoek, stuk: Stuk, words: str, reason_code: str, by: Membership, reason: str = ""
) -> Mark:  # fmt: skip
    """Leave these words out wherever they stand in the stuk. The same words again are one mark.

    Raises Http404, PermissionDenied, RuleBroken (fields `words`, `reason_code`).
    """
    plain = " ".join(words.split())
    sought = finding.letters(plain)
    if len(sought) < finding.SHORTEST:
        raise RuleBroken("Vul ten minste twee letters of cijfers in.", "words")
    if len(words) > LONGEST:
        raise RuleBroken(f"Gebruik ten hoogste {LONGEST} tekens. Neem een lang stuk tekst in delen.", "words")
    found = {"kind": Mark.Kind.WORDS, "words": plain}
    return _mark(verzoek, stuk, by, reason_code, reason, found, lambda row: _sought(row) == sought)


def mark_area(
    *, verzoek: Verzoek, stuk: Stuk, file: StoredFile, page: int, area: Sequence[float], reason_code: str,
    by: Membership, reason: str = "",
) -> Mark:  # fmt: skip
    """Leave out what stands in this box on a page of a PDF: left, top, right, bottom, in thousandths of the page.

    Raises as `mark_words` (fields `left`, `reason_code`).
    """
    box = [round(min(max(float(one), 0.0), 1000.0), 1) for one in area]
    if len(box) != 4 or box[2] - box[0] < SMALLEST or box[3] - box[1] < SMALLEST:
        raise RuleBroken("Trek een vlak over wat weg moet.", "left")
    if file.content_type != marked.PDF or not 1 <= page <= MOST_PAGES:
        raise Http404
    found = {"kind": Mark.Kind.AREA, "file_id": _of(stuk, file), "page": page, "area": box}
    return _mark(verzoek, stuk, by, reason_code, reason, found, lambda row: (row.page, row.area) == (page, box))


def mark_file(
    *, verzoek: Verzoek, stuk: Stuk, file: StoredFile, reason_code: str, by: Membership, reason: str = ""
) -> Mark:
    """Leave a file out as a whole: a picture, or what else can't be made anew. Raises as `mark_words`."""
    found = {"kind": Mark.Kind.FILE, "file_id": _of(stuk, file)}
    return _mark(verzoek, stuk, by, reason_code, reason, found, lambda _: True)


def unmark(*, mark: Mark, by: Membership) -> None:
    """It goes along after all. Gone already: nothing happens. Of a stuk without marks nothing is said any more.

    Raises Http404, PermissionDenied, RuleBroken.
    """
    with refusals_noted(UNMARKED, about=mark.verzoek, dossier=mark.verzoek.dossier):
        row = locked(mark.verzoek, by=by, check=handling.check_judge)
        stuk = stuk_of(row, mark.stuk_id, by)
        gone, _ = Mark.objects.filter(pk=mark.pk).delete()
        if not gone:
            return
        left = row.marks.filter(stuk_id=stuk.pk).count()
        judged = row.judgements.filter(stuk_id=stuk.pk, verdict=Verdict.REDACT)
        if not left:
            judged.delete()
        facts = facts_of(row) | {"stuk": str(stuk.pk), "count": left}
        record(act=UNMARKED, obj=row, dossier=stuk.dossier, facts=facts)


def forget(*, client_id: uuid.UUID) -> int:
    """Words cut from a stuk that was destroyed go with it, of a decided request too, and so does what was said of it by
    hand; how many marks."""
    there = Stuk.objects.values("pk")
    with as_system():
        gone, _ = Mark.objects.filter(client_id=client_id).exclude(stuk_id__in=there).delete()
        said = Judgement.objects.filter(client_id=client_id, reason__isnull=False).exclude(stuk_id__in=there)
        said.update(reason=None)
    return gone


def stuk_of(verzoek: Verzoek, stuk_id: uuid.UUID, member: Membership) -> Stuk:
    """A stuk of this request that this member may read and mark in. Raises Http404, and PermissionDenied for who was
    only let in: marking searches the files, and shows their pages (pluspunt 4.1)."""
    found: Stuk | None = collecting.stukken_of(verzoek).filter(pk=stuk_id).first()
    if found is None or not collecting.readable(member, [found]):
        raise Http404
    check_not_view_only(person(member), found.dossier)
    return found


def _of(stuk: Stuk, file: StoredFile) -> uuid.UUID:
    if file.stuk_id != stuk.pk:
        raise Http404
    return file.pk


def _mark(
    verzoek: Verzoek, stuk: Stuk, by: Membership, code: str, reason: str, what: dict[str, Any], same: Any
) -> Mark:  # fmt: skip
    with refusals_noted(MARKED, about=verzoek, dossier=stuk.dossier):
        row = locked(verzoek, by=by, check=handling.check_judge)
        if not collecting.stukken_of(row).filter(pk=stuk.pk).exists():
            raise Http404
        if not collecting.readable(by, [stuk]):
            raise PermissionDenied("U mag dit stuk niet lezen, en laat er dus ook niets uit weg.")
        check_not_view_only(person(by), stuk.dossier)
        if code not in handling.grounds_of_copy(row):
            raise RuleBroken("Kies waarom dit wordt weggelaten.", "reason_code")
        held = list(row.marks.filter(stuk_id=stuk.pk))
        alike = [one for one in held if (one.kind, one.file_id) == (what["kind"], what.get("file_id"))]
        there = next((one for one in alike if same(one)), None)
        if there is not None:
            return there
        if len(held) >= MOST:
            raise RuleBroken(f"In een stuk wijst u ten hoogste {MOST} keer iets aan. Houd het geheel achter.", "words")
        made: Mark = Mark.objects.create(
            verzoek=row, stuk_id=stuk.pk, client_id=row.client_id, reason_code=code, reason=reason.strip() or None,
            made_by_name=by.name, **what,
        )  # fmt: skip
        _judged(row, stuk, by, code)
        facts = facts_of(row) | {"stuk": str(stuk.pk), "kind": str(made.kind), "count": len(held) + 1}
        record(act=MARKED, obj=row, dossier=stuk.dossier, facts=facts)
    return made


def _sought(row: Mark) -> str:
    return finding.letters(str(row.words))


def _judged(row: Verzoek, stuk: Stuk, by: Membership, code: str) -> None:
    """From the first mark on it goes in part; who looked at it before something came in has to say so again."""
    there: Judgement | None = row.judgements.filter(stuk_id=stuk.pk).first()
    if there is None or there.verdict != Verdict.REDACT:
        handling.judge(verzoek=row, stuk=stuk, verdict=Verdict.REDACT, reason_code=code, by=by)
