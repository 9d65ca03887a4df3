"""The yearly look at everyone's access (pluspunt 3.1): when it is due, and what is said of it. No database, no user."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from access.models import Ground, role_label
from bureaus.terms import parse_term
from bureaus.words import word

# Grants that are somebody's own decision end at once and stay ended; the others follow from traject and reglement.
LOOSE = (Ground.CONSENT_OF_DIRECTIE, Ground.EMERGENCY, Ground.REGISTRATION, Ground.SUPPORT)
TOLD_AHEAD = timedelta(days=30)
EVERY = {"P1Y": "elk jaar", "P6M": "elk half jaar", "P3M": "elk kwartaal"}
# What a role opens stands in the counts under this and the role's name: `rol:administratie`.
BY_ROLE = f"{Ground.ROLE}:"


def due_on(since: date, every: str) -> date:
    """The day by which the next one is to be done, counted from the last (or from the bureau's beginning)."""
    return parse_term(every).after(since)


def newest_due(day: date, every: str) -> date:
    """The newest day from which counting makes a review due by `day`; whatever is later is not due yet.

    Terms of as many months differ by three days at most, so that a few steps find it.
    """
    found = day - (due_on(day, every) - day) - timedelta(days=4)
    while due_on(found + timedelta(days=1), every) <= day:
        found += timedelta(days=1)
    return found


def stage(due: date, today: date) -> str:
    """Which reminder this day has: `vooraf` from thirty days before, then `week 0` from the day itself, `week 1` …"""
    if today < due - TOLD_AHEAD:
        return ""
    return "vooraf" if today < due else f"week {(today - due).days // 7}"


def key_of(ground: str, role: str = "") -> str:
    """Under which name a ground stands in the counts of a line."""
    return f"{BY_ROLE}{role}" if role else ground


def in_words(counts: Mapping[str, int], together: int) -> str:
    """`41 dossiers als behandelaar, 3 via de rol administratie`, the most first; in all where they overlap."""
    some = sorted(((count, key) for key, count in counts.items() if count), key=lambda one: (-one[0], one[1]))
    if not some:
        return "geen enkel dossier"
    said = [f"{count} {_dossiers(count)}{why(key)}" if not at else f"{count} {why(key)}"
            for at, (count, key) in enumerate(some)]  # fmt: skip
    twice = sum(count for count, _ in some) != together
    return ", ".join(said) + (f"; samen {together} {_dossiers(together)}".rstrip() if twice else "")


def why(key: str) -> str:
    """By what somebody reaches a dossier, in the bureau's own words: `als behandelaar`, `via de rol directie`."""
    if key.startswith(BY_ROLE):
        return f"via de rol {role_label(key.removeprefix(BY_ROLE))}"
    said = {
        Ground.HANDLER: "als behandelaar",
        Ground.SECOND_COACH: f"als tweede {word('coach')}",
        Ground.REGISTRATION: "door de aanmelding",
        Ground.GEMACHTIGDE: "als gemachtigde",
        Ground.OPDRACHTGEVER: f"als {word('opdrachtgever')}",
        Ground.CONSENT_OF_DIRECTIE: f"met toestemming van {word('directie', article=True)}",
        Ground.EMERGENCY: "met noodtoegang",
        Ground.SUPPORT: "als ondersteuning van het platform",
        Ground.ROLE: "volgens het reglement",
    }
    return said.get(Ground(key), Ground(key).label) if key in Ground.values else key


def loose(counts: Mapping[str, int]) -> int:
    """How many dossiers somebody was let into by a decision of its own."""
    return sum(counts.get(ground, 0) for ground in LOOSE)


def _dossiers(count: int) -> str:
    return "dossier " if count == 1 else "dossiers "
