"""Who may do what in a dossier; the button and the endpoint ask the same.

What state allows is in rules.py; here is reach: living grants, the author's own, the reglement's kinds.
`check_x` raises Http404 out of reach, PermissionDenied within it, rules.Refused where a state forbids; `may_x` says so.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, Subquery
from django.http import Http404

from access import reach
from access.checks import allowed, one_of, person
from access.models import DossierGrant, Ground, Membership, RoleGroup, User
from access.reach import (
    CHANGE,
    VIEW,
    grants_of_many,
    permission_id,
    principals,
    stands_filter,
    used_grant,
    visible_filter,
)
from bureaus import reglement
from bureaus.schema import AUTHOR_ONLY, KindRule, Level, StaffRole, StukKind
from bureaus.words import word
from clients.models import Appointment, Phase
from dossiers import rules
from dossiers.models import SEES_RESTRICTED, Dossier, Draft, Stuk, Tombstone
from vault import keys
from vault.models import WrappedKey

RESTRICTED = "Dit soort stuk is afgeschermd: alleen de behandelaars lezen en schrijven het."


def dossier_of(member: Membership, dossier_id: uuid.UUID, **more: Any) -> Dossier:
    """A dossier within reach, with its client, its traject and `more` annotations.

    Raises Http404: out of reach and not there are one.

    One query, which also brings what the page asks of it: `grant_id` (by which it is read, for the journal),
    `writes`, `view_only`, `restricted_too`, `own_concepts`, `removed` (the days on which a stuk was deleted, the newest
    first: jmwerkt 6.1.4) and the key.
    """
    me = person(member)
    rows = Dossier.objects.all().visible_to(me).filter(pk=dossier_id)
    rows = rows.select_related("client", "traject__opdrachtgever", "traject__handler")
    own = Stuk.objects.filter(dossier_id=OuterRef("pk"), author=member, state="concept")
    stones = Tombstone.objects.filter(dossier_id=OuterRef("pk")).order_by("-removed_at", "id").values("removed_at")
    rows = rows.annotate(own_concepts=Exists(own), removed=ArraySubquery(stones), **more)
    found: Dossier = one_of(_with_reach(rows, me, "pk"))
    _bring(found, found, member)
    return found


def held_by_ground(member: Membership, grounds: Collection[Ground]) -> Any:
    """The dossiers on which this member holds a living grant on one of these grounds; a queryset."""
    grants = DossierGrant.objects.all().living().filter(ground__in=grounds, permission_id=permission_id(VIEW))
    grants = grants.filter(group_id__in=principals(person(member)))
    return Dossier.objects.filter(pk__in=grants.values("content_object_id")).order_by()


def stuk_of(member: Membership, stuk_id: uuid.UUID) -> Stuk:
    """A stuk within reach, with its dossier; as `dossier_of`. Raises Http404.

    `writing` says whether this member has begun an aanvulling to it, `replacing` that it is to take the place of it.
    """
    me = person(member)
    rows = Stuk.objects.all().visible_to(me).filter(pk=stuk_id)
    rows = rows.select_related("dossier__client", "dossier__traject__opdrachtgever", "appointment")
    own = Draft.objects.filter(stuk_id=OuterRef("pk"), author=member)
    found: Stuk = one_of(
        _with_reach(rows, me, "dossier_id").annotate(writing=Exists(own), replacing=Exists(own.filter(replaces__gt=0)))
    )
    _bring(found, found.dossier, member)
    return found


def _with_reach(rows: Any, me: User, outer: str) -> Any:
    return rows.annotate(
        grant_id=Subquery(used_grant(me, outer).values("pk")[:1]),
        stands=stands_filter(me, outer=outer),
        writes=visible_filter(me, outer=outer, to=CHANGE),
        restricted_too=Exists(grants_of_many(me, outer, SEES_RESTRICTED)),
        wrapped_key=Subquery(WrappedKey.objects.filter(subject_id=OuterRef(outer)).values("wrapped")[:1]),
    )


def _bring(row: Any, dossier: Any, member: Membership) -> None:
    """What the query said of this member's reach, on the dossier itself; and its key, ready for use."""
    dossier.reached_by, dossier.grant_id = member.pk, row.grant_id
    dossier.writes, dossier.restricted_too = row.writes, row.restricted_too
    dossier.view_only = not row.stands
    keys.shelve(dossier.pk, row.wrapped_key)


def _known(member: Membership, dossier: Any) -> bool:
    """Whether `dossier_of` or `stuk_of` found this dossier for this member, in this request."""
    return getattr(dossier, "reached_by", None) == member.pk


def check_change(member: Membership, dossier: Dossier) -> None:
    """Writing asks for a grant to write, and a dossier that is not archived (werkid 13.1)."""
    if dossier.is_archived:
        check_keep(member, dossier)
    elif not _known(member, dossier):
        reach.check_write(person(member), dossier)
    elif not dossier.writes:  # type: ignore[attr-defined]
        raise PermissionDenied(reach.ONLY_READ)
    rules.check_not_archived(dossier.archived_at)


def check_keep(member: Membership, dossier: Dossier) -> None:
    """Who writes in this dossier, or would if it were not archived: archives it, reopens it, takes back what is out.

    Raises Http404 out of reach, PermissionDenied within it.
    """
    if not (dossier.is_archived and _keeps(member, dossier)):
        reach.check_write(person(member), dossier)


def _keeps(member: Membership, dossier: Dossier) -> bool:
    """Whether a grant to read is on a ground that lets write where a dossier is not archived."""
    standing = reglement.in_force().access.standing
    people = {Ground.HANDLER: standing.handler, Ground.SECOND_COACH: standing.second_coach}
    writing = [ground for ground, level in people.items() if level == Level.WRITE]
    roles = [role.value for role in StaffRole if standing.of_role(role) == Level.WRITE]
    groups = RoleGroup.objects.filter(role__in=roles).values("group_id")
    grounds = Q(ground__in=writing) | Q(ground=Ground.ROLE, group_id__in=groups)
    return bool(reach.grants_of(person(member), dossier).filter(grounds).exists())


def may_change(member: Membership, dossier: Dossier) -> bool:
    return allowed(check_change, member, dossier)


def sees_restricted(member: Membership, dossier: Dossier) -> bool:
    """The coaches of the dossier, and the client: not who reaches it by a role (DOMAIN 5)."""
    if _known(member, dossier):
        return bool(dossier.restricted_too)  # type: ignore[attr-defined]
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
        raise PermissionDenied(f"Een eigen verklaring schrijft alleen {word('client', article=True)} zelf.")
    return check_kind(member, dossier, kind)


def check_kind(member: Membership, dossier: Dossier, kind: StukKind | str) -> KindRule:
    """The rule of a kind that is on. Raises rules.Refused, PermissionDenied."""
    rule = reglement.in_force().dossier.kinds.get(str(kind))
    if rule is None or not rule.on:
        raise rules.Refused("Dit soort stuk staat in dit bureau niet aan.", "kind")
    if rule.restricted and not sees_restricted(member, dossier):
        raise PermissionDenied(RESTRICTED)
    return rule


def check_edit(member: Membership, stuk: Stuk) -> None:
    """A concept and a werkaantekening are written by their author alone (werkid 10.4); what is vastgesteld by none."""
    if stuk.author_id != member.pk:
        raise Http404
    check_change(member, stuk.dossier)
    if not stuk.is_concept:
        raise rules.Refused("Dit stuk is vastgesteld. De tekst verandert niet meer; u kunt hem wel aanvullen.")


def may_edit(member: Membership, stuk: Stuk) -> bool:
    return allowed(check_edit, member, stuk)


def check_supplement(member: Membership, stuk: Stuk) -> None:
    """Who may write adds below what is vastgesteld; the words of the client stay the client's own (javawest 6.2)."""
    check_change(member, stuk.dossier)
    if stuk.kind == StukKind.EIGEN_VERKLARING:
        whose = word("client", article=True)
        raise PermissionDenied(f"Dit is een eigen verklaring van {whose}. Een medewerker verandert die niet.")
    if stuk.restricted and not sees_restricted(member, stuk.dossier):
        raise PermissionDenied(RESTRICTED)
    rules.check_step(stuk.state, "aangevuld")


def may_supplement(member: Membership, stuk: Stuk) -> bool:
    return allowed(check_supplement, member, stuk)


def check_vaststellen(member: Membership, stuk: Stuk) -> None:
    """The author makes a concept part of the dossier; a werkaantekening never is (werkid 10.4)."""
    check_edit(member, stuk)
    if stuk.kind in AUTHOR_ONLY:
        raise rules.Refused("Een werkaantekening hoort niet bij het dossier en wordt niet vastgesteld.")


def appointment_of(dossier: Dossier, appointment_id: str) -> Appointment | None:
    """An appointment of this dossier's traject, or none asked. Raises Http404 for one that is not."""
    if not appointment_id:
        return None
    try:
        found: Appointment | None = Appointment.objects.filter(
            traject_id=dossier.traject_id, pk=uuid.UUID(appointment_id)
        ).first()
    except ValueError:
        raise Http404 from None
    if found is None:
        raise Http404
    return found


def may_release(member: Membership, stuk: Stuk) -> bool:
    """Whether the button to let this stuk out is of use; the act asks everything again (actions.releases)."""
    from dossiers.actions.releases import may_release as state_allows

    writes = _known(member, stuk.dossier) and stuk.dossier.writes  # type: ignore[attr-defined]
    return bool(writes) and state_allows(stuk, stuk.dossier, reglement.in_force())


def may_archive(member: Membership, dossier: Dossier) -> bool:
    """Once the traject has ended, whoever may write."""
    return dossier.traject.phase == Phase.ENDED and may_change(member, dossier)


def may_reopen(member: Membership, dossier: Dossier) -> bool:
    return dossier.is_archived and allowed(check_keep, member, dossier)


def check_statement(member: Membership, dossier: Dossier) -> None:
    """The client, or who acts for the client, tells their own story in the dossier (javawest 6.2)."""
    own = reach.grants_of(person(member), dossier).filter(ground__in=(Ground.CLIENT, Ground.GEMACHTIGDE))
    if not member.is_client_member or not own.exists():
        reach.check_see(person(member), dossier)
        raise PermissionDenied(f"Een eigen verklaring schrijft alleen {word('client', article=True)} zelf.")
    rules.check_not_archived(dossier.archived_at)
    if not reglement.in_force().access.client.own_statement:
        raise rules.Refused("In dit bureau staat de eigen verklaring niet aan.")


def may_state(member: Membership, dossier: Dossier) -> bool:
    return allowed(check_statement, member, dossier)


def may_see_shielded(member: Membership) -> bool:
    """Whether the reglement names one of their roles among who still read what was shielded on request."""
    return member.has_role(*reglement.in_force().requests.correction.shielded_seen_by)


def shielded_readers() -> list[str]:
    """Who these are, in the bureau's words."""
    return [_role(role) for role in reglement.in_force().requests.correction.shielded_seen_by]


def _role(role: StaffRole) -> str:
    words = {StaffRole.DIRECTIE: "directie", StaffRole.COACH: "coach"}
    return word(words[role], article=True) if role in words else f"de {role.value}"
