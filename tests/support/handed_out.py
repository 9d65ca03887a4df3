"""The reglement given to a client, on paper and in the portal: by hand, for whoever walks every table or address."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

from bureaus.tenancy import in_bureau
from clients.models import Client, Opdrachtgever
from consent.models import HandedHow, HandedOut, HandedToPayer, PayerHow, ProcessorAgreement
from tests.support.portal import Case
from vault.actions import create_key
from vault.errors import KeyExists
from vault.files import save_sealed

DAY = date(2026, 1, 6)


def paper_row(client: Client, **more: Any) -> HandedOut:
    """On paper, with its scan; inside the bureau."""
    with suppress(KeyExists):
        create_key(subject_id=client.pk)
    info = save_sealed(subject_id=client.pk, chunks=[b"%PDF"])
    scan = {"scan_file": info.name, "scan_name": "Reglement.pdf", "scan_size": info.size}
    return _made(client, how=HandedHow.PAPER, **scan, **more)


def portal_row(client: Client, **more: Any) -> HandedOut:
    """In the portal, not confirmed yet; inside the bureau."""
    return _made(client, how=HandedHow.PORTAL, **more)


def handed_ids(case: Case) -> dict[str, Any]:
    """One of each, of Vera's: for the table of permissions."""
    with in_bureau(case.bureau):
        given = {"paper": paper_row(case.client).pk, "portal": portal_row(case.client).pk}
        return given | {"agreement": agreement_row(party="Softwarehuis").pk}


def agreement_row(**facts: Any) -> ProcessorAgreement:
    """A verwerkersovereenkomst with its scan; inside the bureau."""
    row = ProcessorAgreement(**{"purpose": "Mail versturen", "signed_on": DAY, "made_by_name": "Alice"} | facts)
    create_key(subject_id=row.pk)
    info = save_sealed(subject_id=row.pk, chunks=[b"%PDF"])
    row.scan_file, row.scan_name, row.scan_size = info.name, "Overeenkomst.pdf", info.size
    row.save(force_insert=True)
    return row


def payer_row(payer: Opdrachtgever, **facts: Any) -> HandedToPayer:
    """Given to an opdrachtgever by mail; inside the bureau."""
    said = {"version": 1, "title": "Privacyreglement", "how": PayerHow.MAIL, "given_on": DAY, "given_by_name": "Alice"}
    made: HandedToPayer = HandedToPayer.objects.create(opdrachtgever=payer, **(said | facts))
    return made


def _made(client: Client, **facts: Any) -> HandedOut:
    said = {"version": 1, "title": "Privacyreglement", "given_on": DAY, "given_by_name": "Alice"} | facts
    made: HandedOut = HandedOut.objects.create(client=client, **said)
    return made
