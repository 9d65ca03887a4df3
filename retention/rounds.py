"""The nightly round of one bureau: due dates, lists, mails. Each step in a transaction of its own, and each may be done
again: a round that was killed half way is completed by the next one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from access.reach import as_system, database_now
from bureaus.tenancy import in_bureau
from journal.actions import record
from journal.models import Line
from retention import actions
from retention.actions import evidence_terms, lists, transfers
from retention.actions.row_terms import run_row_terms
from retention.actions.short_terms import run_short_terms
from retention.clock import database_today

DONE = "bewaartermijnen.nagelopen"


@dataclass(frozen=True)
class Outcome:
    """What a round did: due dates that changed, dossiers that were put on lists, the names of those lists, mails, how
    many things went by a term of their own without a list, and how many lines of the log."""

    dates: int
    dossiers: int
    lists: tuple[str, ...]
    mails: int
    wiped: int
    lines: int = 0

    @property
    def is_nothing(self) -> bool:
        return not (self.dates or self.lists or self.mails or self.wiped or self.lines)


def go_round(bureau_id: int, *, today: date | None = None, origin: str = "werker") -> Outcome:
    """All of it for one bureau; a second time on the same day does nothing more.

    `today` moves only what is proposed: mails and whatever is carried out go by the real day. It is no round of this
    day, so the day's own comes all the same. Raises NoReglement.
    """
    dates = actions.refresh_whole_bureau(bureau_id)
    with in_bureau(bureau_id, origin=origin):
        made = lists.propose_due(today=today)
        dossiers = sum(one.items.count() for one in made)
    lines, evidence = evidence_terms.wipe_log(bureau_id, origin), evidence_terms.drop_evidence(bureau_id, origin)
    loose = sum(run_row_terms(bureau_id, origin).values())
    with in_bureau(bureau_id, origin=origin):
        day = database_today()
        wiped = sum(run_short_terms(day).values()) + evidence + loose
        mails = actions.send_digest(day) + actions.remind_holds(day) + transfers.remind_receivers(day)
        outcome = Outcome(dates, dossiers, tuple(str(one) for one in made), mails, wiped, lines)
        if today is None and not (outcome.is_nothing and was_done()):
            facts = {"lists": list(outcome.lists), "dossiers": dossiers, "reference_date": day}
            record(act=DONE, facts=facts)
    return outcome


def is_due(bureau_id: int) -> bool:
    """Whether the round of today is still to be done: beat asks every hour, so that a night without workers is made
    up for."""
    with in_bureau(bureau_id, origin="werker"):
        return not was_done()


def was_done() -> bool:
    """Whether the log of this bureau says so, of this day by the database's clock."""
    with as_system():
        start = timezone.localtime(database_now()).replace(hour=0, minute=0, second=0, microsecond=0)
        return bool(Line.objects.filter(act=DONE, at__gte=start).exists())
