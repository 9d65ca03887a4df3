"""Sealing and checking in the background."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import OperationalError

from bureaus.models import Bureau
from bureaus.rounds import bureau_ids
from bureaus.tenancy import in_bureau
from journal import actions, checks

log = logging.getLogger(__name__)


@shared_task
def seal_all() -> int:
    """Seal what was written since the last time, bureau by bureau; how many seals were made.

    A bureau whose writers keep the lock is left for the next round; one where it fails keeps no other waiting.
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
    except Exception:
        log.exception("the journal of bureau %s can't be sealed", bureau.pk)
    return made


@shared_task
def check_all() -> int:
    """Ring for a check of every bureau's chain; which of them are due, each asks itself."""
    bureaus = bureau_ids()
    for bureau_id in bureaus:
        check_one.delay(bureau_id)
    return len(bureaus)


# A million lines take half a minute; below the time after which the message is sent again.
@shared_task(time_limit=580)
def check_one(bureau_id: int) -> bool:
    """Check one bureau's chain where that is due; whether it was done. A broken chain is an error in the log too."""
    with in_bureau(bureau_id, origin="werker"):
        verdict = checks.check_if_due()
    if verdict and verdict.broken:
        log.error("the journal of bureau %s is broken: %s", bureau_id, verdict.broken)
    elif verdict:
        log.info("the journal of bureau %s is whole; head %s", bureau_id, verdict.head)
    return verdict is not None
