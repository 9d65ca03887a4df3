"""Who may do what with clients, trajecten and opdrachtgevers; the button and the endpoint ask the same.

`check_x` raises Http404 out of reach, PermissionDenied within it, rules.Refused where a state forbids; `may_x` says so.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Subquery
from django.http import Http404

from access import reach
from access.checks import allowed, one_of, person
from access.models import Membership, Role
from access.reach import CHANGE, VIEW, stands_filter, used_grant, visible_filter
from clients.models import Appointment, Client, Traject
from clients.rules import Refused, dossier_of

# Who sees clients at all, in so far as grants let them; who writes; who keeps the list of opdrachtgevers.
READERS = (Role.COACH, Role.ADMINISTRATIE, Role.DIRECTIE)
WRITERS = (Role.COACH, Role.ADMINISTRATIE)
PAYER_KEEPERS = (Role.COACH, Role.ADMINISTRATIE, Role.DIRECTIE, Role.BEHEERDER)


def client_of(member: Membership, client_id: uuid.UUID, **shown: Any) -> Client:
    """A client within reach, with these annotations. Raises Http404: out of reach and not there are one.

    `stands` says whether a dossier of theirs is in reach by more than being let in to read, `grant_id` by which grant.
    """
    me = person(member)
    shown["grant_id"] = Subquery(used_grant(me, "pk", of="content_object__client_id").values("pk")[:1])
    shown["stands"] = Exists(_dossiers().filter(stands_filter(me), client_id=OuterRef("pk")))
    found: Client = one_of(Client.objects.all().visible_to(me).filter(pk=client_id).annotate(**shown))
    found.reached_by = member.pk  # type: ignore[attr-defined]
    return found


def traject_of(member: Membership, traject_id: uuid.UUID) -> Traject:
    """A traject within reach, with what its page shows, by which grant, and as `client_of`. Raises Http404."""
    me = person(member)
    rows = Traject.objects.all().visible_to(me).filter(pk=traject_id)
    shown = ("client", "opdrachtgever", "contact", "contract", "handler", "second_coach", "dossier")
    grant = Subquery(used_grant(me, "dossier__pk").values("pk")[:1])
    return one_of(rows.select_related(*shown).annotate(stands=stands_filter(me, outer="dossier__pk"), grant_id=grant))


def appointment_of(member: Membership, appointment_id: uuid.UUID) -> Appointment:
    """An appointment of a traject within reach. Raises Http404."""
    rows = Appointment.objects.all().visible_to(person(member)).filter(pk=appointment_id)
    return one_of(rows.select_related("traject__dossier", "traject__client", "coach"))


def may_open_clients(member: Membership) -> bool:
    """Whether the pages of clients and trajecten are for this role; which of them, their grants say."""
    return member.has_role(*READERS)


def check_register(member: Membership) -> None:
    """Coaches and administratie do the aanmelding."""
    _check_role(member, WRITERS)


def may_register(member: Membership) -> bool:
    return allowed(check_register, member)


def check_take_on(member: Membership, client: Client) -> None:
    """Another traject of a known client: not by who was let in to read, and would be the coach by it (pluspunt 4.1)."""
    check_register(member)
    if not _stands(member, client):
        raise Refused(reach.READ_ONLY)


def may_take_on(member: Membership, client: Client) -> bool:
    return allowed(check_take_on, member, client)


def check_change_traject(member: Membership, traject: Traject) -> None:
    """A grant to write in the dossier, and a dossier that is not archived (werkid 13.1)."""
    dossier = dossier_of(traject)
    if dossier is None:
        raise Http404
    if not member.has_role(*WRITERS):
        reach.check_see(person(member), dossier)
        _check_role(member, WRITERS)
    if dossier.archived_at is not None:
        reach.check_see(person(member), dossier)
        raise Refused("Het dossier is gearchiveerd: het wordt gelezen, maar niet meer veranderd.")
    reach.check_write(person(member), dossier)


def may_change_traject(member: Membership, traject: Traject) -> bool:
    return allowed(check_change_traject, member, traject)


def check_change_client(member: Membership, client: Client) -> None:
    """A grant to write in one of the client's dossiers that is not archived."""
    if member.has_role(*WRITERS) and _is_writable(member, client):
        return
    if not _reaches(member, client, VIEW):
        raise Http404
    raise PermissionDenied("U mag deze gegevens lezen, maar er niets in veranderen.")


def may_change_client(member: Membership, client: Client) -> bool:
    return allowed(check_change_client, member, client)


def check_reveal_bsn(member: Membership, client: Client) -> None:
    """Coach and administratie who reach a dossier of the client; for directie it stays masked (DOMAIN 5), and for who
    was let in to read (pluspunt 4.1)."""
    if vars(client).get("reached_by") != member.pk and not _reaches(member, client, VIEW):
        raise Http404
    _check_role(member, WRITERS)
    if not _stands(member, client):
        raise PermissionDenied(reach.READ_ONLY)
    if not client.bsn_index:
        raise Refused("Er is geen burgerservicenummer vastgelegd.")


def may_reveal_bsn(member: Membership, client: Client) -> bool:
    return allowed(check_reveal_bsn, member, client)


def check_keep_payers(member: Membership) -> None:
    """Opdrachtgevers, their contacts and contracts are of the whole bureau."""
    _check_role(member, PAYER_KEEPERS)


def writable(member: Membership) -> Exists:
    """Whether a dossier of the row's client may be written in; a page asks it along with the client."""
    grants = visible_filter(person(member), to=CHANGE)
    open_ones = _dossiers().filter(archived_at=None)
    return Exists(open_ones.filter(grants, client_id=OuterRef("pk")))


def _is_writable(member: Membership, client: Client) -> bool:
    known = vars(client).get("writable")
    return _reaches(member, client, CHANGE, archived_at=None) if known is None else bool(known)


def _stands(member: Membership, client: Client) -> bool:
    known = vars(client).get("stands")
    if known is None:
        return bool(_dossiers().filter(stands_filter(person(member)), client_id=client.pk).exists())
    return bool(known)


def _dossiers() -> Any:
    return apps.get_model("dossiers", "Dossier").objects.all()


def _reaches(member: Membership, client: Client, permission: str, **state: Any) -> bool:
    rows = client.dossiers.filter(visible_filter(person(member), to=permission), **state)  # type: ignore[attr-defined]
    return bool(rows.exists())


def _check_role(member: Membership, roles: tuple[Role, ...]) -> None:
    if not member.has_role(*roles):
        raise PermissionDenied("Dit is niet voor uw rol.")
