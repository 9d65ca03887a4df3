"""Who sees which request, who takes one in, and who handles it; the button and the endpoint ask the same.

Directie, administratie and the FG watch over all of the bureau's requests; a coach sees those that they handle, and
those about the dossiers and clients that they coach. Whoever is complained about never sees that complaint.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.http import Http404

from access.actions import calendars
from access.checks import allowed, one_of, person
from access.models import Ground, Membership, Role
from access.reach import principals, visible_filter
from bureaus.words import word
from clients.models import Client
from dossiers.access import held_by_ground
from dossiers.models import OWN
from requests.models import LIVING, Kind, Verzoek
from retention.access import COACHES
from vault import keys
from vault.models import WrappedKey

# Who opens the pages of requests at all; who sees every one of the bureau; who takes one in.
READERS = (Role.COACH, Role.DIRECTIE, Role.ADMINISTRATIE, Role.FG)
OVERSEERS = (Role.DIRECTIE, Role.ADMINISTRATIE, Role.FG)
ENTERERS = (Role.COACH, Role.DIRECTIE, Role.ADMINISTRATIE)
HANDLERS = (Role.COACH, Role.DIRECTIE)
# To whom one can be given to handle.
ASSIGNABLE = calendars.FOR
# Who takes in for any client of the bureau; a coach for those within reach.
DESK = (Role.DIRECTIE, Role.ADMINISTRATIE)
# Who writes the bureau's own texts of letters.
WRITERS = (Role.DIRECTIE, Role.ADMINISTRATIE)
STANDING = (*COACHES, Ground.ROLE, Ground.REGISTRATION)


def visible(member: Membership) -> Any:
    """The requests that this member, who works here, sees; a queryset."""
    rows = Verzoek.objects.exclude(about_member=member)
    # Who has declarations to sign first acts without principals, and opens nothing about anybody (javawest 2).
    if not member.has_role(*READERS) or not principals(person(member)):
        return rows.none()
    if member.has_role(*OVERSEERS):
        return rows
    coached = held_by_ground(member, COACHES)
    mine = Q(dossier__in=coached) | Q(dossier=None, client__in=coached.values("client_id"))
    return rows.filter(Q(handler=member) | (mine & ~Q(kind=Kind.KLACHT)))


def request_of(member: Membership, pk: uuid.UUID) -> Verzoek:
    """One of them, with its client, dossier and handler. Raises Http404: out of reach and not there are one.

    One query, which also brings what its page asks: `paused_on` (since when the clock stands still, or None),
    `dossier_seen`, `now` and the client's key.
    """
    me = person(member)
    shown = ("client", "dossier", "handler", "about_member")
    key = WrappedKey.objects.filter(subject_id=OuterRef("client_id")).values("wrapped")
    rows = visible(member).filter(pk=pk).select_related(*shown)
    found: Verzoek = one_of(rows.with_pause().annotate(
        now=Now(), wrapped_key=Subquery(key[:1]),
        dossier_seen=visible_filter(me, outer="dossier_id"),
    ))  # fmt: skip
    keys.shelve(found.client_id, found.wrapped_key)  # type: ignore[attr-defined]
    found.seen_by = member.pk  # type: ignore[attr-defined]
    return found


def own(member: Membership) -> Any:
    """What a client asked, for the client; and for a gemachtigde, but for the client's own complaints; a queryset."""
    rows = Verzoek.objects.filter(client__in=held_by_ground(member, OWN).values("client_id"))
    # By whose request it is and not by role: a client may be a gemachtigde of another.
    return rows.filter(~Q(kind=Kind.KLACHT) | Q(asked_by=member) | Q(client__membership=member))


def of_another(verzoek: Verzoek) -> bool:
    """Whether somebody else than the client asked it in the portal: who acts for them."""
    return verzoek.asked_by_id is not None and verzoek.asked_by_id != verzoek.client.membership_id


def own_answers(member: Membership) -> Any:
    """Those of which a copy is for this member: the client's own, and what a gemachtigde asked; a queryset."""
    return own(member).filter(Q(asked_by=member) | Q(client__membership=member))


def clients_of(member: Membership) -> Any:
    """Of whom this member may take in a request: the desk of anybody, a coach of who is within reach; a queryset."""
    if member.has_role(*DESK):
        return Client.objects.all()
    if member.has_role(Role.COACH):
        # Not of who was only let in to read (pluspunt 4.1).
        return Client.objects.filter(pk__in=held_by_ground(member, STANDING).values("client_id"))
    return Client.objects.none()


def client_of(member: Membership, client_id: uuid.UUID) -> Client:
    """One of `clients_of`. Raises Http404."""
    found: Client = one_of(clients_of(member).filter(pk=client_id))
    return found


def check_enter(member: Membership, client: Client | None = None) -> None:
    """A letter, a visit or a call is taken in by the desk and the coaches. Raises Http404, PermissionDenied."""
    if not member.has_role(*ENTERERS):
        raise PermissionDenied("Een verzoek neemt u niet aan in uw rol.")
    if client is None or _is_known(member, client):
        return
    if not clients_of(member).filter(pk=client.pk).exists():
        raise Http404


def _is_known(member: Membership, client: Client) -> bool:
    """Whether the page asked along with this row what `clients_of` would: within reach, not just let in to read."""
    found = vars(client)
    return found.get("reached_by") == member.pk and (member.has_role(*DESK) or bool(found.get("stands")))


def may_enter(member: Membership, client: Client | None = None) -> bool:
    return allowed(check_enter, member, client)


def check_ask(member: Membership, client: Client) -> None:
    """In the portal the client asks, or who acts for the client; about nobody else. Raises Http404."""
    if not member.is_client_member or not held_by_ground(member, OWN).filter(client_id=client.pk).exists():
        raise Http404


def may_ask(member: Membership, client: Client) -> bool:
    return allowed(check_ask, member, client)


def check_handle(member: Membership, verzoek: Verzoek) -> None:
    """The handler and directie; the others only look. Whoever is complained about can't. Raises as `request_of`."""
    _check_seen(member, verzoek)
    if verzoek.handler_id != member.pk and not member.has_role(Role.DIRECTIE):
        boss = word("directie", article=True)
        raise PermissionDenied(f"Dit verzoek behandelt een ander. Alleen die, of {boss}, kan er iets in doen.")


def may_handle(member: Membership, verzoek: Verzoek) -> bool:
    return allowed(check_handle, member, verzoek)


def check_desk(member: Membership, verzoek: Verzoek) -> None:
    """What is done at the desk: seeing who it is, confirming receipt, withdrawing when asked to."""
    _check_seen(member, verzoek)
    if not member.has_role(Role.ADMINISTRATIE):
        check_handle(member, verzoek)


def may_desk(member: Membership, verzoek: Verzoek) -> bool:
    return allowed(check_desk, member, verzoek)


def check_texts(member: Membership) -> None:
    """The bureau's own texts of letters are written by directie and administratie. Raises PermissionDenied."""
    if not member.has_role(*WRITERS):
        raise PermissionDenied("De teksten van brieven schrijft u niet in uw rol.")


def check_withdraw(member: Membership, verzoek: Verzoek) -> None:
    """The client takes back what they asked; at the desk it is done for them."""
    if not member.is_client_member:
        check_desk(member, verzoek)
    elif not own_answers(member).filter(pk=verzoek.pk).exists():
        raise Http404


def may_withdraw(member: Membership, verzoek: Verzoek) -> bool:
    return verzoek.state in LIVING and allowed(check_withdraw, member, verzoek)


def _check_seen(member: Membership, verzoek: Verzoek) -> None:
    if vars(verzoek).get("seen_by") == member.pk:
        return
    if not visible(member).filter(pk=verzoek.pk).exists():
        raise Http404
