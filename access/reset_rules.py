"""Who may ask for the reset of a second step, and who may confirm it: never the same, and never for oneself."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from access.checks import allowed
from access.models import CLIENT_ROLES, FactorReset, Membership, Role
from access.rules import RuleBroken
from bureaus.words import word

ASKERS = frozenset({Role.DIRECTIE, Role.BEHEERDER})
DECIDERS = ASKERS | {Role.FG}
# That somebody is a client here is not a beheerder's to know.
ASKERS_FOR_CLIENTS = frozenset({Role.DIRECTIE})
DECIDERS_FOR_CLIENTS = frozenset({Role.DIRECTIE, Role.FG})

NOBODY = (
    "Er is niemand die dit kan bevestigen. Daarvoor is naast u en deze persoon nog iemand nodig uit de leiding of van"
    " het beheer, of een functionaris gegevensbescherming. Nodig eerst iemand uit."
)


def askers_for(person: Membership) -> frozenset[Role]:
    return ASKERS_FOR_CLIENTS if person.has_role(*CLIENT_ROLES) else ASKERS


def deciders_for(person: Membership) -> frozenset[Role]:
    return DECIDERS_FOR_CLIENTS if person.has_role(*CLIENT_ROLES) else DECIDERS


def check_ask(by: Membership, person: Membership) -> None:
    """Raises RuleBroken."""
    if by.pk == person.pk:
        raise RuleBroken("Dit vraagt een ander voor u.")
    if not by.has_role(*askers_for(person)):
        raise RuleBroken(f"Dit vraagt {word('directie', article=True)}.")
    if not person.is_active:
        raise RuleBroken("Dit account is beëindigd.")
    if person.has_role(Role.SUPPORT):
        raise RuleBroken("Dit account is van het platform. Een bureau beslist niet over de tweede stap ervan.")


def check_decide(by: Membership, reset: FactorReset) -> None:
    """Neither who asked nor whose second step it is (a constraint of the database too). Raises RuleBroken."""
    if by.pk == reset.person_id:
        raise RuleBroken("Over uw eigen tweede stap besluit een ander.")
    if by.pk == reset.asked_by_id:
        raise RuleBroken("U vroeg dit zelf. Een ander moet het bevestigen.")
    if not by.has_role(*deciders_for(reset.person)):
        raise RuleBroken("Dit is niet voor uw rol.")


def may_decide(by: Membership, reset: FactorReset) -> bool:
    return allowed(check_decide, by, reset)


def is_waiting(reset: FactorReset) -> bool:
    return reset.state == FactorReset.State.OPEN and reset.expires_at > timezone.now()


def too_few(members: Iterable[Membership]) -> bool:
    """Whether somebody who leads here could lose a second step for good: two others are needed, one to ask, one
    to confirm."""
    there = list(members)
    askers = sum(member.has_role(*ASKERS) for member in there)
    deciders = sum(member.has_role(*DECIDERS) for member in there)
    return askers < 2 or deciders < 3
