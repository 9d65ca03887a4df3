"""Thin: find the bureaus, go round."""

from __future__ import annotations

import logging

from celery import shared_task

from bureaus.rounds import bureau_ids
from requests import rounds

log = logging.getLogger(__name__)


@shared_task(name="requests.tasks.remind")
def remind() -> int:
    """Every reminder of every bureau that is due and was not given; how many mails."""
    return sum(_round_of(bureau_id) for bureau_id in bureau_ids())


def _round_of(bureau_id: int) -> int:
    try:
        return rounds.go_round(bureau_id)
    except Exception:
        log.exception("the round of requests failed in bureau %s", bureau_id)
        return 0
