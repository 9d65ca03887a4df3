"""The round of one bureau: who asked something of somebody outside is reminded on the day that they chose, once."""

from __future__ import annotations

import logging

from bureaus.tenancy import in_bureau
from consent import grounds
from consent.actions import information

log = logging.getLogger(__name__)


def go_round(bureau_id: int) -> int:
    """How many mails. Each question in a transaction of its own: one that fails keeps no other waiting."""
    with in_bureau(bureau_id, origin="werker"):
        day = grounds.today()
        found = information.waiting(day)
    sent = 0
    for one in found:
        try:
            with in_bureau(bureau_id, origin="werker"):
                sent += information.remind(information_id=one, day=day)
        except Exception:
            log.exception("reminding of question %s failed in bureau %s", one, bureau_id)
    return sent
