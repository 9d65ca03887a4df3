"""Transfers as they are read, and who may do what with one; `check_x` raises, `may_x` says so."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from access import reach
from access.checks import allowed, one_of, person
from access.models import Ground, Membership, Role
from access.reach import held_by, visible_filter
from access.rules import RuleBroken
from bureaus.schema import Trigger
from bureaus.words import capitalised, word
from clients.models import Opdrachtgever, OpdrachtgeverKind, Phase
from dossiers.models import Dossier
from retention.access import KEEPERS, is_keeper
from retention.models import DueDate, Transfer
from retention.rules import say
from retention.tabs import Tab, counted
from retention.terms import Block, Standing

MAY_START = (Role.DIRECTIE, Role.ADMINISTRATIE)
MAY_LOOK = KEEPERS
Status = Transfer.Status
# One of these stands in the way of another.
OPEN = (Status.PACKING, Status.READY, Status.RECEIVED)
BEFORE_FETCHING = (Status.PACKING, Status.FAILED, Status.READY)


# -- who may -----------------------------------------------------------------------------------------------------------
def check_start(member: Membership, dossier: Dossier) -> None:
    """Directie, administratie, and who handles the dossier. Raises Http404, PermissionDenied."""
    if member.has_role(*MAY_START) or _handles(member, dossier):
        return
    if not is_keeper(member):
        reach.check_see(person(member), dossier)
    boss = word("directie", article=True)
    raise PermissionDenied(f"Overdragen doet alleen wie het dossier behandelt, {boss} of de administratie.")


def check_startable(today: date, *, standing: Standing, kept: Sequence[Block], receivers: Sequence[Membership]) -> None:
    """By the rule that holds, on its day, free of blocks, and with somebody to hand it to. Raises RuleBroken.

    By the bureau's word for who pays: a refusal stays in the log, and a particulier is a person.
    """
    payer = word("opdrachtgever", article=True)
    if not standing.chosen.rule.is_transfer:
        raise RuleBroken("Dit dossier wordt niet overgedragen: het heeft een eigen bewaartermijn.")
    if standing.trigger_dates.get(Trigger.TRANSFER_RECEIVED):
        raise RuleBroken(f"{capitalised(payer)} heeft al voor ontvangst getekend.")
    if standing.transfer_from is None or standing.transfer_from > today:
        when = f"vanaf {say(standing.transfer_from)}" if standing.transfer_from else "als het traject is beëindigd"
        raise RuleBroken(f"Overdragen kan pas {when}.")
    if kept:
        raise RuleBroken(f"Overdragen kan nu niet: {', '.join(one.label for one in kept)}.")
    if not receivers:
        raise RuleBroken(f"Bij {payer} heeft nog niemand een account die dit traject volgt. Nodig eerst iemand uit.")


def may_start(member: Membership, dossier: Dossier) -> bool:
    return allowed(check_start, member, dossier)


def check_withdraw(member: Membership, row: Transfer, dossier: Dossier) -> None:
    """By whoever may start one, until it was fetched. Raises Http404, PermissionDenied, RuleBroken."""
    check_start(member, dossier)
    if row.fetched_at is not None:
        raise RuleBroken("Intrekken kan niet meer: het dossier is al opgehaald.")
    if row.status not in BEFORE_FETCHING:
        raise RuleBroken(f"Intrekken kan niet meer: {row.get_status_display()}.")


def may_withdraw(member: Membership, row: Transfer, dossier: Dossier) -> bool:
    return allowed(check_withdraw, member, row, dossier)


def check_receiver(member: Membership, row: Transfer) -> None:
    """A contact of that very opdrachtgever, who follows that very traject (werklokaal 7). Raises PermissionDenied."""
    contact = getattr(member, "opdrachtgever_contact", None)
    ours = contact is not None and contact.opdrachtgever_id == row.opdrachtgever_id
    mine = reach.grants_of(person(member), Dossier(pk=row.dossier_id)).filter(ground=Ground.OPDRACHTGEVER)
    if not (member.is_opdrachtgever_member and ours and mine.exists()):
        raise PermissionDenied("Dit dossier is niet voor u ingepakt.")


def receivers(dossier: Dossier) -> list[Membership]:
    """Who can fetch it: the contacts of the opdrachtgever who follow this traject, with their accounts."""
    return [one for one in held_by(dossier, (Ground.OPDRACHTGEVER,)) if one.is_opdrachtgever_member]


def payer_name(payer: Opdrachtgever, *, seen: bool) -> str:
    """A particulier is a person, as a rule the client: by name for who sees the dossier alone (werkid 4)."""
    return payer.name if is_by_name(payer, seen=seen) else word("opdrachtgever", article=True)


def is_by_name(payer: Opdrachtgever, *, seen: bool) -> bool:
    return seen or payer.kind != OpdrachtgeverKind.PARTICULIER


# -- rows --------------------------------------------------------------------------------------------------------------
def open_of(dossier_id: uuid.UUID) -> Transfer | None:
    """The transfer that stands, or the last that could not be packed."""
    rows = Transfer.objects.filter(dossier_id=dossier_id, status__in=(*OPEN, Status.FAILED))
    found: Transfer | None = rows.order_by("-started_at", "-pk").first()
    return found


def for_receiver(dossier: Dossier, opdrachtgever_id: uuid.UUID) -> Transfer | None:
    """What stands ready for this opdrachtgever, or was signed for; the database holds who may see it."""
    rows = Transfer.objects.filter(dossier_id=dossier.pk, opdrachtgever_id=opdrachtgever_id)
    found: Transfer | None = rows.filter(status__in=(Status.READY, Status.RECEIVED)).first()
    return found


def one_for(member: Membership, transfer_id: uuid.UUID) -> Transfer:
    """A transfer that this member may look at: who watches over keeping, and who sees its dossier. Raises Http404."""
    rows = Transfer.objects.filter(pk=transfer_id).select_related("opdrachtgever")
    seen = Dossier.objects.filter(visible_filter(person(member)), pk=OuterRef("dossier_id"))
    rows = rows.annotate(seen=Exists(seen))
    found: Transfer = one_of(rows if is_keeper(member) else rows.filter(seen=True))
    return found


def tabs(today: date) -> list[Tab]:
    """What waits, in the order in which a transfer goes, with how many; one query."""
    moving = Transfer.objects.filter(status__in=BEFORE_FETCHING, fetched_at=None)
    fetched = Transfer.objects.filter(status=Status.READY, fetched_at__isnull=False)
    over = Transfer.objects.filter(status__in=(Status.RECEIVED, Status.CANCELLED))
    found = [
        Tab("klaarzetten", "Klaar te zetten", to_do(today), "Er is geen dossier over te dragen."),
        Tab("ophalen", "Wacht op ophalen", _ordered(moving), "Er staat niets klaar."),
        Tab("tekenen", "Wacht op ontvangst", _ordered(fetched), "Alles wat is opgehaald, is getekend."),
        Tab("afgerond", "Afgerond", _ordered(over), "Er is nog niets overgedragen."),
    ]
    known = counted(**{one.key: one.rows for one in found})
    return [replace(one, count=known[one.key]) for one in found]


def to_do(today: date) -> Any:
    """Dossiers to hand over for which nothing was begun, what waits longest first."""
    begun = Transfer.objects.filter(dossier_id=OuterRef("dossier_id"), status__in=(*OPEN, Status.FAILED))
    rows = DueDate.objects.filter(due_on=None, missing=Trigger.TRANSFER_RECEIVED.value, transfer_from__lte=today)
    rows = rows.filter(Q(dossier__traject__phase=Phase.ENDED), ~Exists(begun))
    return rows.select_related("dossier__traject__opdrachtgever").order_by("transfer_from", "id")


def _ordered(rows: Any) -> Any:
    return rows.select_related("opdrachtgever").order_by("-started_at", "-id")


def _handles(member: Membership, dossier: Dossier) -> bool:
    grants = reach.grants_of(person(member), dossier).filter(ground=Ground.HANDLER)
    return bool(grants.exists())


def days_waiting(row: Transfer, today: date) -> int:
    """Since it stood ready."""
    return (today - timezone.localdate(row.ready_at)).days if row.ready_at else 0
