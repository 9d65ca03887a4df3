"""One row in each table of disclosures, made by hand, about one dossier: for whoever walks every table."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from django.db import models
from uuid_utils.compat import uuid7

from access.models import Membership
from consent.models import Consent, DisclosedStuk, Disclosure, DisclosurePackage, RefusedCall
from dossiers.models import Dossier
from vault.actions import create_key
from vault.files import save_sealed

DAY = date(2026, 1, 5)
MOMENT = datetime(2026, 1, 5, 10, tzinfo=UTC)


def disclosure_rows(
    dossier: Dossier, coach: Membership, number: str = "VS2026-0001", *, consent: Consent | None = None
) -> dict[str, models.Model]:
    """By name; the dossier has its key already. In the bureau of the dossier."""
    row = _line(dossier, coach, number, consent)
    row.save(force_insert=True)
    stuk = DisclosedStuk.objects.create(
        disclosure=row, stuk_id=uuid7(), number=1, kind="document", date=DAY, version=1, sha256="0"
    )
    package = DisclosurePackage(disclosure=row, file_size=4, manifest=[], token_hash="0", code_hash="0")
    create_key(subject_id=package.pk)
    package.file = _stored(package.pk)
    package.save(force_insert=True)
    return {"disclosure": row, "disclosed_stuk": stuk, "package": package}


def call_row(dossier: Dossier, **more: Any) -> RefusedCall:
    """Somebody telephoned and got nothing; the dossier has its key already. In the bureau of the dossier."""
    said = {"caller": "P. de Wit", "organisation": "UWV", "asked": "Of zij hier komt.", "noted_by_name": "Alice"} | more
    row = RefusedCall(dossier=dossier, called_at=said.pop("called_at", MOMENT))
    for name, value in said.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row


def bare_disclosure(dossier: Dossier, coach: Membership, number: str, **more: Any) -> Disclosure:
    """One that nothing points at."""
    row = _line(dossier, coach, number, None)
    for name, value in more.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row


def _line(dossier: Dossier, coach: Membership, number: str, consent: Consent | None) -> Disclosure:
    return Disclosure(
        number=number, dossier=dossier, state="klaar", consent=consent, ground="law", article="javawest 8",
        words="Artikel 54 Wet SUWI", why="Voor de aanvraag", receiver_kind="uwv", receiver="P. de Wit, UWV",
        address="p@uwv.test",
        authority="teruggebeld", authority_words="Hoofdnummer", means="link", made_by=coach, made_by_name="Alice",
        sent_by_name="Alice", sent_at=MOMENT, paper_name="bewijs.pdf", paper_size=4, handed_words="Aan de balie",
        paper_file=_stored(dossier.pk),
    )  # fmt: skip


def _stored(subject_id: uuid.UUID) -> str:
    """The name of a small sealed file."""
    return save_sealed(subject_id=subject_id, chunks=[b"%PDF"]).name
