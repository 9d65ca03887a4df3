"""A dossier to try access on."""

from __future__ import annotations

import itertools

from access.models import Membership
from bureaus.tenancy import in_bureau
from clients.models import Client, Opdrachtgever, OpdrachtgeverContact, OpdrachtgeverKind, Traject
from dossiers.models import Dossier
from tests.support.people import make_member
from tests.support.servers import MANY, analyze

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


def open_dossier_of(
    bureau,
    handler: Membership,
    *,
    client: Membership | None = None,
    contact: Membership | None = None,
    second_coach: Membership | None = None,
    kind: str = OpdrachtgeverKind.UWV,
) -> Dossier:
    """A dossier with key and grants, opened by the product's own action for a new traject of this coach.

    `client` and `contact` are the memberships of the client and of a contact of the opdrachtgever.
    """
    from dossiers import actions

    number = next(_numbers)
    with in_bureau(bureau):
        payer, _ = Opdrachtgever.objects.get_or_create(kind=kind, name=f"Opdrachtgever {kind}")
        person = Client.objects.filter(membership=client).first() if client else None
        person = person or Client.objects.create(first_name="Test", last_name=f"Persoon{number}", membership=client)
        at_payer = None
        if contact is not None:
            at_payer, _ = OpdrachtgeverContact.objects.get_or_create(
                membership=contact, defaults={"opdrachtgever": payer, "name": contact.name}
            )
        traject = Traject.objects.create(
            client=person,
            opdrachtgever=payer,
            contact=at_payer,
            kind="werkfit",
            handler=handler,
            second_coach=second_coach,
            registered_on="2026-01-05",
        )
        return actions.open_dossier(traject=traject, by=handler)


def many_dossiers(bureau, handler: Membership, count: int) -> list[Dossier]:
    """As many bare dossiers, in bulk: no key, no grants; numbered in the order of their ids."""
    with in_bureau(bureau):
        payer, _ = Opdrachtgever.objects.get_or_create(kind=OpdrachtgeverKind.UWV, name="Opdrachtgever uwv")
        people = [Client(first_name="Test", last_name=f"Veel{number}") for number in range(count)]
        for one in people:
            one.set_names()
        trajecten = [
            Traject(client=one, opdrachtgever=payer, kind="werkfit", handler=handler, registered_on="2026-01-05")
            for one in people
        ]
        dossiers = [Dossier(number=f"M-{next(_numbers):06}", client=one.client, traject=one) for one in trajecten]
        Client.objects.bulk_create(people, batch_size=2000)
        Traject.objects.bulk_create(trajecten, batch_size=2000)
        Dossier.objects.bulk_create(dossiers, batch_size=2000)
        if count >= MANY:
            analyze()
        return dossiers
