"""The letter by which somebody outside is asked for something: it names the machtiging and what that covers."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from consent import shown
from consent.models import Consent, How, InformationRequest
from vault.papers import SealedPaper, seal_paper

PAPER = "papers/opvragen.html"


def sealed(row: InformationRequest, consent: Consent) -> SealedPaper:
    """Drawn and kept under the key of the dossier. Raises bureaus.pdf.OutsideFetch, NoBureau."""
    title = f"Verzoek om gegevens {row.number}"
    return seal_paper(subject_id=row.dossier_id, template=PAPER, context=context(row, consent), title=title)


def context(row: InformationRequest, consent: Consent) -> dict[str, Any]:
    return {
        "row": row, "consent": consent, "person": row.dossier.client, "name": row.party, "number": row.number,
        "day": timezone.localdate(row.asked_at), "lines": str(row.address or "").splitlines(),
        "given_on": given_on(consent), "on_paper": on_paper(consent), "signed_by": row.asked_by_name,
        "directions": shown.directions(consent),
    }  # fmt: skip


def on_paper(consent: Consent) -> bool:
    """Whether there is a paper of which a copy goes along; one of the portal is printed behind the letter."""
    return consent.how == How.PAPER


def given_on(consent: Consent) -> Any:
    """The day under the signature, or the day that it was given in the portal."""
    return consent.signed_on or (timezone.localdate(consent.answered_at) if consent.answered_at else None)
