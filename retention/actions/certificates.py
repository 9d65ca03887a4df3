"""The recognised company's certificate that the paper of a list is destroyed (pluspunt 3.5)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from access.models import Membership
from access.reach import as_system
from access.rules import RuleBroken
from dossiers.documents.inspect import Inspected, inspect
from dossiers.documents.kinds import Refused
from journal.actions import record
from retention import papers_held as held
from retention.actions.execution import ring
from retention.clock import database_today
from retention.models import Certificate, DestructionList
from vault.actions import create_key
from vault.files import open_sealed, save_with_transaction

KINDS = ("pdf", "jpeg", "png")
CHUNK = 1024 * 1024


@transaction.atomic
def add_certificate(
    *, destruction_list: DestructionList, company: str, reference: str, destroyed_on: date, upload: File[bytes],
    by: Membership,
) -> Certificate:  # fmt: skip
    """The certificate, sealed; the list's closing goes on by itself. One that is there already stays as it is.

    Raises PermissionDenied, RuleBroken.
    """
    there: Certificate | None = Certificate.objects.filter(destruction_list=destruction_list).first()
    if there is not None:
        return there
    held.check_certificate(by, destruction_list)
    file = _inspected(upload)
    with as_system():
        row: DestructionList = DestructionList.objects.select_for_update(of=("self",)).get(pk=destruction_list.pk)
        there = Certificate.objects.filter(destruction_list=row).first()
        if there is not None:
            return there
        held.check_certificate(by, row)
        _check_day(row, destroyed_on)
        made = Certificate(
            destruction_list=row, company=company, reference=reference, destroyed_on=destroyed_on,
            content_type=file.kind.content_type, added_by_name=by.name,
        )  # fmt: skip
        _seal(made, file)
        made.save(force_insert=True)
        facts = {"list": str(row), "sha256": made.file_sha256, "destroyed_on": destroyed_on}
        record(act="certificaat.toegevoegd", obj=made, facts=facts)
        ring()
    return made


@transaction.atomic
def fetch_certificate(*, certificate: Certificate) -> Iterator[bytes]:
    """For who downloads it. Raises FileNotFoundError, vault.errors.VaultError."""
    chunks = open_sealed(subject_id=certificate.pk, name=certificate.file)
    record(act="certificaat.opgehaald", obj=certificate, facts={"sha256": certificate.file_sha256})
    return chunks


def _inspected(upload: File[bytes]) -> Inspected:
    try:
        file = inspect(upload)
    except Refused as refusal:
        raise RuleBroken(str(refusal), "upload") from None
    if file.kind.code not in KINDS:
        raise RuleBroken(f"Dit is {file.kind.label}. Voeg een PDF toe, of een foto of scan (JPG, PNG).", "upload")
    return file


def _check_day(row: DestructionList, day: date) -> None:
    begun = timezone.localdate(row.approved_at) if row.approved_at else row.reference_date
    if day < begun:
        raise RuleBroken(f"De lijst is pas op {begun:%d-%m-%Y} goedgekeurd. Kijk de datum na.", "destroyed_on")
    if day > database_today():
        raise RuleBroken("Deze dag moet nog komen.", "destroyed_on")


def _seal(row: Certificate, file: Inspected) -> None:
    create_key(subject_id=row.pk)
    digest = hashlib.sha256()
    info = save_with_transaction(subject_id=row.pk, chunks=_read(file.file, digest))
    row.file, row.file_size, row.file_sha256 = info.name, info.size, digest.hexdigest()


def _read(file: File[bytes], digest: Any) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        yield chunk
