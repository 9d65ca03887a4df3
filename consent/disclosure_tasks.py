"""Thin: find the disclosures that wait to be packed, and pack them one by one; take away those whose days are over."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import InterfaceError, OperationalError

from bureaus.rounds import in_each, in_turns
from bureaus.tenancy import in_bureau
from consent.actions import packages
from consent.models import DisclosurePackage
from vault.files import delete_sealed_now, save_sealed

log = logging.getLogger(__name__)
AT_MOST = 120.0  # seconds in which another is begun
# Seconds until the worker is stopped: a large dossier takes longer than a task is given elsewhere. A minute before it
# is told, so that it stands there with why and is not begun over and over. A message that comes back meanwhile finds
# the lease, and nothing to do (ADR 5).
TIME_LIMIT = 1800
# The database went: nothing was done, and the lease brings it back.
PASSING = (OperationalError, InterfaceError)


@shared_task(name="consent.disclosure_tasks.pack_disclosures", time_limit=TIME_LIMIT, soft_time_limit=TIME_LIMIT - 60)
def pack_disclosures() -> int:
    """Pack what waits; how many stand ready. Rung when one is sent, and each minute by the sweep."""
    done, more = in_turns(pack_next, seconds=AT_MOST)
    if more:
        pack_disclosures.delay()
    return done


@shared_task(name="consent.disclosure_tasks.expire_disclosures")
def expire_disclosures() -> int:
    """Each hour: what was not fetched in time goes, key and file; how many."""
    return in_each(packages.expire_packages)


def pack_next(bureau_id: int) -> int | None:
    """The next that waits in this bureau; None where none does."""
    row = _take(bureau_id)
    return None if row is None else int(pack(bureau_id, row))


def pack(bureau_id: int, row: DisclosurePackage) -> bool:
    """One package; a fault stops this one alone, and is told beside it."""
    try:
        return _pack(bureau_id, row)
    except PASSING:
        raise
    except Exception as error:
        log.exception("packing a disclosure failed in bureau %s", bureau_id)
        with in_bureau(bureau_id, origin="werker"):
            packages.fail_package(row, error)
        return False


def _pack(bureau_id: int, row: DisclosurePackage) -> bool:
    with in_bureau(bureau_id, origin="werker"):
        parcel = packages.open_parcel(row)
        info = save_sealed(subject_id=row.pk, chunks=parcel.chunks())
    kept = False
    try:
        with in_bureau(bureau_id, origin="werker"):
            kept = packages.finish_package(row, parcel, info)
    finally:
        if not kept:
            with in_bureau(bureau_id, origin="werker"):
                delete_sealed_now(info.name)
    return kept


def _take(bureau_id: int) -> DisclosurePackage | None:
    with in_bureau(bureau_id, origin="werker"):
        return packages.take_package()
