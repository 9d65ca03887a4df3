"""Until another session of the database waits: sure on any machine, where so many seconds are enough on most."""

from __future__ import annotations

import time

from django.db import connection

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def until_somebody_waits(seconds: float = 50) -> None:
    """For a lock that another holds."""
    until = time.monotonic() + seconds
    while not _waiting():
        assert time.monotonic() < until, "nobody waits"
        time.sleep(0.05)


def _waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # what was seen once is seen for a whole transaction
        cursor.execute(WAITING)
        return int(cursor.fetchone()[0])
