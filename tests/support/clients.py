"""Clients and trajecten to try screens on."""

from __future__ import annotations

import uuid
from datetime import date

from access.models import DossierGrant, Ground, Membership
from access.reach import CHANGE, VIEW, permission_id
from bureaus.tenancy import in_bureau
from clients import actions
from clients.models import Client, Opdrachtgever, OpdrachtgeverKind, Traject, TrajectPhase
from dossiers.models import Dossier
from dossiers.rules import new_number
from tests.support.people import acting


def register(by: Membership, last_name: str = "Berg", handler: Membership | None = None, **who) -> Traject:
    """An aanmelding by the action itself: client, traject, dossier and grants. Call it inside `acting(by)`."""
    payer = Opdrachtgever.objects.filter(kind=OpdrachtgeverKind.UWV).first()
    order = actions.NewTraject(
        kind="werkfit",
        handler=handler or by,
        registered_on=date(2026, 1, 5),
        opdrachtgever=payer,
        new_kind="" if payer else "uwv",
        new_name="" if payer else "UWV Groningen",
        agreed_start=date(2026, 1, 12),
        planned_end=date(2026, 7, 12),
        consent_stated=True,
    )
    person = actions.Person(last_name=last_name, **who)
    return actions.register_client_and_traject(token=uuid.uuid4(), client=person, order=order, by=by)


def registered(by: Membership, last_name: str = "Berg", **who) -> Traject:
    """`register`, in a context of its own."""
    with acting(by):
        return register(by, last_name, **who)


def many(handler: Membership, count: int) -> None:
    """So many clients with a traject, phases, dossier and grants each, in bulk and without keys."""
    with in_bureau(handler.bureau_id):
        payer, _ = Opdrachtgever.objects.get_or_create(kind=OpdrachtgeverKind.UWV, name="UWV Groningen")
        people = [Client(first_name="Test", last_name=f"Persoon{at:04}") for at in range(count)]
        for person in people:
            person.set_names()
        Client.objects.bulk_create(people)
        facts = {"opdrachtgever": payer, "kind": "werkfit", "handler": handler, "registered_on": date(2026, 1, 5)}
        trajecten = Traject.objects.bulk_create([Traject(client=one, **facts) for one in people])
        TrajectPhase.objects.bulk_create(
            [TrajectPhase(traject=one, phase=name, order=at) for one in trajecten
             for at, name in enumerate(("aangemeld", "intake", "plan"))]
        )  # fmt: skip
        dossiers = Dossier.objects.bulk_create(
            [Dossier(number=new_number(), client_id=one.client_id, traject=one) for one in trajecten]
        )
        DossierGrant.objects.bulk_create(
            [DossierGrant(content_object=one, group_id=handler.private_group_id, permission_id=permission_id(name),
                          ground=Ground.HANDLER, granted_by_name="Test")
             for one in dossiers for name in (VIEW, CHANGE)]
        )  # fmt: skip
