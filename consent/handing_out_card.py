"""On the page of a client: the way to what was given of the reglement."""

from __future__ import annotations

from django.urls import reverse

from access.models import Membership
from clients import alongside
from clients.alongside import Card
from clients.models import Client, Opdrachtgever, OpdrachtgeverKind
from consent.handing_out_access import READERS


def card_of(member: Membership, client: Client) -> Card | None:
    """Nothing is asked of the database: how it stands is on the page itself."""
    if not member.has_role(*READERS):
        return None
    page = reverse("consent:handed", args=[client.pk])
    told = "Welke versie is gegeven, wanneer, en of die er is."
    return Card("Reglement", "file-certificate", (), told, ("Reglement geven", page))


def card_of_payer(member: Membership, payer: Opdrachtgever) -> Card | None:
    """As `card_of`; a particulier who pays reads the public page."""
    if not member.has_role(*READERS) or payer.kind == OpdrachtgeverKind.PARTICULIER:
        return None
    page = reverse("consent:handed_payer", args=[payer.pk])
    return Card("Reglement", "file-certificate", (), "Welke versie is gegeven, wanneer en hoe.", ("Reglement", page))


alongside.provide(card_of)
alongside.provide_of_payer(card_of_payer)
