"""Whether the log is still what was sealed; the first line that is not."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from journal import rules
from journal.models import Line, Seal


@dataclass(frozen=True)
class Verdict:
    """`broken` says where and what in plain Dutch, or is empty; `head` is the last seal's hash to note down."""

    lines: int
    seals: int
    unsealed: int
    head: str
    broken: str = ""


def verify() -> Verdict:
    """Check the current bureau's seals and lines, oldest first, stopping at the first that is broken."""
    previous, number, last_seq, lines = rules.FIRST, 0, 0, 0
    for seal in Seal.objects.order_by("number").iterator(chunk_size=100):
        number += 1
        broken = _broken(seal, previous, number, last_seq)
        if broken:
            return Verdict(lines, number - 1, 0, previous, broken)
        previous, last_seq, lines = seal.hash, seal.last_seq, lines + seal.lines
    return Verdict(lines, number, Line.objects.filter(seq__gt=last_seq).count(), previous)


def _broken(seal: Seal, previous: str, number: int, after: int) -> str:
    if seal.number != number:
        return f"zegel {number} ontbreekt"
    try:
        known = dict(rules.entries(bytes(seal.digests)))
    except struct.error:
        return f"zegel {number} is beschadigd"
    line = _broken_line(seal, known, after)
    if line:
        return line
    if seal.previous_hash != previous or rules.chain(previous, number, bytes(seal.digests)) != seal.hash:
        return f"zegel {number} is veranderd: het sluit niet aan op het vorige"
    if len(known) != seal.lines or seal.last_seq != max(known) or seal.first_seq != min(known):
        return f"zegel {number} is veranderd: de tellingen kloppen niet"
    return ""


def _broken_line(seal: Seal, known: dict[int, bytes], after: int) -> str:
    found = Line.objects.filter(seq__gt=after, seq__lte=max(known, default=after)).order_by("seq")
    there = {line.seq: rules.digest(line) for line in found.iterator(chunk_size=1000)}
    return next(_differences(seal.number, known, there), "")


def _differences(number: int, known: dict[int, bytes], there: dict[int, bytes]) -> Iterator[str]:
    for seq in sorted(known | there):
        if seq not in there:
            yield f"regel {seq} (zegel {number}) is verdwenen"
        elif seq not in known:
            yield f"regel {seq} (zegel {number}) is later toegevoegd"
        elif there[seq] != known[seq]:
            yield f"regel {seq} (zegel {number}) is veranderd"
