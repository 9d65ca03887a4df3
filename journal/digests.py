"""The digests of lines as they stand in the table: by SQL and in bulk, for a log has a million of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection

from bureaus.tenancy import current_bureau_id
from journal import rules

# Everything as text, so that nothing that a line was changed into (a time of infinity) stops the reading.
_AS_TEXT = {
    "at": """to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')""",
    "bureau_id": "bureau_id",
    "seq": "seq",
    "user_id": "user_id",
}
_COLUMNS = ", ".join(_AS_TEXT.get(name, f"{name}::text") for name in rules.FIELDS)
_SELECT = f"SELECT {_COLUMNS} FROM journal_line WHERE bureau_id = %s AND seq > %s"  # noqa: S608


def up_to(after: int, last: int, number: int) -> Iterator[tuple[int, bytes]]:
    """Number and digest of the current bureau's lines above `after`, up to and with `last`: the first so many."""
    return _digests(f"{_SELECT} AND seq <= %s ORDER BY seq LIMIT %s", [after, last, number])


def at_most(after: int, number: int) -> list[tuple[int, bytes]]:
    """The same of the first so many lines above `after`."""
    return list(_digests(f"{_SELECT} ORDER BY seq LIMIT %s", [after, number]))


def _digests(query: str, values: list[int]) -> Iterator[tuple[int, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(query, [current_bureau_id(), *values])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return ((row[rules.PLACE_OF_SEQ], rules.digest_of_text(row)) for row in rows)
