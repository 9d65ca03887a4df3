"""What goes by the terms of the log and of the evidence of destructions: each part in a transaction of its own.

What may go is the database's to say (migrations journal 0005 and retention 0007); here it is only asked, the papers are
taken out of storage and the keys destroyed. Killed half way, the next night completes it.
"""

from __future__ import annotations

import logging
import time
import uuid
from typing import Any

from django.db import connection, transaction

from access.reach import as_system
from bureaus.tenancy import current_bureau_id, in_bureau
from journal.actions import record
from journal.wiping import wipe_past
from retention import ledger
from retention.models import Certificate, DestructionList, ListItem, ListStatus, ProcesVerbaal, Transfer
from retention.storage import NotAnswering, remove
from vault.actions import destroy_key

log = logging.getLogger(__name__)
PAPER_GONE, LIST_GONE, TRANSFERS_GONE = "proces_verbaal.gewist", "vernietiging.gewist", "overdracht.gewist"
TRANSFERS = 1_000  # at most, in one transaction
AT_MOST = 60.0  # seconds for the log of one bureau in one night; years of it at once go in more nights
_PAST = """SELECT id FROM retention_destructionlist
WHERE bureau_id = %s AND status = ANY (%s) AND retention_evidence_is_past(id) ORDER BY year, number"""


def wipe_log(bureau_id: int, origin: str) -> int:
    """Lines of the log past their term; how many."""
    lines, until = 0, time.monotonic() + AT_MOST
    while time.monotonic() < until:
        with in_bureau(bureau_id, origin=origin), as_system():
            gone = wipe_past()
        if gone is None:
            break
        lines += gone.lines
    return lines


def drop_evidence(bureau_id: int, origin: str) -> int:
    """Processen-verbaal, lists and records of hand-overs past their term; how many of them.

    One whose papers storage does not give up waits for the next night, whole.
    """
    with in_bureau(bureau_id, origin=origin), as_system():
        past = _past()
    gone = 0
    for list_id in past:
        try:
            with in_bureau(bureau_id, origin=origin), as_system():
                gone += drop_list(list_id=list_id)
        except NotAnswering as trouble:
            log.warning("evidence of list %s of bureau %s stays a night longer: %s", list_id, bureau_id, trouble)
    while True:
        with in_bureau(bureau_id, origin=origin), as_system():
            many = drop_transfers()
        gone += many
        if many < TRANSFERS:
            return gone


@transaction.atomic
def drop_list(*, list_id: uuid.UUID) -> bool:
    """One list with all that tells of it; False where it has gone meanwhile. Within the reach of the system.

    Rows and keys first, for the database refuses what is not past its term; then papers and notes, which are not
    rolled back but are taken away again by the next night. Raises NotAnswering.
    """
    row = DestructionList.objects.select_for_update(of=("self",)).filter(pk=list_id).first()
    if row is None:
        return False
    paper = ProcesVerbaal.objects.defer("facts").filter(destruction_list=row).first()
    proof = Certificate.objects.filter(destruction_list=row).first()
    whole = {"destruction_list": row, "stuk_id": None, "record_id": None}
    dossiers = ListItem.objects.filter(**whole).values("dossier_id")
    packages = dict(Transfer.objects.filter(dossier_id__in=dossiers).values_list("pk", "file"))
    facts = {"list": str(row), "dossiers": ListItem.objects.filter(destruction_list=row).count()}
    handed = _drop(list_id)
    _destroy_keys([row.pk, *(one.pk for one in (paper, proof) if one), *handed])
    if paper is None:
        record(act=LIST_GONE, facts=facts)
    else:
        number = f"{paper.year}-{paper.number:04}"
        record(act=PAPER_GONE, facts={**facts, "number": number, "transfers": len(handed)})
    files = [paper.file, paper.annex_file] if paper else []
    files += [proof.file] if proof else []
    _remove([*files, *(packages.get(one, "") for one in handed)])
    ledger.forget(list_id, paper=(paper.year, paper.number) if paper else None)
    return True


@transaction.atomic
def drop_transfers() -> int:
    """Records of hand-overs that were taken back, a batch of them; how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT retention_drop_transfers(%s)", [TRANSFERS])
        gone = [found for (found,) in cursor.fetchall()]
    _destroy_keys(gone)
    if gone:
        record(act=TRANSFERS_GONE, facts={"count": len(gone)})
    return len(gone)


def _past() -> list[uuid.UUID]:
    ended = [ListStatus.DONE.value, ListStatus.CANCELLED.value]
    with connection.cursor() as cursor:
        cursor.execute(_PAST, [current_bureau_id(), ended])
        return [found for (found,) in cursor.fetchall()]


def _drop(list_id: uuid.UUID) -> list[uuid.UUID]:
    """The rows; the hand-overs that went with them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT retention_drop_evidence(%s)", [list_id])
        handed: list[uuid.UUID] = cursor.fetchone()[0]
    return handed


def _destroy_keys(subjects: list[Any]) -> None:
    for subject_id in subjects:
        destroy_key(subject_id=subject_id)


def _remove(files: list[str]) -> None:
    for name in filter(None, files):
        remove(name)
