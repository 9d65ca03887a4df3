"""On the page of a client: on which lists they will not stand."""

from __future__ import annotations

from django.urls import reverse

from access.models import Membership
from clients import alongside
from clients.alongside import Card, Line
from clients.models import Client
from consent import access
from consent.models import OptOut


def card_of(member: Membership, client: Client) -> Card | None:
    if not member.has_role(*access.READERS):
        return None
    page = reverse("consent:optouts", args=[client.pk])
    living = OptOut.objects.all().living().filter(client=client).order_by("kind")
    lines = [Line(f"Geen {one.get_kind_display()}", page) for one in living]
    return Card("Verzet", "ban", lines, "Geen verzet tegen lijsten of enquêtes.", ("Verzet bekijken", page))


alongside.provide(card_of)
