"""Thin: find the copies that wait to be made, and make them one by one; take away those whose days are over."""

from __future__ import annotations

import logging
import time

from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from access.reach import database_now
from bureaus.rounds import bureau_ids, in_each
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
    until = time.monotonic() + AT_MOST
    return sum(make_in_bureau(bureau_id, until=until) for bureau_id in bureau_ids())


@shared_task(name="requests.bundle_tasks.expire_bundles")
def expire_bundles() -> int:
    """Each hour: what stood ready for thirty days goes, key and file; how many."""
    return in_each(lambda: bundles.expire_bundles(timezone.localdate(database_now())))


def make_in_bureau(bureau_id: int, *, until: float | None = None) -> int:
    done = 0
    while (row := _take(bureau_id)) is not None:
        done += make(bureau_id, row)
        if until is not None and time.monotonic() > until:
            make_bundles.delay()
            break
    return done


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
