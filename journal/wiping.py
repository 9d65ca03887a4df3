"""Lines whose term has passed go from the log, in whole seals, oldest first (ADR 0006)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.db.models import DateField, DurationField, F, Func, Value
from django.db.models.functions import Cast
from django.utils import timezone

from bureaus.schema.keeping import JOURNAL_AT_LEAST
from journal import rules
from journal.actions import clock_now, record
from journal.models import Seal
from journal.verify import WIPED, broken_in

LINES, SEALS = 5_000, 1_000  # at most, in one transaction; a quiet bureau has seals of one line


@dataclass(frozen=True)
class Wiped:
    """What went in one go: so many seals, so many lines, up to and with this number."""

    seals: int
    lines: int
    upto: int


@transaction.atomic
def wipe_past() -> Wiped | None:
    """Wipe the next part of what is past its term in the current bureau, and write that down; None where nothing is.

    What does not verify is not wiped, nor what comes after it: its lines are the evidence of what was done to them.
    The database has the last word on what is past (`journal_wipe_past`). Within the reach of the system.
    """
    last = _last_of_batch()
    if last is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT seals, went, last_line FROM journal_wipe_past(%s)", [last])
        gone = Wiped(*cursor.fetchone())
    if not gone.seals:
        return None
    record(act=WIPED, facts={"seals": gone.seals, "lines": gone.lines, "upto": gone.upto})
    return gone


def _last_of_batch() -> int | None:
    """The number of the last seal that may go now, of the oldest that follow each other and verify."""
    least = Cast(Value(JOURNAL_AT_LEAST), DurationField())
    until = Func(Value("journal"), F("sealed_at"), least, function="bureaus_kept_until", output_field=DateField())
    seals = Seal.objects.filter(wiped_at=None).annotate(until=until).order_by("number")
    previous, lines, found, today = None, 0, None, timezone.localdate(clock_now())
    for seal in seals[:SEALS].iterator(chunk_size=20):
        previous = previous or _before(seal)
        lines += seal.lines
        if not _is_past(seal.until, today) or (found and lines > LINES):
            break
        if broken_in(seal, previous[0], seal.number, previous[1], after_wiped=True):
            break
        previous, found = (seal.hash, seal.last_seq), seal.number
    return found


def _before(seal: Seal) -> tuple[str, int]:
    """Hash and last line of the seal before this one, which was wiped."""
    found = Seal.objects.filter(number=seal.number - 1).values_list("hash", "last_seq").first()
    return found or (rules.FIRST, 0)


def _is_past(until: date | None, today: date) -> bool:
    """Of a seal, for no line is younger; by the longest of the terms in force since. Without a reglement, never."""
    return until is not None and until <= today
