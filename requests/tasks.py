"""Thin: find the bureaus, go round."""

from __future__ import annotations

from celery import shared_task

from bureaus.rounds import each_round
from requests import rounds


@shared_task(name="requests.tasks.remind")
def remind() -> int:
    """Every reminder of every bureau that is due and was not given; how many mails."""
    return each_round(rounds.go_round)
