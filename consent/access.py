"""Who reads what a client agreed to, who asks it, and who answers; the button and the endpoint ask the same.

Who works here reads it of the clients within reach, the FG of everybody. Asking, and entering what came on paper, is
for who reaches a dossier of the client by more than being let in to read. The client answers, or a gemachtigde.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404

from access.checks import allowed, one_of, person
from access.models import Membership, Role
from access.reach import READ_ONLY, principals, stands_filter
from clients.models import Client
from consent.models import LIVING, Consent
from dossiers.access import held_by_ground
from dossiers.models import OWN, Dossier

READERS = (Role.COACH, Role.DIRECTIE, Role.ADMINISTRATIE, Role.FG)
ASKERS = (Role.COACH, Role.DIRECTIE, Role.ADMINISTRATIE)


def clients_of(member: Membership) -> Any:
    """The clients whose consents this member, who works here, reads; a queryset."""
    me = person(member)
    # Who has declarations to sign first acts without principals, and opens nothing about anybody (javawest 2).
    if not member.has_role(*READERS) or not principals(me):
        return Client.objects.none()
    return Client.objects.all() if member.has_role(Role.FG) else Client.objects.all().visible_to(me)


def client_of(member: Membership, client_id: uuid.UUID) -> Client:
    """One of `clients_of`. Raises Http404: out of reach and not there are one."""
    found: Client = one_of(clients_of(member).filter(pk=client_id))
    return _seen(found, member)


def consent_of(member: Membership, pk: uuid.UUID) -> Consent:
    """One consent of a client of `clients_of`, with its text. Raises Http404."""
    rows = Consent.objects.filter(pk=pk, client__in=clients_of(member))
    found: Consent = one_of(rows.select_related("client", "text", "dossier"))
    _seen(found.client, member)
    return found


def _seen(client: Client, member: Membership) -> Client:
    """So that whoever asks of this one next asks no second time whether it is within reach."""
    client.consents_seen_by = member.pk  # type: ignore[attr-defined]
    return client


def check_ask(member: Membership, client: Client) -> None:
    """Raises Http404 out of reach, PermissionDenied within it."""
    known = vars(client).get("consents_seen_by") == member.pk
    if not known and not clients_of(member).filter(pk=client.pk).exists():
        raise Http404
    if not member.has_role(*ASKERS):
        raise PermissionDenied("Toestemming vraagt u niet in uw rol.")
    check_paper(member, client)


def check_paper(member: Membership, client: Client) -> None:
    """A paper with a signature is for who stands in a dossier of the client, whatever else they watch over (pluspunt
    4.1). Who got here reads of the client that it is there. Raises PermissionDenied."""
    if not Dossier.objects.filter(stands_filter(person(member)), client=client).exists():
        raise PermissionDenied(READ_ONLY)


def may_see_paper(member: Membership, client: Client) -> bool:
    return allowed(check_paper, member, client)


def may_ask(member: Membership, client: Client) -> bool:
    return allowed(check_ask, member, client)


def check_form(member: Membership, consent: Consent) -> None:
    """Room for a signature is under what waits for an answer or was given. Raises as `check_ask`."""
    check_ask(member, consent.client)
    if not is_living(consent):
        raise PermissionDenied("Deze vraag loopt niet meer. Er is dus geen formulier om te tekenen.")


def is_living(consent: Consent) -> bool:
    """Not taken back, withdrawn, replaced or refused."""
    return consent.state in LIVING


def own(member: Membership) -> Any:
    """What was asked of a client, for that client and who acts for them; a queryset."""
    return Consent.objects.filter(client__in=held_by_ground(member, OWN).values("client_id"))


def own_consent(member: Membership, pk: uuid.UUID) -> Consent:
    """One of `own`, with its text. Raises Http404."""
    found: Consent = one_of(own(member).filter(pk=pk).select_related("client", "text", "dossier"))
    return found


def check_answer(member: Membership, consent: Consent) -> None:
    """The client, or a gemachtigde for them. Raises Http404: another's consent does not exist."""
    if not member.is_client_member or not held_by_ground(member, OWN).filter(client_id=consent.client_id).exists():
        raise Http404


def may_answer(member: Membership, consent: Consent) -> bool:
    return allowed(check_answer, member, consent)
