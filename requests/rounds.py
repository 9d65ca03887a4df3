"""The round of one bureau's requests: whatever is to be said of them today. A second round says nothing more."""

from __future__ import annotations

import uuid
from datetime import date

from bureaus.rounds import one_by_one
from requests import clocks
from requests.actions import reminders


def go_round(bureau_id: int, *, origin: str = "werker") -> int:
    """Remind where that is due; how many mails."""
    return one_by_one(
        bureau_id, today=clocks.today, find=reminders.waiting, act=_remind, name="reminding of a request", origin=origin
    )


def _remind(one: uuid.UUID, day: date) -> int:
    return reminders.remind(verzoek_id=one, day=day)
