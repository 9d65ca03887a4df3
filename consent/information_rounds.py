"""The round of one bureau: who asked something of somebody outside is reminded on the day that they chose, once."""

from __future__ import annotations

import uuid
from datetime import date

from bureaus.rounds import one_by_one
from consent import grounds
from consent.actions import information


def go_round(bureau_id: int) -> int:
    """How many mails."""
    return one_by_one(
        bureau_id, today=grounds.today, find=information.waiting, act=_remind, name="reminding of a question"
    )


def _remind(one: uuid.UUID, day: date) -> int:
    return information.remind(information_id=one, day=day)
