"""Thin: find the bureaus, go round."""

from __future__ import annotations

from celery import shared_task

from bureaus.rounds import each_round
from consent.information_rounds import go_round


@shared_task(name="consent.information_tasks.remind_questions")
def remind_questions() -> int:
    """Of every bureau who asked something of somebody outside, on the day that they chose; how many mails."""
    return each_round(go_round)
