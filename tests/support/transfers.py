"""A dossier of werklokaal that goes to its opdrachtgever: begun, packed, fetched, signed for."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from bureaus.models import Bureau
from bureaus.schema import StukKind
from bureaus.tenancy import in_bureau
from clients.models import EndReason, Phase, Result, Traject
from dossiers import actions as dossiers
from dossiers.models import Dossier
from retention.actions import refresh_due_dates, transfers
from retention.models import Transfer
from tests.support.documents import picture
from tests.support.packed import pack_bureau
from tests.support.people import acting, make_bureau
from tests.support.portal import Case, make_case, state, supplement, write
from vault.files import open_sealed

CIRCUMSTANCE, TALK, NOTE, DRAFT = "Schulden thuis", "Rugklachten besproken", "Alleen voor mij", "Nog niet af"
LETTER, LIMITS = "U begint maandag", "Tilt tot vijf kilo"


def werklokaal() -> Bureau:
    return make_bureau("werklokaal", "werklokaal")


def over(bureau: Bureau, *, kind: str = "uwv", ended: date | None = None, full: bool = True, **more: Any) -> Case:
    """A case whose traject has ended, with everything in its dossier that may and may not go, unless not `full`."""
    case = make_case(bureau, kind=kind, **more)
    if full:
        fill(case)
    end(case, ended or timezone.localdate() - timedelta(days=3))
    return case


def fill(case: Case) -> None:
    letter = write(case, "Brief", LETTER, kind=StukKind.CORRESPONDENTIE)
    supplement(case, letter, "Later erbij gekomen.")
    state(case, "Mijn kant", "Zo was het niet.", about=letter)
    write(case, "Eerste gesprek", TALK)
    write(case, "Wat kan", LIMITS, kind=StukKind.BELASTBAARHEID)
    about = write(case, "Thuis", CIRCUMSTANCE, kind=StukKind.PERSOONLIJKE_OMSTANDIGHEDEN)
    state(case, "Over thuis", "Dat gaat niemand aan.", about=about)
    write(case, "Voortgang", "Het gaat goed.", kind=StukKind.VOORTGANGSRAPPORTAGE)
    write(case, "Half af", DRAFT, final=False)
    write(case, "Aantekening", NOTE, kind=StukKind.WERKAANTEKENING, final=False)
    with acting(case.coach):
        dossiers.add_document(
            dossier=case.dossier, by=case.coach, kind=StukKind.DOCUMENT, herkomst="client", date=date(2026, 1, 5),
            title="Diploma’s", upload=SimpleUploadedFile("diploma lasser.jpg", picture()),
        )  # fmt: skip


def end(case: Case, day: date) -> None:
    """The traject is over since this day."""
    facts = {"end_reason": EndReason.GOAL, "result": Result.JOB, "traject_ended_on": day, "service_closed_on": day}
    with in_bureau(case.bureau):
        Traject.objects.filter(pk=case.traject.pk).update(phase=Phase.ENDED, **facts)
        refresh_due_dates([case.dossier.pk])


def dossier_of(case: Case) -> Dossier:
    with in_bureau(case.bureau):
        rows = Dossier.objects.select_related("client", "traject__opdrachtgever", "traject__contract")
        return rows.get(pk=case.dossier.pk)


def begun(case: Case, by: Any = None) -> Transfer:
    member = by or case.coach
    with acting(member):
        return transfers.start_transfer(dossier=dossier_of(case), by=member)


def packed(case: Case) -> Transfer:
    """Begun by the coach and packed by a worker."""
    row = begun(case)
    assert pack_bureau(case.bureau.pk) == 1
    return now(row)


def fetched(case: Case, row: Transfer, by: Any = None) -> bytes:
    member = by or case.payer
    with acting(member):
        chunks = transfers.fetch_package(transfer=row, by=member)
        assert chunks is not None
        return b"".join(chunks)


def received(case: Case, row: Transfer, name: str = "P. de Wit", by: Any = None) -> Transfer:
    member = by or case.payer
    with acting(member):
        return transfers.receive_transfer(transfer=row, name=name, by=member)


def handed_over(case: Case) -> Transfer:
    """All the way to the signature."""
    row = packed(case)
    fetched(case, row)
    return received(case, row)


def now(row: Transfer) -> Transfer:
    with in_bureau(row.bureau_id):
        return Transfer.objects.select_related("opdrachtgever").get(pk=row.pk)


def opened(row: Transfer) -> zipfile.ZipFile:
    """The package as it lies in storage."""
    with in_bureau(row.bureau_id):
        return zipfile.ZipFile(io.BytesIO(b"".join(open_sealed(subject_id=row.pk, name=row.file))))
