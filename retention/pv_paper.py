"""The proces-verbaal van vernietiging as a paper that a director signs: the document, and its lists as annexes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from bureaus import pdf
from bureaus.pdf_parts import Part, render_long
from bureaus.schema import DataClass
from retention import pv_words
from retention.models import KeptBecause
from vault.archives import as_json

TITLE = "Proces-verbaal van vernietiging"
MANIFEST, OUTCOME = "manifest.json", "uitvoering.json"
ROWS = 225  # of a table in one part: five pages
_TEMPLATE = "papers/proces_verbaal_lijst.html"


@dataclass(frozen=True)
class Column:
    label: str
    style: str = ""


@dataclass(frozen=True)
class Table:
    """`heading` stands above it where an annex begins."""

    heading: str
    caption: str
    columns: tuple[Column, ...]
    cells: Sequence[Sequence[str]]

    @property
    def rows(self) -> Iterator[list[tuple[Column, str]]]:
        for row in self.cells:
            yield list(zip(self.columns, row, strict=True))


_OF_A_DOSSIER = (
    Column("Nummer", "dossier"), Column("Periode", "period"), Column("Telt vanaf"), Column("Voorbij op"),
    Column("Stukken", "number"), Column("Bestanden", "number"), Column("Omvang", "number"), Column("Regels", "number"),
)  # fmt: skip
_RETAINED, _PAPER = Column("Wet: tot"), Column("Papier")
_EXCLUDED = (Column("Nummer", "dossier"), Column("Reden", "long"), Column("Opnieuw op"))
_KEPT = (Column("Nummer", "dossier"), Column("Reden", "long"))


def render(facts: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], manifest: str, *, certificate: str) -> bytes:
    """The whole paper; `certificate` names who it will be signed by, '' where it is not.

    2,000 dossiers: about 50 pages (docs/measured.md). Raises bureaus.pdf.OutsideFetch.
    """
    outcome = as_json({"facts": facts, "lines": lines})
    words = {
        "facts": facts,
        "sections": pv_words.sections(facts),
        "made_at": pv_words.moment(facts["made_at"]),
        "outcome_sha256": hashlib.sha256(outcome).hexdigest(),
        "certificate": certificate,
        **_annexes(facts, lines),
    }
    return render_long(
        "papers/proces_verbaal.html", words, title=f"{TITLE} {facts['number']}", parts=_parts(facts, lines),
        attachments=[
            pdf.Attachment(MANIFEST, manifest.encode(), "application/json", "De lijst zoals die is goedgekeurd"),
            pdf.Attachment(OUTCOME, outcome, "application/json", "De uitvoering, per dossier"),
        ],
    )  # fmt: skip


def _annexes(facts: Mapping[str, Any], lines: Sequence[Any]) -> dict[str, str]:
    stayed = len(facts["excluded"]) + len(facts["kept"])
    return {
        "annex_a": f"wat is vernietigd, {pv_words.count(len(lines), 'regel', 'regels')}",
        "annex_b": f"wat niet is vernietigd, {pv_words.count(stayed, 'regel', 'regels')}" if stayed else "",
    }


def _parts(facts: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> Iterator[Part]:
    """The tables in parts of ROWS, small ones together."""
    held: list[Table] = []
    room = ROWS
    for table in _tables(facts, lines):
        for piece in _pieces(table, room):
            if len(piece.cells) > room:
                yield Part(_TEMPLATE, {"tables": held})
                held, room = [], ROWS
            held.append(piece)
            room -= len(piece.cells)
    yield Part(_TEMPLATE, {"tables": held})


def _pieces(table: Table, room: int) -> Iterator[Table]:
    """A table that does not fit goes on under the same words."""
    first = room if 0 < room < len(table.cells) else ROWS
    yield replace(table, cells=table.cells[:first])
    for at in range(first, len(table.cells), ROWS):
        yield Table("", f"{table.caption} (vervolg)", table.columns, table.cells[at : at + ROWS])


# -- annex A: what went ----------------------------------------------------------------------------------------------
def _tables(facts: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> Iterator[Table]:
    heading = "Bijlage A: wat is vernietigd"
    for _, rows in groupby(sorted(lines, key=_order), key=_rule):
        yield _table(heading, list(rows))
        heading = ""
    if not lines:
        yield Table(heading, "Van deze lijst is niets vernietigd", (Column("Nummer", "dossier"),), ())
    yield from _stayed(facts)


def _rule(line: Mapping[str, Any]) -> tuple[str, ...]:
    return (line["class"], line["part"], line["trigger"], line["term"], line["article"])


def _order(line: Mapping[str, Any]) -> tuple[str, ...]:
    return (*_rule(line), line["number"])


def _table(heading: str, rows: list[Mapping[str, Any]]) -> Table:
    """One rule: its columns say no more than there is."""
    retained, paper = any(one["retained"] for one in rows), any(one["paper"] for one in rows)
    columns = (*_OF_A_DOSSIER, *([_RETAINED] if retained else []), *([_PAPER] if paper else []))
    cells = [
        [*_cells(one), *([_legal(one)] if retained else []), *(["ja" if one["paper"] else "nee"] if paper else [])]
        for one in rows
    ]
    return Table(heading, f"{_what(rows[0])}: {pv_words.rule_of(rows[0])}", columns, cells)


def _what(line: Mapping[str, Any]) -> str:
    if line["part"]:
        return "Eén stuk uit een dossier dat blijft"
    return "Hele dossiers" if line["class"] == DataClass.DOSSIER else DataClass(line["class"]).label.capitalize()


def _cells(line: Mapping[str, Any]) -> list[str]:
    until = _short(line["until"]) if line["until"] else "heden"
    return [
        line["number"], f"{_short(line['from'])} – {until}", _short(line["trigger_on"]), _short(line["due_on"]),
        str(line["stukken"]), str(line["files"]), pv_words.size(line["bytes"]), str(line["rows"]),
    ]  # fmt: skip


def _legal(line: Mapping[str, Any]) -> str:
    """Until when the law keeps something of it."""
    days = sorted(str(one["until"]) for one in line["retained"] if one.get("until"))
    return _short(days[-1]) if days else ("ja" if line["retained"] else "")


def _short(day: date | str | None) -> str:
    found = date.fromisoformat(day) if isinstance(day, str) and day else day
    return f"{found.day}-{found.month}-{found.year}" if isinstance(found, date) else ""


# -- annex B: what did not -------------------------------------------------------------------------------------------
def _stayed(facts: Mapping[str, Any]) -> Iterable[Table]:
    heading = "Bijlage B: wat niet is vernietigd"
    if facts["excluded"]:
        cells = [[one["number"], one["reason"], _short(one["until"])] for one in facts["excluded"]]
        yield Table(heading, "Uitgezonderd voor de goedkeuring", _EXCLUDED, cells)
        heading = ""
    if facts["kept"]:
        kept = [[one["number"], KeptBecause.words(one["because"])] for one in facts["kept"]]
        yield Table(heading, "Behouden bij de uitvoering", _KEPT, kept)
