"""Thin: find the bureaus, go round."""

from __future__ import annotations

import logging

from celery import shared_task

from bureaus.rounds import bureau_ids
from consent.information_rounds import go_round

log = logging.getLogger(__name__)


@shared_task(name="consent.information_tasks.remind_questions")
def remind_questions() -> int:
    """Of every bureau who asked something of somebody outside, on the day that they chose; how many mails."""
    return sum(_round_of(bureau_id) for bureau_id in bureau_ids())


def _round_of(bureau_id: int) -> int:
    try:
        return go_round(bureau_id)
    except Exception:
        log.exception("reminding of questions failed in bureau %s", bureau_id)
        return 0
