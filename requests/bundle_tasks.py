"""Thin: find the copies that wait to be made, and make them one by one; take away those whose days are over."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from access.reach import database_now
from bureaus.rounds import in_each, in_turns
from bureaus.tenancy import in_bureau
from requests.actions import bundles
from requests.models import Bundle
from vault.files import delete_sealed_now, sealing

log = logging.getLogger(__name__)
AT_MOST = 120.0  # seconds in which another is begun
# Seconds until the worker is stopped: hundreds of megabytes take longer than a task is given elsewhere. A message that
# comes back meanwhile finds the lease, and nothing to do (ADR 5).
TIME_LIMIT = 3600
# The database went: nothing was done, and the lease brings it back.
PASSING = (OperationalError, InterfaceError)


@shared_task(name="requests.bundle_tasks.make_bundles", time_limit=TIME_LIMIT)
def make_bundles() -> int:
    """Make what waits; how many stand ready. Rung when one is asked, and each minute by the sweep."""
    done, more = in_turns(make_next, seconds=AT_MOST)
    if more:
        make_bundles.delay()
    return done


@shared_task(name="requests.bundle_tasks.expire_bundles")
def expire_bundles() -> int:
    """Each hour: what stood ready for thirty days goes, key and file; how many."""
    return in_each(lambda: bundles.expire_bundles(timezone.localdate(database_now())))


def make_next(bureau_id: int) -> int | None:
    """The next that waits in this bureau; None where none does."""
    row = _take(bureau_id)
    return None if row is None else int(make(bureau_id, row))


def make(bureau_id: int, row: Bundle) -> bool:
    """One copy; a fault stops this one alone, and is told beside it."""
    try:
        return _make(bureau_id, row)
    except PASSING:
        raise
    except Exception as error:
        log.exception("making a copy failed in bureau %s", bureau_id)
        with in_bureau(bureau_id, origin="werker"):
            bundles.fail_bundle(row, error)
        return False


def _make(bureau_id: int, row: Bundle) -> bool:
    """Stored outside a transaction, which would hide how far it is and stay open for minutes."""
    with in_bureau(bureau_id, origin="werker"):
        copy = bundles.open_bundle(row, lambda: in_bureau(bureau_id, origin="werker"))
        store = sealing(subject_id=row.pk)
    info = store(copy.chunks())
    kept = False
    try:
        with in_bureau(bureau_id, origin="werker"):
            kept = bundles.finish_bundle(row, copy, info)
    finally:
        if not kept:
            with in_bureau(bureau_id, origin="werker"):
                delete_sealed_now(info.name)
    return kept


def _take(bureau_id: int) -> Bundle | None:
    with in_bureau(bureau_id, origin="werker"):
        return bundles.take_bundle()
