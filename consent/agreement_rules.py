"""How a verwerkersovereenkomst stands. Pure: dates in, words out."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from bureaus.terms import parse_term


class AgreementState(StrEnum):
    RUNNING = "loopt"
    ENDING = "eindigt binnenkort"
    OVER = "verlopen"
    ENDED = "beëindigd"
    RENEWED = "verlengd"


TONES = {
    AgreementState.RUNNING: "good",
    AgreementState.ENDING: "warn",
    AgreementState.OVER: "bad",
    AgreementState.ENDED: "neutral",
    AgreementState.RENEWED: "neutral",
}


def warned_until(today: date, before: str) -> date:
    """What ends on this day or sooner is warned of today; `before` is ISO 8601 (agreement_warning_before)."""
    return parse_term(before).after(today)


def state(ends_on: date | None, today: date, before: str, *, closed: bool, renewed: bool) -> AgreementState:
    if closed:
        return AgreementState.RENEWED if renewed else AgreementState.ENDED
    if ends_on is None or ends_on > warned_until(today, before):
        return AgreementState.RUNNING
    return AgreementState.OVER if ends_on < today else AgreementState.ENDING
