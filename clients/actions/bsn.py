"""Showing a BSN, and finding who has it."""

from __future__ import annotations

from django.db import transaction

from access.models import Membership
from clients import access
from clients.models import Client
from clients.rules import Refused
from journal.actions import record


@transaction.atomic
def reveal_bsn(*, client: Client, by: Membership, reason: str) -> str:
    """The whole number, for a reason that is journaled. Raises rules.Refused without one, or where there is none."""
    access.check_reveal_bsn(by, client)
    if not reason.strip():
        raise Refused("Schrijf op waarvoor u het nummer nodig hebt.", "reason")
    number: str = client.bsn
    record(act="bsn.getoond", obj=client, reason=reason)
    return number
