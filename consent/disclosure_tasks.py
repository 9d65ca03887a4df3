"""Thin: find the disclosures that wait to be packed, and pack them one by one; take away those whose days are over."""

from __future__ import annotations

from celery import shared_task

from bureaus.rounds import in_each
from bureaus.tenancy import in_bureau
from consent.actions import packages
from consent.disclosure_package import Parcel
from consent.models import DisclosurePackage
from dossiers.packer import Packer
from vault.files import SealedFileInfo, save_sealed

# Seconds until the worker is stopped: a large dossier takes longer than a task is given elsewhere. A minute before it
# is told, so that it stands there with why and is not begun over and over. A message that comes back meanwhile finds
# the lease, and nothing to do (ADR 5).
TIME_LIMIT = 1800


@shared_task(name="consent.disclosure_tasks.pack_disclosures", time_limit=TIME_LIMIT, soft_time_limit=TIME_LIMIT - 60)
def pack_disclosures() -> int:
    """Pack what waits; how many stand ready. Rung when one is sent, and each minute by the sweep."""
    done, more = PACKER.in_turns()
    if more:
        pack_disclosures.delay()
    return done


@shared_task(name="consent.disclosure_tasks.expire_disclosures")
def expire_disclosures() -> int:
    """Each hour: what was not fetched in time goes, key and file; how many."""
    return in_each(packages.expire_packages)


def _sealed(bureau_id: int, row: DisclosurePackage) -> tuple[Parcel, SealedFileInfo]:
    with in_bureau(bureau_id, origin="werker"):
        parcel = packages.open_parcel(row)
        return parcel, save_sealed(subject_id=row.pk, chunks=parcel.chunks())


PACKER = Packer("packing a disclosure", packages.take_package, _sealed, packages.finish_package, packages.fail_package)
