"""Thin: find the transfers that wait to be packed, and pack them one by one. Several workers at once."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import InterfaceError, OperationalError

from bureaus.rounds import in_turns
from bureaus.tenancy import in_bureau
from retention.actions import transfers
from retention.models import Transfer
from vault.files import delete_sealed_now, save_sealed

log = logging.getLogger(__name__)
AT_MOST = 120.0  # seconds in which another is begun
# Seconds until the worker is stopped: a large dossier takes longer than a task is given elsewhere. A minute before it
# is told, so that it stands there with why and is not begun over and over. A message that comes back meanwhile finds
# the lease, and nothing to do (ADR 5).
TIME_LIMIT = 1800
# The database went: nothing was done, and the lease brings it back.
PASSING = (OperationalError, InterfaceError)


@shared_task(name="retention.transfer_tasks.pack_transfers", time_limit=TIME_LIMIT, soft_time_limit=TIME_LIMIT - 60)
def pack_transfers() -> int:
    """Pack what waits; how many stand ready. Rung when one is begun, and each minute by the sweep."""
    done, more = in_turns(pack_next, seconds=AT_MOST)
    if more:
        pack_transfers.delay()
    return done


def pack_next(bureau_id: int) -> int | None:
    """The next that waits in this bureau; None where none does."""
    row = _take(bureau_id)
    return None if row is None else int(pack(bureau_id, row))


def pack(bureau_id: int, row: Transfer) -> bool:
    """One transfer; a fault stops this one alone, and is told beside it."""
    try:
        return _pack(bureau_id, row)
    except PASSING:
        raise
    except Exception as error:
        log.exception("packing a transfer failed in bureau %s", bureau_id)
        with in_bureau(bureau_id, origin="werker"):
            transfers.fail_transfer(row, error)
        return False


def _pack(bureau_id: int, row: Transfer) -> bool:
    with in_bureau(bureau_id, origin="werker"):
        package = transfers.open_package(row)
        info = save_sealed(subject_id=row.pk, chunks=package.chunks())
    kept = False
    try:
        with in_bureau(bureau_id, origin="werker"):
            kept = transfers.finish_transfer(row, package, info)
    finally:
        if not kept:
            with in_bureau(bureau_id, origin="werker"):
                delete_sealed_now(info.name)
    return kept


def _take(bureau_id: int) -> Transfer | None:
    with in_bureau(bureau_id, origin="werker"):
        return transfers.take_transfer()
