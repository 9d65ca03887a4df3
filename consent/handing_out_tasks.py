"""Thin: find the bureaus, go round."""

from __future__ import annotations

from celery import shared_task

from bureaus.rounds import each_round
from consent import agreement_rounds
from consent import handing_out_rounds as rounds


@shared_task(name="consent.handing_out_tasks.hand_out")
def hand_out() -> int:
    """The reglement to every newly registered client with an account; how many."""
    return each_round(rounds.go_round)


@shared_task(name="consent.handing_out_tasks.warn_agreements")
def warn_agreements() -> int:
    """Directie hears once of each agreement that ends soon; how many mails."""
    return each_round(agreement_rounds.go_round)
