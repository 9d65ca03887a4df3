"""The log as a file for a spreadsheet: streamed, with a line of its own when it begins and when it ends."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q
from django.utils import timezone

from bureaus import tables
from bureaus.tenancy import Context, current, in_bureau
from journal.actions import record
from journal.models import Line
from overviews import journal_reading as reading

BATCH = 2_000  # lines in one transaction
COLUMNS = (
    "Nummer", "Datum", "Tijd", "Wie", "Rollen", "Namens", "Wat", "Handeling", "Resultaat", "Over", "Dossier", "Grond",
    "Reden", "Vanaf", "Feiten",
)  # fmt: skip


@dataclass(frozen=True)
class Export:
    """Which lines, up to which number (what is written meanwhile is not in it), for whom."""

    condition: Q
    facts: dict[str, Any]
    upto: int
    count: int
    who: Context


def begin(condition: Q, facts: dict[str, Any]) -> Export:
    """Write down that an export begins, in the request's own transaction: one that breaks off is in the log too."""
    upto = Line.objects.aggregate(last=Max("seq"))["last"] or 0
    bounded = condition & Q(seq__lte=upto)
    count = Line.objects.filter(bounded).count()
    record(act="logboek.export_begonnen", facts={**facts, "count": count, "upto": upto})
    return Export(bounded, facts, upto, count, current())


def stream(export: Export) -> Iterator[bytes]:
    """The file in parts. Each part has a context of its own: the request's has ended when they are asked for."""
    sums, rows, complete = hashlib.sha256(), 0, False
    try:
        for part, number in _parts(export):
            rows += number
            sums.update(part)
            yield part
        complete = True
    finally:
        with in_bureau(export.who.bureau_id, **_acting(export.who)):
            facts = {**export.facts, "count": rows, "upto": export.upto, "sha256": sums.hexdigest()}
            record(act="logboek.geexporteerd", facts={**facts, "complete": complete})


def _parts(export: Export) -> Iterator[tuple[bytes, int]]:
    yield tables.BOM + tables.rows([COLUMNS]), 0
    last: Line | None = None
    while True:
        with in_bureau(export.who.bureau_id, **_acting(export.who)):
            found = reading.below(export.condition, last, BATCH)
            part = tables.rows([_cells(line) for line in found])
        if not found:
            return
        last = found[-1]
        yield part, len(found)


def _acting(who: Context) -> dict[str, Any]:
    return {
        "reach": who.reach,
        "user_id": who.user_id,
        "membership_id": who.membership_id,
        "principals": who.principals,
        "origin": who.origin,
        "actor_label": who.actor_label,
        "roles": who.roles,
    }


def _cells(line: Line) -> Sequence[str]:
    row, at = reading.row_of(line), timezone.localtime(line.at)
    facts = "; ".join(f"{label}: {value}" for label, value in reading.details(line))
    return (
        str(line.seq), f"{at:%d-%m-%Y}", f"{at:%H:%M:%S}", line.actor, row.roles, line.on_behalf_of, row.act, line.act,
        row.result, row.about, line.dossier_number, row.ground, line.reason, line.origin, facts,
    )  # fmt: skip
