"""The clocks of one request: what they are at receipt, and how they stand on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from access.reach import database_now
from bureaus.schema.requests import Requests
from bureaus.terms import parse_term
from requests import rules
from requests.models import ANSWERED, LIVING, Kind, State, Verzoek


@dataclass(frozen=True)
class Clocks:
    """What is frozen on the row at receipt; the names are those of its columns."""

    acknowledge_by: date
    term: str
    article: str
    ends_done: bool
    term_due_on: date | None
    month_due_on: date | None
    due_on: date


@dataclass(frozen=True)
class Clock:
    """One clock, as it stands beside the other; `binds`: it is the earlier."""

    label: str
    due_on: date
    article: str
    binds: bool


@dataclass(frozen=True)
class Standing:
    """How much time is left. `left` is negative once it is too late; `still` since when the clock stands still."""

    due_on: date
    left: int
    total: int
    still: date | None
    runs: bool

    @property
    def used(self) -> int:
        """Days of `total`, for a bar."""
        return min(max(self.total - self.left, 0), self.total)

    @property
    def is_late(self) -> bool:
        return self.runs and self.still is None and self.left < 0

    @property
    def tone(self) -> str:
        """The tone of its {% state %}."""
        if not self.runs:
            return "neutral"
        if self.still:
            return "locked"
        return "bad" if self.left < 0 else "warn" if self.left <= 7 else "busy"

    @property
    def words(self) -> str:
        """'nog 12 dagen', 'vandaag is de laatste dag', '3 dagen te laat'."""
        if not self.runs:
            return "beantwoord"
        if self.still:
            return f"staat stil, nog {_days(self.left)}"
        return left_in_words(self.left)


def today() -> date:
    """The day by the database's clock, here in the Netherlands."""
    return timezone.localdate(database_now())


def at_receipt(kind: str, received: date, asked: Requests) -> Clocks:
    """The clocks of a request that came in on this day, by the reglement in force now (DOMAIN 4)."""
    if kind == Kind.KLACHT:
        return _of_complaint(received, asked)
    term, article, ends_done = _term_of(kind, asked)
    return Clocks(
        acknowledge_by=rules.acknowledge_by(received, asked.acknowledge_working_days),
        term=term,
        article=article[:60],
        ends_done=ends_done,
        term_due_on=rules.reglement_deadline(received, term) if term else None,
        month_due_on=rules.one_month_deadline(received),
        due_on=rules.due(received, term),
    )


def frozen_ends(verzoek: Verzoek) -> tuple[date | None, date | None]:
    """The ends of both clocks from the day of receipt, by the term that was frozen then."""
    received = verzoek.received_on
    term = rules.reglement_deadline(received, verzoek.term) if verzoek.term else None
    return term, rules.one_month_deadline(received) if verzoek.month_due_on is not None else None


def recount(verzoek: Verzoek) -> date:
    """What binds now, by the term that was frozen at receipt."""
    return rules.due(
        verzoek.received_on,
        verzoek.term,
        month=verzoek.month_due_on is not None,
        paused=verzoek.paused_days,
        extended=verzoek.extended_on is not None,
    )


def ends(verzoek: Verzoek) -> date:
    """The last day to answer; once that is done, the last day to carry it out (werkid 14)."""
    if verzoek.state in LIVING or verzoek.term_due_on is None:
        return verzoek.due_on
    return verzoek.term_due_on + timedelta(days=verzoek.paused_days)


def standing(verzoek: Verzoek, day: date, paused_since: date | None = None) -> Standing:
    """How much time is left on this day; `paused_since` is the day on which an identity question was put, if open."""
    due_on = verzoek.due_on
    if paused_since is not None:
        due_on += timedelta(days=max((day - paused_since).days, 0))
    runs = verzoek.state not in (*ANSWERED, State.WITHDRAWN, State.JOINED)
    return Standing(due_on, (due_on - day).days, (due_on - verzoek.received_on).days, paused_since, runs)


def both(verzoek: Verzoek) -> list[Clock]:
    """Both clocks as they stand now, the reglement's first; the earlier binds."""
    found: list[tuple[str, date, str]] = []
    common: dict[str, Any] = {"paused": verzoek.paused_days}
    if verzoek.term:
        due_on = rules.due(verzoek.received_on, verzoek.term, month=False, **common)
        found.append((_label(verzoek), due_on, verzoek.article))
    if verzoek.month_due_on is not None:
        extended = verzoek.extended_on is not None
        due_on = rules.due(verzoek.received_on, None, extended=extended, **common)
        found.append(("AVG, drie maanden (verlengd)" if extended else "AVG, een maand", due_on, "AVG 12.3"))
    first = min(found, key=lambda one: one[1], default=None)
    return [Clock(*one, binds=one is first) for one in found]


def left_in_words(days: int) -> str:
    """'nog 12 dagen', 'vandaag is de laatste dag', '3 dagen te laat'."""
    if days < 0:
        return f"{_days(-days)} te laat"
    return f"nog {_days(days)}" if days else "vandaag is de laatste dag"


def _label(verzoek: Verzoek) -> str:
    done = ", uitgevoerd" if verzoek.ends_done else ""
    return f"Reglement, {parse_term(verzoek.term)}{done}"


def _term_of(kind: str, asked: Requests) -> tuple[str, str, bool]:
    """The reglement's own term of this kind, its article, and whether it ends with what is done."""
    if kind in (Kind.INZAGE, Kind.AFSCHRIFT):
        return asked.inzage.term or "", asked.inzage.article, False
    if kind == Kind.CORRECTIE:
        return asked.correction.term, asked.correction.article, False
    if kind == Kind.VERNIETIGING:
        return asked.destruction.term, asked.destruction.article, asked.destruction.ends_with == "done"
    return "", "", False


def _of_complaint(received: date, asked: Requests) -> Clocks:
    """A complaint has steps of its own, and no month of the AVG (DOMAIN 4: 2, 4 and 6 weeks)."""
    steps = asked.complaint
    ends = rules.reglement_deadline(received, steps.done)
    return Clocks(
        acknowledge_by=rules.reglement_deadline(received, steps.acknowledge),
        term=steps.done,
        article=steps.article[:60],
        ends_done=False,
        term_due_on=ends,
        month_due_on=None,
        due_on=ends,
    )


def _days(number: int) -> str:
    return f"{number} dag" if number == 1 else f"{number} dagen"
