"""Thin: find the bureaus, go round. What is carried out is in retention.execution_tasks."""

from __future__ import annotations

from celery import shared_task

from bureaus.reglement import NoReglement
from bureaus.rounds import each_round
from retention import rounds
from retention.actions import refresh_whole_bureau
from retention.execution_tasks import run_lists


@shared_task(name="retention.tasks.nightly")
def nightly() -> int:
    """The round of each bureau that did not have it today; how many dossiers were put on lists.

    What fails in one bureau does not keep the others waiting; it is tried again within the hour.
    """
    proposed = each_round(_round_of)
    run_lists.delay()
    return proposed


@shared_task(name="retention.tasks.follow_terms")
def follow_terms(bureau_id: int) -> int:
    """Until when each dossier of a bureau is kept by its new reglement; how many of them changed."""
    return refresh_whole_bureau(bureau_id)


def _round_of(bureau_id: int) -> int:
    try:
        return rounds.go_round(bureau_id).dossiers if rounds.is_due(bureau_id) else 0
    except NoReglement:
        return 0
