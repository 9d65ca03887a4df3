"""Names, phases and dates of clients and trajecten: pure functions."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, Protocol

from access.rules import RuleBroken

# Letters that Unicode does not take apart into a base letter and an accent.
_SINGLE = str.maketrans({"ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ı": "i", "ß": "ss", "æ": "ae"})
_QUOTES = str.maketrans("", "", "'’‘`´")

# A reglement names the phases of a kind of traject in the bureau's own words; these are the phases they stand for.
_PHASE_WORDS = {
    "aangemeld": ("aanmelding", "aangemeld"),
    "intake": ("intake", "kennismaking"),
    "plan": ("plan", "verkenning", "ondernemingsplan"),
    "begeleiding": ("uitvoering", "begeleiding"),
    "plaatsing": ("bemiddeling", "plaatsing", "start"),
    "nazorg": ("nazorg", "afronding"),
}
ENDED = "beeindigd"


class Refused(RuleBroken):
    """A rule of clients, trajecten and opdrachtgevers refuses."""


class PhaseRow(Protocol):
    """What is asked here of a TrajectPhase."""

    phase: str
    planned_start: date | None
    planned_end: date | None
    started_on: date | None
    finished_on: date | None

    def get_phase_display(self) -> str: ...


def fold(text: str) -> str:
    """Lower case without accents, apostrophes or double spaces: `Çelik` and `celik` are one."""
    apart = unicodedata.normalize("NFKD", text.translate(_SINGLE).translate(_QUOTES))
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(plain.casefold().split())


def display_name(first: str, tussenvoegsel: str, last: str) -> str:
    """`Jan van den Berg`, `Anna d'Hondt`: the parts in the order they are spoken."""
    family = f"{tussenvoegsel}{last}" if tussenvoegsel.endswith("'") else f"{tussenvoegsel} {last}"
    return " ".join(part for part in (first, family.strip()) if part)


def listed_name(first: str, tussenvoegsel: str, last: str) -> str:
    """`Berg, Jan van den`: the parts in the order they are sorted."""
    rest = " ".join(part for part in (first, tussenvoegsel) if part)
    return f"{last}, {rest}" if rest else last


def sort_name(first: str, tussenvoegsel: str, last: str) -> str:
    """The Dutch order: on the achternaam without tussenvoegsel, then first name, then tussenvoegsel."""
    return f"{fold(last)}, {fold(first)} {fold(tussenvoegsel)}".strip()


def phases_of(words: Iterable[str]) -> list[str]:
    """The phases that a reglement's words stand for, in the order of a traject; always begins with 'aangemeld'.

    A word that is not known is a part of the begeleiding.
    """
    found = {_phase_of(fold(word)) for word in words} | {"aangemeld"}
    return [phase for phase in _PHASE_WORDS if phase in found]


def _phase_of(word: str) -> str:
    first = word.split()[0] if word.split() else ""
    return next((phase for phase, words in _PHASE_WORDS.items() if first in words), "begeleiding")


def planned_periods(count: int, start: date, end: date | None) -> list[tuple[date, date | None]]:
    """`count` periods of equal length between two dates; without an end only the first begins."""
    if end is None or count < 1:
        return [(start, None)] * min(count, 1)
    days = max((end - start).days, 0)
    marks = [start + timedelta(days=days * at // count) for at in range(count + 1)]
    return list(pairwise(marks))


def phase_blocks(rows: Sequence[PhaseRow], current: str) -> list[dict[str, Any]]:
    """What the phase bar shows: label, start, end and state of each phase but the end itself."""
    shown = [row for row in rows if row.phase != ENDED]
    at = next((place for place, row in enumerate(shown) if row.phase == current), -1)
    return [_block(row, place, at, current) for place, row in enumerate(shown)]


def _block(row: PhaseRow, place: int, at: int, current: str) -> dict[str, Any]:
    if row.phase == current:
        state = "now"
    else:
        over = bool(row.started_on) if current == ENDED else place < at
        state = "done" if over else "next"
    start, end = row.started_on or row.planned_start, row.finished_on or row.planned_end
    return {
        "label": row.get_phase_display(),
        "start": start,
        "end": max(start, end) if start and end else end,
        "state": state,
    }


def plain_number(amount: Decimal | int) -> int | float:
    """Hours as one says them: 41 and 12.5, not 41.00."""
    return int(amount) if amount == int(amount) else float(amount)


def check_period(start: date | None, end: date | None, text: str, field: str) -> None:
    """An end is not before its begin. Raises Refused."""
    if start and end and end < start:
        raise Refused(text, field)


def dossier_of(traject: Any) -> Any:
    """The traject's dossier; None in the moment before it is opened."""
    return getattr(traject, "dossier", None)
