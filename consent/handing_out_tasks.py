"""Thin: find the bureaus, go round."""

from __future__ import annotations

import logging
from collections.abc import Callable

from celery import shared_task

from bureaus.rounds import bureau_ids
from consent import agreement_rounds
from consent import handing_out_rounds as rounds

log = logging.getLogger(__name__)


@shared_task(name="consent.handing_out_tasks.hand_out")
def hand_out() -> int:
    """The reglement to every newly registered client with an account; how many."""
    return sum(_round_of(bureau_id, rounds.go_round) for bureau_id in bureau_ids())


@shared_task(name="consent.handing_out_tasks.warn_agreements")
def warn_agreements() -> int:
    """Directie hears once of each agreement that ends soon; how many mails."""
    return sum(_round_of(bureau_id, agreement_rounds.go_round) for bureau_id in bureau_ids())


def _round_of(bureau_id: int, go_round: Callable[[int], int]) -> int:
    try:
        return go_round(bureau_id)
    except Exception:
        log.exception("%s failed in bureau %s", go_round.__module__, bureau_id)
        return 0
