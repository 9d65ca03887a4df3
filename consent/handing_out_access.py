"""Who sees to whom the reglement was given, who gives it, and who says that it came."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404

from access.checks import allowed, one_of, person
from access.models import Membership, Role
from access.reach import principals, stands_filter
from clients.models import Client, Opdrachtgever, OpdrachtgeverKind
from dossiers.access import held_by_ground
from dossiers.models import OWN, Dossier

READERS = (Role.COACH, Role.DIRECTIE, Role.ADMINISTRATIE, Role.FG)
# Of every client of the bureau; a coach of those whom they coach.
OVERSEERS = (Role.DIRECTIE, Role.ADMINISTRATIE, Role.FG)
GIVERS = (Role.COACH, Role.DIRECTIE, Role.ADMINISTRATIE)


def clients_of(member: Membership) -> Any:
    """The clients of whom this member, who works here, sees whether they have the reglement; a queryset."""
    # Who has declarations to sign first acts without principals, and opens nothing about anybody (javawest 2).
    if not member.has_role(*READERS) or not principals(person(member)):
        return Client.objects.none()
    if member.has_role(*OVERSEERS):
        return Client.objects.all()
    # Not of who was only let in to read (pluspunt 4.1).
    stands = Dossier.objects.filter(stands_filter(person(member))).order_by()
    return Client.objects.filter(pk__in=stands.values("client_id"))


def client_of(member: Membership, client_id: uuid.UUID) -> Client:
    """One of `clients_of`. Raises Http404."""
    found: Client = one_of(clients_of(member).filter(pk=client_id))
    found.handed_seen_by = member.pk  # type: ignore[attr-defined]
    return found


def check_give(member: Membership, client: Client) -> None:
    """Who coaches the client, the desk and directie; the FG looks. Raises Http404, PermissionDenied."""
    known = vars(client).get("handed_seen_by") == member.pk
    if not known and not clients_of(member).filter(pk=client.pk).exists():
        raise Http404
    if not member.has_role(*GIVERS):
        raise PermissionDenied("U kijkt hier mee. Het reglement geeft een ander.")


def may_give(member: Membership, client: Client) -> bool:
    return allowed(check_give, member, client)


def check_confirm(member: Membership, client_id: uuid.UUID) -> None:
    """The client, or who acts for the client. Raises Http404."""
    if not member.is_client_member or not held_by_ground(member, OWN).filter(client_id=client_id).exists():
        raise Http404


def payers_of(member: Membership) -> Any:
    """The organisations that pay here; a particulier who pays reads the public page. A queryset."""
    if not member.has_role(*READERS):
        return Opdrachtgever.objects.none()
    return Opdrachtgever.objects.exclude(kind=OpdrachtgeverKind.PARTICULIER)


def payer_of(member: Membership, opdrachtgever_id: uuid.UUID) -> Opdrachtgever:
    """One of `payers_of`. Raises Http404."""
    found: Opdrachtgever = one_of(payers_of(member).filter(pk=opdrachtgever_id))
    return found


def check_give_payer(member: Membership, payer: Opdrachtgever) -> None:
    """Raises Http404, PermissionDenied."""
    payer_of(member, payer.pk)
    if not member.has_role(*GIVERS):
        raise PermissionDenied("U kijkt hier mee. Het reglement geeft een ander.")
