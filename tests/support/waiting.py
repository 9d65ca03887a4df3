"""Another session of the database: it holds a lock, or it waits for one. Sure on any machine, where so many seconds
are enough on most."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from bureaus.tenancy import in_bureau
from dossiers.models import Dossier

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@contextmanager
def somebody_works_in(dossier: Dossier) -> Iterator[None]:
    """Another session holds the lock on this dossier, until the block ends and for as long as that takes."""
    has, may_go = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with in_bureau(dossier.bureau_id):
                Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
                has.set()
                may_go.wait()
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert has.wait(20)
        yield
    finally:
        may_go.set()
        thread.join()


def until_somebody_waits(seconds: float = 50) -> None:
    """Until another session waits for a lock."""
    until = time.monotonic() + seconds
    while not _waiting():
        assert time.monotonic() < until, "nobody waits"
        time.sleep(0.05)


def _waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # what was seen once is seen for a whole transaction
        cursor.execute(WAITING)
        return int(cursor.fetchone()[0])
