"""On the page of a client: on which lists they will not stand."""

from __future__ import annotations

from django.urls import reverse

from access.models import Membership
from clients import alongside
from clients.alongside import Card, Line
from clients.models import Client
from consent import access
from consent.client_card import beside


def card_of(member: Membership, client: Client) -> Card | None:
    if not member.has_role(*access.READERS):
        return None
    page = reverse("consent:optouts", args=[client.pk])
    lines = [Line(f"Geen {one}", page) for one in beside(client).verzet]
    return Card("Verzet", "ban", lines, "Geen verzet tegen lijsten of enquêtes.", ("Verzet bekijken", page))


alongside.provide(card_of)
