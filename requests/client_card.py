"""On the page of a client: what they asked that is not done yet, and the way to take in something new."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils import timezone

from access.models import Membership
from clients import alongside
from clients.alongside import Card, Line
from clients.models import Client
from requests import access, clocks
from requests.models import RUNNING, Verzoek

SHOWN = 10


def card_of(member: Membership, client: Client) -> Card | None:
    """Within what this member sees of requests. Four queries at most."""
    if not member.has_role(*access.READERS):
        return None
    rows = access.visible(member).filter(client=client, state__in=RUNNING)
    found = list(rows.with_pause().order_by("due_on", "pk")[:SHOWN])
    enter = reverse("requests:enter_for", args=[client.pk])
    today = clocks.today() if found else timezone.localdate()
    act = ("Verzoek aannemen", enter) if access.may_enter(member, client) else None
    if not found and act is None:
        return None
    return Card("Verzoeken", "mailbox", [_line(one, today) for one in found], "Er loopt geen verzoek.", act)


def _line(row: Verzoek, today: date) -> Line:
    standing = clocks.standing(row, today, row.paused_on)  # type: ignore[attr-defined]
    note = standing.words if standing.runs else row.get_state_display()
    return Line(f"{row.get_kind_display().capitalize()} {row.number}", reverse("requests:verzoek", args=[row.pk]), note)


alongside.provide(card_of)
