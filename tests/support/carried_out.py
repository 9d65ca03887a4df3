"""Destruction lists as they stand when everything on them has gone: what a proces-verbaal is made of."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from access.models import Membership
from access.reach import as_system, database_now
from bureaus.models import Bureau
from bureaus.schema import DataClass, Trigger
from bureaus.tenancy import in_bureau
from retention import manifest, pv_facts
from retention.actions.pv import make_proces_verbaal
from retention.models import (
    Certificate,
    DestructionList,
    ItemResult,
    ItemState,
    ListItem,
    ListKind,
    ListStatus,
    ProcesVerbaal,
)
from tests.support.ages import silenced
from tests.support.servers import MANY, analyze
from vault.actions import create_keys
from vault.files import open_sealed, save_sealed

ENDED, DUE = date(2021, 3, 5), date(2026, 3, 5)
REMOVED = (("dossiers.Stuk", 12), ("dossiers.StukVersion", 14), ("clients.Traject", 1))


def carried_out(
    bureau: Bureau,
    numbers: int = 3,
    *,
    by: Membership,
    status: str = ListStatus.RUNNING,
    kind: str = ListKind.TERM,
    retained: bool = False,
    first: int = 1,
    **item: Any,
) -> DestructionList:
    """A list of so many dossiers that have gone, with their results; the night proposed it, `by` approved."""
    with in_bureau(bureau), as_system(), silenced():
        now = database_now()
        row = DestructionList(
            year=timezone.localtime(now).year, number=DestructionList.objects.count() + 1, kind=kind,
            reference_date=timezone.localdate(now), reglement_version=1, cooling_off="P7D", proposed_by_name="systeem",
            proposed_at=now - timedelta(days=9), approved_by=by, approved_by_name=by.name,
            approved_at=now - timedelta(days=8), starts_after=now - timedelta(days=1),
            started_at=now - timedelta(hours=1), generation=None if kind == ListKind.CORRECTION else 2,
        )  # fmt: skip
        items = [_gone(row, first + at, now, retained, item) for at in range(numbers)]
        row.manifest = manifest.write(row, items)
        row.manifest_sha256 = row.approved_sha256 = manifest.sha256(row.manifest)
        row.save()
        ListItem.objects.bulk_create(items, batch_size=1000)
        ItemResult.objects.bulk_create([one for item in items for one in _results(item, now)], batch_size=2000)
        if len(items) >= MANY:
            analyze()
        row.status = status
        row.save(update_fields=["status"])
    return row


def number_of(at: int) -> str:
    return f"2021-{at:05}"


def pv_of(bureau: Bureau, row: DestructionList) -> ProcesVerbaal:
    at_its_end = row.status == ListStatus.DONE  # which has one already, where it was carried out
    with in_bureau(bureau), as_system(), silenced() if at_its_end else nullcontext():
        return make_proces_verbaal(destruction_list=row)


def paper_of(row: ProcesVerbaal) -> bytes:
    with in_bureau(row.bureau_id):
        return b"".join(open_sealed(subject_id=row.pk, name=row.file))


def left_out(bureau: Bureau, row: DestructionList, number: str, **facts: Any) -> ListItem:
    """A dossier of that list that stayed."""
    with in_bureau(bureau):
        given = {"state": ItemState.EXCLUDED, "excluded_reason": "belang", "excluded_until": date(2027, 1, 1)}
        with loose(row):
            return ListItem.objects.create(
                destruction_list=row, dossier_id=uuid.uuid4(), dossier_number=number, data_class=DataClass.DOSSIER,
                period_from=ENDED, **(given | facts),
            )  # fmt: skip


@contextmanager
def loose(*lists: DestructionList) -> Iterator[None]:
    """Inside, what stands on these lists may be moved: the database allows that only before a list is approved."""
    rows = DestructionList.objects.filter(pk__in=[one.pk for one in lists])
    stood = dict(rows.values_list("pk", "status"))
    with silenced():
        rows.update(status=ListStatus.PROPOSED)
    yield
    with silenced():
        for pk, status in stood.items():
            DestructionList.objects.filter(pk=pk).update(status=status)


def _gone(row: DestructionList, at: int, now: Any, retained: bool, more: dict[str, Any]) -> ListItem:
    kept = [{"what": DataClass.LEGALLY_REQUIRED.label, "term": "P7Y", "until": "2028-03-05", "ground": "AWR 52"}]
    facts = {
        "dossier_id": uuid.uuid4(), "dossier_number": number_of(at), "data_class": DataClass.DOSSIER,
        "period_from": ENDED - timedelta(days=200), "period_until": ENDED, "trigger": Trigger.TRAJECT_ENDED.value,
        "trigger_on": ENDED, "term": "P5Y", "due_on": DUE, "article": "javawest 7", "state": ItemState.CLEARED,
        "counts": {"stukken": 12, "files": 3, "bytes": 1_234_567}, "holds_checked_at": now - timedelta(minutes=30),
        "erased_at": now - timedelta(minutes=20), "retained": kept if retained else [],
    }  # fmt: skip
    return ListItem(destruction_list=row, **(facts | more))


def _results(item: ListItem, now: Any) -> list[ItemResult]:
    keys = 0 if item.stuk_id else 1  # the key of a dossier that stays, stays (ADR 0020)
    stores = [*((store, many, 0) for store, many in REMOVED), ("vault.WrappedKey", keys, 0), ("zoeken", 0, 0)]
    stores.append(("storages.sealed", 3, 1_234_567))
    return [
        ItemResult(item=item, store=store, removed=many, size=size, left=0, checked_at=now - timedelta(minutes=5))
        for store, many, size in stores
    ]


def proven(by: Membership) -> tuple[ProcesVerbaal, DestructionList]:
    """A proces-verbaal with an annex and a certificate, its papers three words long; and a list that waits for its
    certificate. In the bureau's context."""
    row = carried_out(by.bureau, 1, by=by, status=ListStatus.DONE, paper="Kast 3 (1 map)", first=90_001)
    waits = carried_out(by.bureau, 1, by=by, status=ListStatus.PAPER, paper="Kast 3 (1 map)", first=90_002)
    made_at = timezone.now()
    day = timezone.localdate(made_at)
    with as_system(), silenced():
        facts = pv_facts.plain(pv_facts.gather(row, number="2026-0001", made_at=made_at))
        made = ProcesVerbaal(
            destruction_list=row, year=2026, number=1, kind=row.kind, made_by_name="Test", facts=facts, dossiers=1,
            backups_expire_on=day, keep_until=day, annex_subject=row.pk, annex_until=day + timedelta(days=9),
        )  # fmt: skip
        proof = Certificate(
            destruction_list=row, company="Papierwolf", reference="P-1", destroyed_on=day,
            content_type="application/pdf", added_by_name="Test",
        )  # fmt: skip
        create_keys(subject_ids=[made.pk, proof.pk, row.pk])
        for one, subject in ((made, made.pk), (proof, proof.pk)):
            info = save_sealed(subject_id=subject, chunks=[b"een korte tekst"])
            one.file, one.file_size, one.file_sha256 = info.name, info.size, info.sha256
        made.annex_file = save_sealed(subject_id=row.pk, chunks=[b"een naam"]).name
        made.save(force_insert=True)
        proof.save(force_insert=True)
    return made, waits
