"""Sealing in the background."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import OperationalError

from bureaus.models import Bureau
from bureaus.tenancy import in_bureau
from journal import actions

log = logging.getLogger(__name__)


@shared_task
def seal_all() -> int:
    """Seal what was written since the last time, bureau by bureau; how many seals were made.

    A bureau whose writers keep the lock is left for the next round.
    """
    return sum(_seal(bureau) for bureau in Bureau.objects.order_by("pk"))


def _seal(bureau: Bureau) -> int:
    made = 0
    try:
        while True:
            with in_bureau(bureau, origin="werker"):
                if actions.seal() is None:
                    return made
            made += 1
    except OperationalError:
        log.warning("the journal of bureau %s is busy; sealed at the next round", bureau.pk)
        return made
