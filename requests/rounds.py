"""The round of one bureau's requests: whatever is to be said of them today. A second round says nothing more."""

from __future__ import annotations

import logging

from bureaus.tenancy import in_bureau
from requests import clocks
from requests.actions import reminders

log = logging.getLogger(__name__)


def go_round(bureau_id: int, *, origin: str = "werker") -> int:
    """Remind where that is due; how many mails. Each request in a transaction of its own: one that fails keeps no
    other waiting, and is tried again by the next round."""
    with in_bureau(bureau_id, origin=origin):
        day = clocks.today()
        waiting = reminders.waiting(day)
    sent = 0
    for one in waiting:
        try:
            with in_bureau(bureau_id, origin=origin):
                sent += reminders.remind(verzoek_id=one, day=day)
        except Exception:
            log.exception("reminding of request %s failed in bureau %s", one, bureau_id)
    return sent
