"""On the page of a client: their example in the register of starters, where the bureau has one."""

from __future__ import annotations

from django.urls import reverse

from access.models import Membership
from clients import alongside
from clients.alongside import Card, Line
from clients.models import Client
from consent import starter_access


def card_of(member: Membership, client: Client) -> Card | None:
    """Whether there is one is on its own page: no query here."""
    if not (starter_access.is_on() and member.has_role(*starter_access.READERS) and getattr(client, "stands", False)):
        return None
    line = Line("Voorbeeld maken of bijwerken", reverse("consent:starter_entry", args=[client.pk]))
    return Card("Startersregister", "briefcase", [line], "")


alongside.provide(card_of)
