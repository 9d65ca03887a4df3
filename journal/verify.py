"""Whether the log is still what was sealed; the first line that is not."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from bureaus.schema.keeping import JOURNAL_AT_LEAST
from bureaus.terms import parse_term
from journal import digests, rules
from journal.models import Line, Seal

WIPED = "logboek.gewist"


@dataclass(frozen=True)
class Verdict:
    """`broken` says where and what in plain Dutch, or is empty; `head` is the last seal's hash to note down.

    `wiped` lines went by their term, all up to number `upto`; `lines` are those that are there.
    """

    lines: int
    seals: int
    unsealed: int
    head: str
    broken: str = ""
    wiped: int = 0
    upto: int = 0


def verify() -> Verdict:
    """Check the current bureau's seals and lines, oldest first, stopping at the first that is broken."""
    previous, number, last_seq, lines, wiped, upto = rules.FIRST, 0, 0, 0, 0, 0
    for seal in Seal.objects.order_by("number").iterator(chunk_size=20):  # 200 kB each
        number += 1
        first = upto == last_seq  # nothing but wiped seals before this one
        broken = broken_in(seal, previous, number, last_seq, after_wiped=first)
        if first and not seal.wiped_at:
            broken = _left_behind(upto) or broken
        if broken:
            return Verdict(lines, number - 1, 0, previous, broken, wiped, upto)
        previous, last_seq = seal.hash, seal.last_seq
        if seal.wiped_at:
            wiped, upto = wiped + seal.lines, seal.last_seq
        else:
            lines += seal.lines
    broken = (_left_behind(upto) if upto == last_seq else "") or _unsaid(upto)
    return Verdict(lines, number, Line.objects.filter(seq__gt=last_seq).count(), previous, broken, wiped, upto)


def _left_behind(upto: int) -> str:
    """A line that still stands, or stands again, where the seals up to here are wiped; asked once for all of them."""
    seq = next((seq for seq, _ in digests.up_to(0, upto, 1)), None) if upto else None
    if seq is None:
        return ""
    number = Seal.objects.filter(last_seq__gte=seq).order_by("number").values_list("number", flat=True).first()
    return f"regel {seq} (zegel {number}) staat er nog, maar het zegel is gewist"


def broken_in(seal: Seal, previous: str, number: int, after: int, *, after_wiped: bool) -> str:
    """What is wrong with one seal and its lines, or ''. It follows the seal with hash `previous`, whose last line is
    `after`; `after_wiped`: nothing but wiped seals go before it."""
    if seal.number != number:
        return f"zegel {number} ontbreekt"
    if seal.wiped_at and not after_wiped:
        return f"zegel {number} is buiten de beurt gewist: wat ervoor kwam, is er nog"
    if seal.wiped_at and _is_early(seal):
        return f"zegel {number} is gewist voordat de bewaartermijn om was"
    try:
        known = dict(rules.entries(bytes(seal.digests)))
    except struct.error:
        return f"zegel {number} is beschadigd"
    line = "" if seal.wiped_at else _broken_line(seal, known, after)
    if line:
        return line
    if seal.previous_hash != previous or not _closes(seal):
        return f"zegel {number} is veranderd: het sluit niet aan op het vorige"
    if len(known) != seal.lines or seal.last_seq != max(known) or seal.first_seq != min(known):
        return f"zegel {number} is veranderd: de tellingen kloppen niet"
    return ""


def _closes(seal: Seal) -> bool:
    """By its hash, which covers its moment too; that of a seal of before migration 0006 does not."""
    digests_ = bytes(seal.digests)
    with_moment = rules.chain(seal.previous_hash, seal.number, digests_, seal.sealed_at)
    return seal.hash in (with_moment, rules.chain(seal.previous_hash, seal.number, digests_))


def _unsaid(upto: int) -> str:
    """Whoever calls seals wiped by hand writes no line of it; the last wiping is always still in the log."""
    if not upto or Line.objects.filter(act=WIPED, facts__upto=upto).exists():
        return ""
    return f"de regels tot en met {upto} zijn gewist, maar het logboek zegt dat niet"


def _broken_line(seal: Seal, known: dict[int, bytes], after: int) -> str:
    # One more than there should be: what comes after the first difference is not asked.
    there = dict(digests.up_to(after, max(known, default=after), len(known) + 1))
    return "" if there == known else next(_differences(seal.number, known, there), "")


def _is_early(seal: Seal) -> bool:
    """Whoever takes lines away by hand and calls their seal wiped."""
    wiped_on = timezone.localdate(seal.wiped_at)
    return parse_term(JOURNAL_AT_LEAST).after(timezone.localdate(seal.sealed_at)) > wiped_on


def _differences(number: int, known: dict[int, bytes], there: dict[int, bytes]) -> Iterator[str]:
    for seq in sorted(known | there):
        if seq not in there:
            yield f"regel {seq} (zegel {number}) is verdwenen"
        elif seq not in known:
            yield f"regel {seq} (zegel {number}) is later toegevoegd"
        elif there[seq] != known[seq]:
            yield f"regel {seq} (zegel {number}) is veranderd"
