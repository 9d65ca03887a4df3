"""Who may do what in a dossier; the button and the endpoint ask the same.

What state allows is in rules.py; here is reach: living grants, the author's own, the reglement's kinds.
`check_x` raises Http404 out of reach, PermissionDenied within it, rules.Refused where a state forbids; `may_x` says so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404

from access import reach
from access.models import Ground, Membership, User
from access.rules import RuleBroken
from bureaus import reglement
from bureaus.schema import AUTHOR_ONLY, KindRule, StukKind
from dossiers import rules
from dossiers.models import SEES_RESTRICTED, Dossier, Stuk


def person(member: Membership) -> User:
    """The account of a member as grants ask for it, without fetching it."""
    return User(pk=member.user_id)


def check_change(member: Membership, dossier: Dossier) -> None:
    """Writing asks for a grant to write, and a dossier that is not archived (werkid 13.1)."""
    reach.check_write(person(member), dossier)
    rules.check_not_archived(dossier.archived_at)


def may_change(member: Membership, dossier: Dossier) -> bool:
    return _allowed(check_change, member, dossier)


def sees_restricted(member: Membership, dossier: Dossier) -> bool:
    """The coaches of the dossier, and the client: not who reaches it by a role (DOMAIN 5)."""
    return bool(reach.grants_of(person(member), dossier).filter(ground__in=SEES_RESTRICTED).exists())


def startable(member: Membership, dossier: Dossier) -> dict[StukKind, KindRule]:
    """The kinds of stuk that this member may begin here, in the reglement's order; empty without a grant to write."""
    if not may_change(member, dossier):
        return {}
    restricted = sees_restricted(member, dossier)
    kinds = reglement.in_force().dossier.kinds_on()
    return {
        kind: rule
        for kind, rule in kinds.items()
        if kind != StukKind.EIGEN_VERKLARING and (restricted or not rule.restricted)
    }


def check_start(member: Membership, dossier: Dossier, kind: StukKind | str) -> KindRule:
    """Only kinds that the reglement switched on (javawest 4.1), and restricted ones only by the dossier's coaches."""
    check_change(member, dossier)
    if kind == StukKind.EIGEN_VERKLARING:
        raise PermissionDenied("Een eigen verklaring schrijft alleen de cliënt zelf.")
    return check_kind(member, dossier, kind)


def check_kind(member: Membership, dossier: Dossier, kind: StukKind | str) -> KindRule:
    """The rule of a kind that is on. Raises rules.Refused, PermissionDenied."""
    rule = reglement.in_force().dossier.kinds.get(str(kind))
    if rule is None or not rule.on:
        raise rules.Refused("Dit soort stuk staat in dit bureau niet aan.", "kind")
    if rule.restricted and not sees_restricted(member, dossier):
        raise PermissionDenied("Dit soort stuk is afgeschermd: alleen de behandelaars lezen en schrijven het.")
    return rule


def check_edit(member: Membership, stuk: Stuk) -> None:
    """A concept and a werkaantekening are written by their author alone (werkid 10.4); what is vastgesteld by none."""
    if stuk.author_id != member.pk:
        raise Http404
    check_change(member, stuk.dossier)
    if not stuk.is_concept:
        raise rules.Refused("Dit stuk is vastgesteld. De tekst verandert niet meer; u kunt hem wel aanvullen.")


def may_edit(member: Membership, stuk: Stuk) -> bool:
    return _allowed(check_edit, member, stuk)


def check_supplement(member: Membership, stuk: Stuk) -> None:
    """Who may write adds below what is vastgesteld; the words of the client stay the client's own (javawest 6.2)."""
    check_change(member, stuk.dossier)
    if stuk.kind == StukKind.EIGEN_VERKLARING:
        raise PermissionDenied("Dit is een eigen verklaring van de cliënt. Een medewerker verandert die niet.")
    rules.check_step(stuk.state, "aangevuld")


def may_supplement(member: Membership, stuk: Stuk) -> bool:
    return _allowed(check_supplement, member, stuk)


def check_vaststellen(member: Membership, stuk: Stuk) -> None:
    """The author makes a concept part of the dossier; a werkaantekening never is (werkid 10.4)."""
    check_edit(member, stuk)
    if stuk.kind in AUTHOR_ONLY:
        raise rules.Refused("Een werkaantekening hoort niet bij het dossier en wordt niet vastgesteld.")


def check_statement(member: Membership, dossier: Dossier) -> None:
    """The client, or who acts for the client, tells their own story in the dossier (javawest 6.2)."""
    reach.check_see(person(member), dossier)
    own = reach.grants_of(person(member), dossier).filter(ground__in=(Ground.CLIENT, Ground.GEMACHTIGDE))
    if not member.is_client_member or not own.exists():
        raise PermissionDenied("Een eigen verklaring schrijft alleen de cliënt zelf.")
    rules.check_not_archived(dossier.archived_at)
    if not reglement.in_force().access.client.own_statement:
        raise rules.Refused("In dit bureau staat de eigen verklaring niet aan.")


def may_state(member: Membership, dossier: Dossier) -> bool:
    return _allowed(check_statement, member, dossier)


def _allowed(check: Callable[..., Any], *what: Any) -> bool:
    try:
        check(*what)
    except (Http404, PermissionDenied, RuleBroken):
        return False
    return True
