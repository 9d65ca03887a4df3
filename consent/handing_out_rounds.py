"""The round of one bureau: the reglement goes to who was registered lately and has an account, once."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from bureaus.rounds import one_by_one
from clients.models import Client
from consent import grounds
from consent import handing_out_listed as listed
from consent.actions.handing_out import hand_out

# Whoever was registered longer ago stands in the list: what was never given is given by a person.
LATELY = timedelta(days=30)


def go_round(bureau_id: int) -> int:
    """Give it where it was not given yet; how many."""
    return one_by_one(bureau_id, today=grounds.today, find=_waiting, act=_given, name="giving the reglement")


def _waiting(day: date) -> Any:
    return listed.without(day - LATELY).values_list("pk", flat=True)


def _given(client_id: uuid.UUID, day: date) -> int:
    """By another, since it was found: none."""
    client = listed.without(day - LATELY).filter(pk=client_id).first()
    if client is None:
        return 0
    hand_out(client=Client(pk=client.pk), by=None)
    return 1
