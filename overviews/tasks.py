"""Thin: find the bureaus, call the action."""

from __future__ import annotations

from celery import shared_task

from bureaus.rounds import bureau_ids, in_each
from bureaus.tenancy import in_bureau
from overviews import signals_actions as signals

ROUNDS = 100  # of one bureau in one turn, so that a long log does not keep the others waiting


@shared_task(name="overviews.tasks.find_signals")
def find_signals() -> int:
    """Look through what was written in every bureau's log since the last time; how many bureaus had something."""
    return sum(_find_in(bureau_id) for bureau_id in bureau_ids())


@shared_task(name="overviews.tasks.tell_of_signals")
def tell_of_signals() -> int:
    """The day's mail about open signals, in every bureau; how many mails."""
    return in_each(signals.tell)


def _find_in(bureau_id: int) -> bool:
    for turn in range(ROUNDS):
        with in_bureau(bureau_id, origin="werker"):
            if not signals.look():
                return turn > 0
    return True
