"""One row in each table of requests, made by hand, about one dossier: for whoever walks every table."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import models
from uuid_utils.compat import uuid7

from access.models import Membership
from dossiers.models import Dossier
from requests.models import (
    Bundle,
    Change,
    Channel,
    FollowUp,
    Incident,
    Judgement,
    Kind,
    Letter,
    LetterTemplate,
    Mark,
    Pause,
    Reminder,
    Step,
    Verzoek,
)
from vault.actions import create_key
from vault.files import save_sealed

DAY = date(2026, 1, 5)
MOMENT = datetime(2026, 1, 5, 10, tzinfo=UTC)


def request_rows(dossier: Dossier, handler: Membership, number: str = "V2026-0001") -> dict[str, models.Model]:
    """By name; the dossier's client has its key already. In the bureau of the dossier."""
    verzoek = Verzoek.objects.create(
        number=number, kind=Kind.CORRECTIE, change=Change.IMPROVE, channel=Channel.LETTER, client=dossier.client,
        dossier=dossier, words="Dit klopt niet", proposed="Zo was het", received_on=DAY, entered_by_name="Alice",
        acknowledge_by=DAY, due_on=DAY + timedelta(days=28), handler=handler, scan_name="brief.pdf",
        scan_file=_stored(dossier.client_id), scan_size=4,
    )  # fmt: skip
    paper = {"file": _stored(dossier.client_id), "file_size": 4, "file_sha256": "0", "made_by_name": "Alice"}
    bundle = Bundle(verzoek=verzoek, asked_by_name="Alice", manifest=[], file_size=4)
    create_key(subject_id=bundle.pk)
    bundle.file = _stored(bundle.pk)
    bundle.save(force_insert=True)
    hangs: dict[str, Any] = {"verzoek": verzoek}
    sealed = {**hangs, "client_id": dossier.client_id}
    payer = dossier.traject.opdrachtgever
    return {
        "verzoek": verzoek,
        "pause": Pause.objects.create(**hangs, began_on=DAY, by_name="Alice"),
        "reminder": Reminder.objects.create(**hangs, kind=Reminder.Kind.HALF, due_on=DAY),
        "step": Step.objects.create(**sealed, kind=Step.Kind.RECEIVED, by_name="Alice", note="Per brief"),
        "judgement": Judgement.objects.create(
            **sealed, stuk_id=uuid7(), verdict="achterhouden", reason_code="een ander", reason="Noemt een buurman",
            judged_by_name="Alice",
        ),
        "mark": Mark.objects.create(
            **sealed, stuk_id=uuid7(), kind=Mark.Kind.WORDS, words="Buurman Karel", reason_code="een ander",
            reason="Niet van haar", made_by_name="Alice",
        ),
        "follow_up": FollowUp.objects.create(
            **sealed, kind=FollowUp.Kind.TELL, opdrachtgever=payer, due_on=DAY, disclosure_id=uuid7(), receiver="UWV"
        ),
        "letter": Letter.objects.create(**hangs, kind=LetterTemplate.Kind.ACKNOWLEDGE, **paper),
        "bundle": bundle,
    }  # fmt: skip


def _stored(subject_id: uuid.UUID) -> str:
    """The name of a small sealed file."""
    return save_sealed(subject_id=subject_id, chunks=[b"%PDF"]).name


def bureau_rows() -> dict[str, models.Model]:
    """What is the bureau's own: a text of a letter and an incident. Inside the bureau."""
    incident = Incident(
        number="I2026-001", aware_at=MOMENT, notify_by=MOMENT + timedelta(hours=72), made_by_name="Fleur"
    )
    create_key(subject_id=incident.pk)
    incident.what, incident.whose = "Mail naar de verkeerde", "Een persoon"
    incident.save(force_insert=True)
    kind = LetterTemplate.Kind.ACKNOWLEDGE
    text = LetterTemplate.objects.create(kind=kind, version=1, subject="Uw verzoek", body="Dag", made_by_name="Dora")
    return {"incident": incident, "letter_text": text}
