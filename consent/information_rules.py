"""What a question to somebody outside asks of its machtiging, and when it is followed up. No database, no user."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta

from access.rules import RuleBroken
from bureaus.schema import Direction
from consent.models import InformationState

WAIT = timedelta(days=14)  # until it is followed up, where nothing else was chosen
LONGEST_WAIT = timedelta(days=365)
TONES = {
    InformationState.PREPARED: "neutral", InformationState.ASKED: "busy", InformationState.ANSWERED: "good",
    InformationState.CLOSED: "neutral", InformationState.WITHDRAWN: "warn",
}  # fmt: skip


def check_machtiging(
    *, given: bool, holds: bool, directions: Sequence[str], party: str, dossier_id: uuid.UUID | None, wanted: uuid.UUID
) -> None:
    """Whether this consent of the client lets something be asked for this dossier now, of whom it names (javawest 5.2).

    Raises RuleBroken. Without a name: a refusal stays in the log.
    """
    if not given:
        raise RuleBroken("Deze machtiging geldt niet: zij is niet gegeven, of weer ingetrokken.", "consent")
    if not holds:
        raise RuleBroken("Deze machtiging is verlopen. Vraag een nieuwe.", "consent")
    if Direction.ASK not in directions:
        raise RuleBroken("Deze toestemming gaat niet over gegevens opvragen bij een ander.", "consent")
    if not party.strip():
        raise RuleBroken("Deze toestemming noemt niet bij wie u iets mag opvragen.", "consent")
    if dossier_id is not None and dossier_id != wanted:
        raise RuleBroken("Deze machtiging gaat over een ander dossier.", "consent")


def check_follow_up(on: date, today: date) -> None:
    """Raises RuleBroken beside its field."""
    if on <= today:
        raise RuleBroken("Kies een dag na vandaag.", "follow_up_on")
    if on > today + LONGEST_WAIT:
        raise RuleBroken("Kies een dag binnen een jaar.", "follow_up_on")


def follow_up(chosen: date, today: date) -> date:
    """The day on the letter: what was chosen when it was prepared, unless that has come by now."""
    return chosen if chosen > today else today + WAIT
