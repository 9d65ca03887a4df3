"""A worker's lease on a row with a `leased_until`: nobody else takes that row until it ends, as a killed worker's does.

By the database's clock. And waiting for who does the same, where there is no row yet to lock.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from bureaus.tenancy import current_bureau_id

ITEM = timedelta(seconds=120)  # on an item: a worker that was killed is known by then; longer than any step may take


def take(rows: Any, lease: timedelta, **started: Any) -> Any:
    """The first of these rows that nobody works at, leased to the caller for so long; None where there is none.

    What else is `started` with it is written too. Within a transaction; what another takes at this moment is skipped.
    """
    free = rows.filter(Q(leased_until=None) | Q(leased_until__lt=Now()))
    row = free.select_for_update(of=("self",), skip_locked=True).first()
    if row is None:
        return None
    values = {"leased_until": Now() + lease, **started}
    _all(row).filter(pk=row.pk).update(**values)
    row.refresh_from_db(fields=list(values))
    return row


def held(row: Any) -> Any:
    """The row, as a queryset, while its lease is still the caller's; of a lost one nothing more is done."""
    rows = _all(row).filter(pk=row.pk, leased_until=row.leased_until)
    return rows.none() if row.leased_until is None else rows


def prolong(row: Any, lease: timedelta) -> None:
    """So long again from now, where it is still the caller's."""
    if held(row).update(leased_until=Now() + lease):
        row.refresh_from_db(fields=["leased_until"])
    else:
        row.leased_until = None  # another's by now: nothing that it says is ours


def one_at_a_time(*what: Any) -> None:
    """Wait until who does the same in this bureau is ready, for the rest of this transaction."""
    name = " ".join(str(part) for part in (current_bureau_id(), *what))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _all(row: Any) -> Any:
    return type(row)._default_manager.all()
