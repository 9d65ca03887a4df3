"""The round of one bureau: directie is warned of each verwerkersovereenkomst that ends soon, once."""

from __future__ import annotations

import logging

from django.utils import timezone

from access.reach import database_now
from bureaus.tenancy import in_bureau
from consent.actions import agreements

log = logging.getLogger(__name__)


def go_round(bureau_id: int) -> int:
    """How many mails. Each agreement in a transaction of its own: one that fails keeps no other waiting."""
    with in_bureau(bureau_id, origin="werker"):
        day = timezone.localdate(database_now())
        waiting = agreements.ending(day)
    sent = 0
    for one in waiting:
        try:
            with in_bureau(bureau_id, origin="werker"):
                sent += agreements.warn(agreement_id=one, day=day)
        except Exception:
            log.exception("warning of agreement %s failed in bureau %s", one, bureau_id)
    return sent
