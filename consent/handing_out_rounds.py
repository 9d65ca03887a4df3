"""The round of one bureau: the reglement goes to who was registered lately and has an account, once."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.utils import timezone

from bureaus.tenancy import in_bureau
from clients.models import Client
from consent import handing_out_listed as listed
from consent.actions.handing_out import hand_out

log = logging.getLogger(__name__)
# Whoever was registered longer ago stands in the list: what was never given is given by a person.
LATELY = timedelta(days=30)


def go_round(bureau_id: int) -> int:
    """Give it where it was not given yet; how many. Each client in a transaction of its own: one that fails keeps no
    other waiting, and is tried again by the next round."""
    with in_bureau(bureau_id, origin="werker"):
        waiting = list(listed.without(timezone.localdate() - LATELY).values_list("pk", flat=True))
    return sum(_given(bureau_id, one) for one in waiting)


def _given(bureau_id: int, client_id: object) -> int:
    try:
        with in_bureau(bureau_id, origin="werker"):
            client = listed.without(timezone.localdate() - LATELY).filter(pk=client_id).first()
            if client is None:
                return 0
            hand_out(client=Client(pk=client.pk), by=None)
            return 1
    except Exception:
        log.exception("giving the reglement to client %s failed in bureau %s", client_id, bureau_id)
        return 0
