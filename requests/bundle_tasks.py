"""Thin: find the copies that wait to be made, and make them one by one; take away those whose days are over."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from access.reach import database_now
from bureaus.rounds import in_each
from bureaus.tenancy import in_bureau
from dossiers.packer import Packer
from requests.actions import bundles
from requests.bundle import Copy
from requests.models import Bundle
from vault.files import SealedFileInfo, sealing

# Seconds until the worker is stopped: hundreds of megabytes take longer than a task is given elsewhere. A message that
# comes back meanwhile finds the lease, and nothing to do (ADR 5).
TIME_LIMIT = 3600


@shared_task(name="requests.bundle_tasks.make_bundles", time_limit=TIME_LIMIT)
def make_bundles() -> int:
    """Make what waits; how many stand ready. Rung when one is asked, and each minute by the sweep."""
    done, more = PACKER.in_turns()
    if more:
        make_bundles.delay()
    return done


@shared_task(name="requests.bundle_tasks.expire_bundles")
def expire_bundles() -> int:
    """Each hour: what stood ready for thirty days goes, key and file; how many."""
    return in_each(lambda: bundles.expire_bundles(timezone.localdate(database_now())))


def _sealed(bureau_id: int, row: Bundle) -> tuple[Copy, SealedFileInfo]:
    """Stored outside a transaction, which would hide how far it is and stay open for minutes."""
    with in_bureau(bureau_id, origin="werker"):
        copy = bundles.open_bundle(row, lambda: in_bureau(bureau_id, origin="werker"))
        store = sealing(subject_id=row.pk)
    return copy, store(copy.chunks())


PACKER = Packer("making a copy", bundles.take_bundle, _sealed, bundles.finish_bundle, bundles.fail_bundle)
