"""What may follow what with a consent, until when it holds, and by what its words are known. No database, no user."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Protocol

from bureaus.schema.consents import ConsentRule
from bureaus.terms import parse_term
from consent.models import State


class Asked(Protocol):
    """Of whom a consent was asked, and about what."""

    @property
    def party(self) -> str | None: ...
    @property
    def scope(self) -> str | None: ...


# Where the words of a consent point at what is filled in for this client alone.
POINTS_BELOW = "hieronder"


def is_valid(state: str, ends_on: date | None, day: date) -> bool:
    """Given, and not ended on this day; as ConsentQuerySet.valid."""
    return state == State.GIVEN and (ends_on is None or ends_on > day)


def ends_on(valid_for: str, given_on: date) -> date | None:
    """The first day on which it holds no more; None where it holds until it is withdrawn."""
    return parse_term(valid_for).after(given_on) if valid_for else None


def needs_scope(rule: ConsentRule) -> bool:
    """Whether it has to be said what exactly it is about: consent is specific (jmwerkt 1.5)."""
    return rule.names_party or POINTS_BELOW in rule.text


def same_question(one: Asked, other: Asked, *, also_other_scope: bool) -> bool:
    """Whether both ask about the same party, however it was typed; and the same of them, unless that may differ."""
    about = _plain(one.party) == _plain(other.party)
    return about and (also_other_scope or not one.party or _plain(one.scope) == _plain(other.scope))


def _plain(words: str | None) -> str:
    return " ".join((words or "").split()).casefold()


def text_hash(rule: ConsentRule) -> str:
    """SHA-256 of all that a version of a text holds; 64 hexadecimal digits."""
    said = [
        rule.title, rule.text, sorted(str(one) for one in rule.direction), rule.names_party, rule.signed,
        rule.valid_for or "", rule.article,
    ]  # fmt: skip
    # Only where it does: what was worded before this was asked keeps its hash.
    said += ["stukken"] if rule.stukken else []
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
