"""How a consent stands, in words: for the pages of staff, the rail of a dossier and the portal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bureaus import reglement
from bureaus.schema.consents import ConsentRule, Direction
from bureaus.words import listed
from clients.models import Client
from consent import rules, starter_access
from consent.models import LIVING, Consent, How, State


@dataclass(frozen=True)
class Stands:
    """A word and a tone of `{% state %}`; `open` waits for an answer, `holds` is a yes that holds."""

    words: str
    tone: str
    open: bool = False
    holds: bool = False


WAITING = Stands("wacht op antwoord", "busy", open=True)
HOLDING = Stands("gegeven", "good", holds=True)
ENDED = Stands("verlopen", "warn")


def stands(row: Consent, day: date) -> Stands:
    if row.state in LIVING:
        return of_living(row.state, holds=rules.is_valid(row.state, row.ends_on, day))
    if row.state == State.REFUSED:
        return Stands("geweigerd", "neutral")
    if row.answered_at is None:
        return Stands("teruggenomen", "neutral")
    return Stands("vervangen" if row.withdrawn_how == How.REPLACED else "ingetrokken", "neutral")


def of_living(state: str, *, holds: bool) -> Stands:
    """The same of what was asked or given, where it is known whether its term has passed."""
    if state == State.ASKED:
        return WAITING
    return HOLDING if holds else ENDED


@dataclass(frozen=True)
class Row:
    """One line of the list: a purpose, with what was asked of it last; `row` is None where nothing was."""

    purpose: str
    title: str
    row: Consent | None = None
    stands: Stands | None = None
    newer_words: bool = False  # the reglement words it otherwise by now
    asked_now: bool = True

    @property
    def may_be_asked(self) -> bool:
        """Whether a page offers to ask it, here or anew."""
        if not self.asked_now or self.purpose == starter_access.PURPOSE:
            return False
        return self.stands is None or not (self.stands.open or self.stands.holds) or self.newer_words


def of_client(client: Client, day: date) -> tuple[list[Row], list[Row]]:
    """How each purpose of the reglement stands with this client, and what was before. One query."""
    asked = reglement.in_force().consents.asked_now()
    rows = list(Consent.objects.filter(client=client).select_related("text").order_by("-asked_at", "-id"))
    now, before = _split(rows, day)
    lines = [_row(one, asked.get(one.purpose), day) for one in now]
    known = {one.purpose for one in lines}
    lines += [Row(key, rule.title) for key, rule in starter_access.asked_elsewhere().items() if key not in known]
    order = list(asked)
    lines.sort(key=lambda one: order.index(one.purpose) if one.purpose in asked else len(order))
    return lines, [_row(one, asked.get(one.purpose), day) for one in before]


def newer_words(row: Consent) -> bool:
    rule = reglement.in_force().consents.asked_now().get(row.purpose)
    return rule is not None and rules.text_hash(rule) != row.text.sha256


def directions(row: Consent) -> str:
    """'gebruiken en opvragen bij anderen'."""
    return listed(str(Direction(one).label) for one in row.text.directions)


def _split(rows: Iterable[Consent], day: date) -> tuple[list[Consent], list[Consent]]:
    """What counts now: what lives, and of a purpose of which nothing lives the last; the rest is of before."""
    living: list[Consent] = []
    other: list[Consent] = []
    for one in rows:
        found = stands(one, day)
        (living if found.open or found.holds else other).append(one)
    has = {one.purpose for one in living}
    now, before = list(living), list[Consent]()
    for one in other:
        (before if one.purpose in has else now).append(one)
        has.add(one.purpose)
    return now, before


def _row(row: Consent, rule: ConsentRule | None, day: date) -> Row:
    newer = rule is not None and rules.text_hash(rule) != row.text.sha256
    return Row(row.purpose, row.text.title, row, stands(row, day), newer, rule is not None)
