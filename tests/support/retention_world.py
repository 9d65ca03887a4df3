"""What keeping has to name in an address, all of Vera's dossier: for the table of permissions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from access.models import Membership
from bureaus.tenancy import in_bureau
from dossiers.models import Dossier
from retention import handing, manifest
from retention.actions import place_hold
from retention.models import DestructionList, ListItem, TermAgreement, Transfer
from tests.support.people import acting
from tests.support.portal import Case
from vault.actions import create_key
from vault.files import save_sealed


def kept(case: Case, directie: Membership) -> dict[str, Any]:
    """A hold of the coach and a term that directie agreed, and their ids."""
    with acting(case.coach):
        review_on = timezone.localdate() + timedelta(days=30)
        hold = place_hold(
            dossier=case.dossier, by=case.coach, kind="klacht", reason="Er loopt een klacht.", review_on=review_on
        )
    with in_bureau(case.bureau):
        agreement = TermAgreement.objects.create(
            traject=case.traject, data_class="dossier", term="P3Y", trigger="service_closed", action="destroy_pv",
            basis="brief van 3 mei", made_by=directie, made_by_name=directie.name,
        )  # fmt: skip
    return {"hold_id": hold.pk, "agreement_id": agreement.pk, "transfer_id": ready(case).pk} | listed(case)


def ready(case: Case) -> Transfer:
    """Vera's dossier as it stands ready for the payer, its package three words long."""
    with in_bureau(case.bureau):
        dossier = Dossier.objects.select_related("traject__opdrachtgever").get(pk=case.dossier.pk)
        row = Transfer(
            dossier_id=dossier.pk, dossier_number=dossier.number, traject_id=dossier.traject_id,
            opdrachtgever=dossier.traject.opdrachtgever, status=Transfer.Status.READY, started_by=case.coach,
            started_by_name=case.coach.name, ready_at=timezone.now(), contents_sha256=handing.contents(dossier).sha256,
            receiver_keeps="P10Y", article="werklokaal 7", left_out=[{"number": 2, "reason": "omstandigheden"}],
            manifest=[{"name": "dossier.pdf", "sha256": "0" * 64, "size": 1}], file_sha256="0" * 64,
        )  # fmt: skip
        create_key(subject_id=row.pk)
        info = save_sealed(subject_id=row.pk, chunks=[b"een klein pakket"])
        row.file, row.file_size = info.name, info.size
        row.save(force_insert=True)
    return row


def listed(case: Case) -> dict[str, Any]:
    """A list of the night with Vera's dossier on it: what stands there is what counts, not whether it is due."""
    with in_bureau(case.bureau):
        row = DestructionList(
            year=2026, number=80_001, kind="termijn", reference_date=timezone.localdate(), reglement_version=1,
            cooling_off="P7D", proposed_by_name="systeem",
        )  # fmt: skip
        item = ListItem(
            destruction_list=row, dossier_id=case.dossier.pk, dossier_number=case.dossier.number, data_class="dossier",
            period_from="2015-01-01", due_on="2021-01-01", counts={"stukken": 1, "files": 0, "bytes": 0},
        )  # fmt: skip
        row.manifest = manifest.write(row, [item])
        row.manifest_sha256 = manifest.sha256(row.manifest)
        row.save(force_insert=True)
        item.save(force_insert=True)
    return {"list_id": row.pk, "item_id": item.pk}
