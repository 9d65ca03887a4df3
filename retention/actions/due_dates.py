"""What the watchlist shows and the nightly round selects on: the due dates, computed again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from access.reach import as_system
from bureaus.tenancy import in_bureau
from dossiers.models import Dossier
from retention import terms
from retention.models import DueDate

STEP = 2_000
_SHOWN = ("due_on", "missing", "explanation", "action", "transfer_from")


@transaction.atomic
def refresh_due_dates(dossier_ids: Iterable[uuid.UUID]) -> int:
    """Compute the due dates of these dossiers; how many changed. Again changes nothing.

    Not journaled: it says nothing that the dates of the traject and the rules do not say.
    """
    with as_system():
        return sum(_refresh(_locked(some)) for some in _steps(sorted(dossier_ids)))


def refresh_whole_bureau(bureau_id: int) -> int:
    """Compute the due dates of all dossiers of a bureau; how many changed. Again changes nothing.

    Each step is a transaction of its own (in one that is open already, its locks last to the end of that). A dossier
    that somebody works in comes last and alone, so that no other waits with it.
    """
    with in_bureau(bureau_id, origin="werker"):
        stale = sorted(_stale())
    changed, busy = 0, []
    for some in _steps(stale):
        with in_bureau(bureau_id, origin="werker"):
            free = _locked(some, skip_locked=True)
            changed += _refresh(free)
        busy += sorted(set(some) - set(free))
    for one in busy:
        with in_bureau(bureau_id, origin="werker"):
            changed += _refresh(_locked([one]))
    return changed


def _stale() -> list[uuid.UUID]:
    """Found without a lock: of a whole bureau only a few have changed."""
    there = _there(DueDate.objects.order_by())
    return [key for key, one in terms.every_standing().items() if there.get(key) != _facts(_row(key, one))]


def _locked(dossier_ids: Sequence[uuid.UUID], *, skip_locked: bool = False) -> list[uuid.UUID]:
    """Locked in the order of their ids before they are computed: of two at once, the second sees what the first did.

    A dossier that went meanwhile is left out: its row would have nothing to hang on.
    """
    rows: Any = Dossier.objects.select_for_update(of=("self",), no_key=True, skip_locked=skip_locked)
    return list(rows.filter(pk__in=dossier_ids).order_by("pk").values_list("pk", flat=True))


def _refresh(living: Sequence[uuid.UUID]) -> int:
    there = _there(DueDate.objects.filter(dossier_id__in=living).order_by())
    wanted = [_row(key, one) for key, one in terms.standings(living).items()]
    changed = [row for row in wanted if there.get(row.dossier_id) != _facts(row)]
    DueDate.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["dossier"], update_fields=[*_SHOWN, "computed_at"]
    )
    return len(changed)


def _there(rows: Any) -> dict[uuid.UUID, tuple[Any, ...]]:
    return {dossier_id: tuple(facts) for dossier_id, *facts in rows.values_list("dossier_id", *_SHOWN)}


def _row(dossier_id: uuid.UUID, standing: terms.Standing) -> DueDate:
    due = standing.due
    return DueDate(
        dossier_id=dossier_id,
        due_on=due.on,
        missing="" if due.on else ",".join(due.missing),
        explanation=due.explanation[:300],
        action=standing.chosen.rule.action.value,
        transfer_from=standing.transfer_from,
        computed_at=Now(),
    )


def _facts(row: DueDate) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in _SHOWN)


def _steps(ids: Sequence[uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    left = iter(ids)
    while some := list(islice(left, STEP)):
        yield some
