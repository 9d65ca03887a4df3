"""When a client should have the reglement, and how that stands. Pure: dates in, words out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bureaus.workdays import working_days_after


class Standing(StrEnum):
    """How it stands with one client."""

    LATE = "te_laat"
    WAITING = "nog_te_geven"
    UNCONFIRMED = "niet_bevestigd"
    DONE = "gegeven"


# What each is called, and the tone of its mark.
SAID = {
    Standing.LATE: ("te laat", "bad"),
    Standing.WAITING: ("nog te geven", "busy"),
    Standing.UNCONFIRMED: ("nog niet bevestigd", "warn"),
    Standing.DONE: ("gegeven", "good"),
}


@dataclass(frozen=True)
class Facts:
    """Of one client: the day of aanmelding, and whether something was given and is proven."""

    registered_on: date
    given: bool
    proven: bool


def give_by(registered_on: date, working_days: int) -> date:
    """The last day to give it: that many working days after the aanmelding (werkid 5)."""
    return working_days_after(registered_on, working_days)


def late_before(today: date, working_days: int) -> date:
    """Whoever was registered before this day and has nothing, is late: the first day whose term has not passed."""
    day = today - timedelta(days=1)
    while give_by(day, working_days) >= today:
        day -= timedelta(days=1)
    return day + timedelta(days=1)


def standing(facts: Facts, today: date, *, working_days: int, confirmed: bool) -> Standing:
    """`confirmed`: the reglement asks the client's own word, or signature (werklokaal 9b)."""
    if not facts.given:
        return Standing.LATE if give_by(facts.registered_on, working_days) < today else Standing.WAITING
    return Standing.DONE if facts.proven or not confirmed else Standing.UNCONFIRMED
