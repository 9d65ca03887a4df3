"""A dossier to try access on."""

from __future__ import annotations

import itertools

from access.models import Membership
from bureaus.tenancy import in_bureau
from clients.models import Client, Opdrachtgever, OpdrachtgeverKind, Traject
from dossiers.models import Dossier
from tests.support.people import make_member

_numbers = itertools.count(1)


def make_dossier(bureau, handler: Membership | None = None, kind: str = OpdrachtgeverKind.UWV) -> Dossier:
    """A bare dossier without grants or key, of a client and traject of its own."""
    number = next(_numbers)
    with in_bureau(bureau):
        handler = handler or make_member(bureau, f"Behandelaar{number}", "coach")
        payer, _ = Opdrachtgever.objects.get_or_create(kind=kind, name=f"Opdrachtgever {kind}")
        client = Client.objects.create(first_name="Test", last_name=f"Persoon{number}")
        traject = Traject.objects.create(
            client=client, opdrachtgever=payer, kind="werkfit", handler=handler, registered_on="2026-01-05"
        )
        return Dossier.objects.create(number=f"T-{number:05}", client=client, traject=traject)
