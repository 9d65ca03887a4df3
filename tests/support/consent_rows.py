"""Consents by hand, about one dossier: for whoever walks every table, and for what asks a ground."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone

from bureaus import reglement
from clients.models import Client
from consent.models import Consent, ConsentText, How, State
from consent.rules import text_hash
from dossiers.models import Dossier
from vault.files import save_sealed


def text_of(purpose: str = "photo", **more: Any) -> ConsentText:
    """The newest version of a purpose as the reglement in force words it."""
    rule = reglement.in_force().consents.asked[purpose]
    last = ConsentText.objects.filter(purpose=purpose).order_by("-version").first()
    if last is not None and last.sha256 == text_hash(rule):
        return last
    made: ConsentText = ConsentText.objects.create(
        purpose=purpose, version=last.version + 1 if last else 1, title=rule.title, text=rule.text,
        directions=[str(one) for one in rule.direction], names_party=rule.names_party, signed=rule.signed,
        stukken=rule.stukken, valid_for=rule.valid_for or "", article=rule.article, sha256=text_hash(rule), **more,
    )  # fmt: skip
    return made


def asked_row(client: Client, number: str = "T2026-0001", purpose: str = "photo", **more: Any) -> Consent:
    """Asked; the client has its key already. Inside the bureau."""
    text = text_of(purpose)
    row = Consent(number=number, client=client, text=text, purpose=purpose, asked_by_name="Alice")
    row.party = more.pop("party", "Huisarts Vermeer" if text.names_party else None)
    row.scope = more.pop("scope", "De brief van 3 maart" if text.names_party else None)
    for name, value in more.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row


def given_row(client: Client, number: str = "T2026-0001", purpose: str = "photo", **more: Any) -> Consent:
    """Given in the portal; `ends_on` and what else was answered by name."""
    answer = {name: more.pop(name) for name in ("ends_on", "answered_at", "signed_name") if name in more}
    return answered(asked_row(client, number, purpose, **more), State.GIVEN, **answer)


def paper_row(client: Client, number: str = "T2026-0001", purpose: str = "photo", **more: Any) -> Consent:
    """Given on a paper that is scanned."""
    scan = {"scan_file": save_sealed(subject_id=client.pk, chunks=[b"%PDF"]).name, "scan_name": f"{number}.pdf",
            "scan_size": 4, "scan_sha256": "0", "signed_on": date(2026, 1, 5)}  # fmt: skip
    return answered(asked_row(client, number, purpose, **more), State.GIVEN, how=How.PAPER, **scan)


def answered(row: Consent, state: State, **answer: Any) -> Consent:
    said = {"state": state, "how": How.PORTAL, "answered_at": timezone.now(), "answered_by_name": "Charlie", **answer}
    return _changed(row, said)


def withdrawn(row: Consent, **how: Any) -> Consent:
    said = {"state": State.WITHDRAWN, "withdrawn_how": How.PORTAL, "withdrawn_at": timezone.now(),
            "withdrawn_by_name": "Charlie", **how}  # fmt: skip
    return _changed(row, said)


def consent_rows(
    dossier: Dossier, number: str = "T2026-0001", purpose: str = "third_party_share"
) -> dict[str, models.Model]:
    """One row in each table, by name, all columns filled; the dossier's client has its key already."""
    row = paper_row(dossier.client, number, purpose, dossier=dossier)
    return {"consent_text": row.text, "consent": withdrawn(row)}


def _changed(row: Consent, said: dict[str, Any]) -> Consent:
    for name, value in said.items():
        setattr(row, name, value)
    row.save(update_fields=list(said))
    return row
