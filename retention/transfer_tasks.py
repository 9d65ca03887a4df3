"""Thin: find the transfers that wait to be packed, and pack them one by one. Several workers at once."""

from __future__ import annotations

from celery import shared_task

from bureaus.tenancy import in_bureau
from dossiers.packer import Packer
from retention.actions import transfers
from retention.models import Transfer
from retention.package import Package
from vault.files import SealedFileInfo, save_sealed

# Seconds until the worker is stopped: a large dossier takes longer than a task is given elsewhere. A minute before it
# is told, so that it stands there with why and is not begun over and over. A message that comes back meanwhile finds
# the lease, and nothing to do (ADR 5).
TIME_LIMIT = 1800


@shared_task(name="retention.transfer_tasks.pack_transfers", time_limit=TIME_LIMIT, soft_time_limit=TIME_LIMIT - 60)
def pack_transfers() -> int:
    """Pack what waits; how many stand ready. Rung when one is begun, and each minute by the sweep."""
    done, more = PACKER.in_turns()
    if more:
        pack_transfers.delay()
    return done


def _sealed(bureau_id: int, row: Transfer) -> tuple[Package, SealedFileInfo]:
    with in_bureau(bureau_id, origin="werker"):
        package = transfers.open_package(row)
        return package, save_sealed(subject_id=row.pk, chunks=package.chunks())


PACKER = Packer(
    "packing a transfer", transfers.take_transfer, _sealed, transfers.finish_transfer, transfers.fail_transfer
)
