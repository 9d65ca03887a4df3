"""Asking to look into one dossier (pluspunt 4.1): numbers, hours and states. No database, no user."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from access.rules import RuleBroken

# Without letters and figures that look or sound alike, so that a number can be read out on the telephone.
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
NUMBER_LENGTH = 7
NUMBER = re.compile(f"D-[{ALPHABET}]{{{NUMBER_LENGTH}}}")

LAPSES_AFTER = timedelta(days=7)
# So that numbers are not tried out, and nobody's inbox is filled.
OPEN_AT_MOST = 10
A_DAY = 20
LONGEST_TEXT = 1_000  # characters
NOT_A_NUMBER = "Dit is geen dossiernummer. Het begint met D- en heeft daarna zeven letters en cijfers, zoals D-7K3QX9B."


class Asking(Protocol):
    """What is asked here of the asking part of a reglement."""

    @property
    def allowed(self) -> bool: ...
    @property
    def who_may_ask(self) -> Iterable[str]: ...
    @property
    def max_hours(self) -> int: ...


class Asked(Protocol):
    """What is asked here of a request."""

    @property
    def state(self) -> str: ...
    @property
    def asked_at(self) -> datetime: ...
    @property
    def decided_by_name(self) -> str: ...


def clean_number(text: str) -> str:
    """`d 7k3 qx9b` and `7K3QX9B` are `D-7K3QX9B`. Raises RuleBroken for what can be no number."""
    bare = "".join(sign for sign in text.upper() if sign.isalnum())
    number = f"D-{bare[1:] if len(bare) == NUMBER_LENGTH + 1 and bare.startswith('D') else bare}"
    if not NUMBER.fullmatch(number):
        raise RuleBroken(NOT_A_NUMBER, "number")
    return number


def may_ask(roles: Iterable[str], asking: Asking) -> bool:
    """Whether the reglement lets somebody with these roles ask."""
    return asking.allowed and bool(set(roles) & {str(role) for role in asking.who_may_ask})


def check_hours(hours: int, asking: Asking) -> None:
    """Whole hours, and no more than the reglement's maximum. Raises RuleBroken."""
    if hours < 1:
        raise RuleBroken("Kies ten minste één uur.", "hours")
    if hours > asking.max_hours:
        raise RuleBroken(f"Het reglement staat ten hoogste {asking.max_hours} uur toe.", "hours")


def check_text(text: str, field: str) -> None:
    """Without a reason nothing is asked, allowed or refused. Raises RuleBroken."""
    if not text.strip():
        raise RuleBroken("Vul dit in.", field)
    if len(text) > LONGEST_TEXT:
        raise RuleBroken(f"Gebruik ten hoogste {LONGEST_TEXT} tekens.", field)


def check_how_often(waiting: int, today: int) -> None:
    """Raises RuleBroken for who has too much open, or asked too often in the last day."""
    if waiting >= OPEN_AT_MOST:
        raise RuleBroken(f"U hebt al {waiting} verzoeken open staan. Wacht eerst op een besluit.")
    if today >= A_DAY:
        raise RuleBroken(f"U hebt in 24 uur al {today} keer iets gevraagd. Probeer het morgen opnieuw.")


def has_lapsed(asked_at: datetime, now: datetime) -> bool:
    """Whether a request that was not decided waits no longer."""
    return now - asked_at >= LAPSES_AFTER


def check_waits(asked: Asked, now: datetime) -> None:
    """One decision, once, on what still waits. Raises RuleBroken."""
    who = asked.decided_by_name or "een ander"
    refusals = {
        "toegestaan": f"Dit verzoek is al toegestaan door {who}.",
        "geweigerd": f"Dit verzoek is al afgewezen door {who}.",
        "ingetrokken": "Dit verzoek is ingetrokken door wie het deed.",
        "vervallen": "Dit verzoek is vervallen: er is te lang niet over beslist.",
    }
    if asked.state in refusals:
        raise RuleBroken(refusals[asked.state])
    if has_lapsed(asked.asked_at, now):
        raise RuleBroken(refusals["vervallen"])


def time_left(until: datetime, now: datetime) -> str:
    """`nog 3 uur en 5 minuten`; empty from the moment itself on."""
    minutes = int((until - now).total_seconds() // 60)
    if until <= now:
        return ""
    if minutes < 1:
        return "nog minder dan een minuut"
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [(days, "dag", "dagen"), (hours, "uur", "uur"), (minutes, "minuut", "minuten")]
    said = [f"{count} {one if count == 1 else more}" for count, one, more in parts if count]
    return "nog " + " en ".join(said[:2])
