"""The round of one bureau: directie is warned of each verwerkersovereenkomst that ends soon, once."""

from __future__ import annotations

import uuid
from datetime import date

from bureaus.rounds import one_by_one
from consent import grounds
from consent.actions import agreements


def go_round(bureau_id: int) -> int:
    """How many mails."""
    return one_by_one(bureau_id, today=grounds.today, find=agreements.ending, act=_warn, name="warning of an agreement")


def _warn(one: uuid.UUID, day: date) -> int:
    return agreements.warn(agreement_id=one, day=day)
