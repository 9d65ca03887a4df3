"""The yearly access review as it is read: who may do what with it, what waits, and what people can reach.

What a person may do is here; `check_x` raises, `may_x` says so.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from access import declaration_gate, mfa
from access import review_rules as rules
from access.actions.memberships import check_may_end
from access.checks import allowed
from access.models import (
    OPDRACHTGEVER_ROLES,
    STAFF_ROLES,
    AccessReview,
    DossierGrant,
    Ground,
    Membership,
    ReviewLine,
    Role,
    RoleGroup,
)
from access.reach import VIEW, as_system, permission_id
from access.rules import RuleBroken, check_may_give
from bureaus import reglement
from bureaus.models import Bureau
from bureaus.tenancy import current_bureau_id
from bureaus.words import word
from journal.models import Line

# Directie looks at everybody; the FG at directie, whose own lines directie can't decide about.
MAY_LOOK = (Role.DIRECTIE, Role.FG)
# What a client sees is no choice of directie's; who acts for a client is looked at.
LOOKED_AT = STAFF_ROLES | OPDRACHTGEVER_ROLES | {Role.GEMACHTIGDE}
WORKS_HERE = STAFF_ROLES - {Role.SUPPORT}
CLOSED = "Deze controle is al afgesloten. Er verandert niets meer aan."

# Of each account that is looked at: how many dossiers on each ground and in all, by its own grants and by its roles.
# A person's roles are counted once for all who have the same ones: never person by person, dossier by dossier.
_COUNTS = """
WITH who AS MATERIALIZED (
    SELECT m.id, m.private_group_id, m.name, m.roles, m.roles && %(staff)s::varchar[] AS works_here
    FROM access_membership m
    WHERE m.bureau_id = %(bureau)s AND m.active_from <= statement_timestamp()
        AND (m.active_until IS NULL OR m.active_until > statement_timestamp()) AND m.roles && %(looked_at)s::varchar[]
),
held AS MATERIALIZED (
    SELECT DISTINCT g.group_id, g.content_object_id AS dossier_id, g.ground
    FROM access_dossiergrant g
    WHERE g.bureau_id = %(bureau)s AND g.permission_id = %(view)s AND g.ground <> %(client)s
        AND g.starts_at <= statement_timestamp() AND (g.expires_at IS NULL OR g.expires_at > statement_timestamp())
),
by_role AS MATERIALIZED (
    SELECT r.role, count(DISTINCT h.dossier_id) AS dossiers
    FROM access_rolegroup r JOIN held h ON h.group_id = r.group_id
    WHERE r.bureau_id = %(bureau)s GROUP BY r.role
),
counted AS (
    SELECT w.id, h.ground AS key, count(*) AS dossiers
    FROM who w JOIN held h ON h.group_id = w.private_group_id GROUP BY w.id, h.ground
    UNION ALL
    SELECT w.id, %(by_role)s || r.role, r.dossiers FROM who w JOIN by_role r ON r.role = ANY (w.roles)
),
grounds AS (SELECT id, jsonb_object_agg(key, dossiers) AS counts FROM counted GROUP BY id),
sets AS (SELECT DISTINCT roles FROM who WHERE works_here),
of_roles AS MATERIALIZED (
    SELECT DISTINCT s.roles, h.dossier_id
    FROM sets s JOIN access_rolegroup r ON r.role = ANY (s.roles) AND r.bureau_id = %(bureau)s
        JOIN held h ON h.group_id = r.group_id
),
roles_count AS (SELECT roles, count(*) AS dossiers FROM of_roles GROUP BY roles),
besides AS (
    SELECT w.id, count(DISTINCT h.dossier_id) AS dossiers
    FROM who w JOIN held h ON h.group_id = w.private_group_id
        LEFT JOIN of_roles o ON o.roles = w.roles AND o.dossier_id = h.dossier_id
    WHERE o.dossier_id IS NULL GROUP BY w.id
)
SELECT w.id, w.private_group_id, w.name, w.roles, coalesce(c.dossiers, 0) + coalesce(b.dossiers, 0),
    coalesce(g.counts, '{}')::text
FROM who w LEFT JOIN grounds g ON g.id = w.id LEFT JOIN besides b ON b.id = w.id
    LEFT JOIN roles_count c ON c.roles = w.roles
WHERE w.works_here OR g.id IS NOT NULL
ORDER BY w.name, w.id"""


@dataclass(frozen=True)
class Reached:
    """What one account can reach at this moment."""

    membership_id: uuid.UUID
    name: str
    roles: list[str]
    dossiers: int
    grounds: Mapping[str, int]


# -- who may ---------------------------------------------------------------------------------------------------------
def check_run(member: Membership) -> None:
    """Directie begins and closes it. Raises PermissionDenied."""
    if not member.has_role(Role.DIRECTIE):
        raise PermissionDenied(f"De controle begint en sluit {word('directie', article=True)}.")


def may_run(member: Membership) -> bool:
    return allowed(check_run, member)


def check_decide(member: Membership, line: ReviewLine) -> None:
    """Never about oneself; the FG only about directie. Raises PermissionDenied."""
    if not member.has_role(*MAY_LOOK):
        raise PermissionDenied(f"Over de toegang van anderen besluit {word('directie', article=True)}.")
    if line.membership_id == member.pk:
        raise PermissionDenied("Dit is uw eigen toegang. Daarover besluit een ander.")
    if not member.has_role(Role.DIRECTIE) and Role.DIRECTIE not in line.roles:
        raise PermissionDenied(f"De FG besluit alleen over de toegang van {word('directie', article=True)}.")


def may_decide(member: Membership, line: ReviewLine) -> bool:
    return allowed(check_decide, member, line)


def check_end(member: Membership, line: ReviewLine) -> None:
    """As ending a membership anywhere else. Raises PermissionDenied, RuleBroken."""
    _check_power(member, line)
    if Role.SUPPORT not in line.roles:
        check_may_end(line.membership, member)


def may_end(member: Membership, line: ReviewLine) -> bool:
    """The same for a list, without a query for each line: who may end the last directie is directie besides."""
    return allowed(_check_power, member, line)


def _check_power(member: Membership, line: ReviewLine) -> None:
    check_decide(member, line)
    if Role.SUPPORT in line.roles:
        check_run(member)
    else:
        check_may_give(member.roles, line.membership.roles)


def check_reopen(member: Membership, line: ReviewLine) -> None:
    """A click given in error is taken back while the review runs. Raises PermissionDenied, RuleBroken."""
    check_decide(member, line)
    check_open(line.review)
    if line.verdict == ReviewLine.Verdict.WITHDRAWN:
        raise RuleBroken("Dit account is beëindigd. Nodig de persoon opnieuw uit als dat niet klopt.")
    if not line.verdict:
        raise RuleBroken("Hierover is nog niet besloten.")


def may_reopen(member: Membership, line: ReviewLine) -> bool:
    return allowed(check_reopen, member, line)


def is_stuck(review: AccessReview, member: Membership, left: int) -> bool:
    """Whether the one line that is left is this member's own, and nobody else could decide about it."""
    if left != 1 or not member.has_role(Role.DIRECTIE):
        return False
    others = Membership.objects.all().active().with_role(*MAY_LOOK).exclude(pk=member.pk)
    return bool(undecided(review.lines).filter(~Exists(others), membership_id=member.pk).exists())


# -- rows ------------------------------------------------------------------------------------------------------------
def running() -> AccessReview | None:
    """The one that goes on in this bureau."""
    found: AccessReview | None = AccessReview.objects.filter(closed_at=None).first()
    return found


def closed() -> QuerySet[Any]:
    """The ones that were closed, the newest first, with how many lines, and how many of them were withdrawn."""
    withdrawn = Q(lines__verdict=ReviewLine.Verdict.WITHDRAWN)
    rows: QuerySet[Any] = AccessReview.objects.exclude(closed_at=None)
    rows = rows.annotate(people=Count("lines"), withdrawn=Count("lines", filter=withdrawn))
    return rows.order_by("-closed_at", "id")


def undecided(lines: Any = None) -> Any:
    """Lines that still wait: nobody decided, and their account was not ended meanwhile."""
    return (ReviewLine.objects.all() if lines is None else lines).filter(_waits())


def departed(lines: Any) -> Any:
    """Lines without a verdict whose account has ended: they settle themselves."""
    return lines.filter(~_waits(), verdict="")


def progress(review: AccessReview) -> tuple[int, int]:
    """How many lines there are, and how many still wait: one query."""
    found = review.lines.aggregate(total=Count("pk"), left=Count("pk", filter=_waits()))
    return found["total"], found["left"]


def progress_for(review: AccessReview, member: Membership) -> tuple[int, int, int]:
    """The same, and how many of those this member may decide about."""
    own = Count("pk", filter=_waits() & _for(member))
    found = review.lines.aggregate(total=Count("pk"), left=Count("pk", filter=_waits()), own=own)
    return found["total"], found["left"], found["own"]


def _waits() -> Q:
    return Q(Exists(Membership.objects.all().active().filter(pk=OuterRef("membership_id"))), verdict="")


def _for(member: Membership) -> Q:
    """The lines that this member may decide about."""
    others = ~Q(membership_id=member.pk)
    return others if member.has_role(Role.DIRECTIE) else others & Q(roles__contains=[Role.DIRECTIE.value])


def waiting(member: Membership) -> QuerySet[Any] | None:
    """The member's own row while the review asks something of them (inbox and work list); None for who never has to.

    That is: lines to decide, a review of which all is decided to close, or one to begin within thirty days.
    """
    if not member.has_role(*MAY_LOOK):
        return None
    current = ReviewLine.objects.filter(review__closed_at=None)
    asked = Q(Exists(undecided(current).filter(_for(member))))
    if member.has_role(Role.DIRECTIE):
        going_on = Exists(AccessReview.objects.filter(closed_at=None))
        asked |= Q(going_on) & ~Q(Exists(undecided(current))) | ~Q(going_on) & _is_due()
    rows: QuerySet[Any] = Membership.objects.filter(asked, pk=member.pk)
    return rows


def _is_due() -> Q:
    limit = rules.newest_due(timezone.localdate() + rules.TOLD_AHEAD, every())
    done = AccessReview.objects.filter(closed_at__date__gt=limit)
    return ~Q(Exists(done)) & Q(bureau__created_at__date__lte=limit)


def every() -> str:
    """How often, by the reglement in force: an ISO 8601 term."""
    return str(reglement.in_force().access.review_every)


def due_on() -> date:
    """Counted from the last review that was closed, or from the bureau's beginning."""
    last = AccessReview.objects.exclude(closed_at=None).order_by("-closed_at").values_list("closed_at", flat=True)
    began = last.first() or Bureau.objects.values_list("created_at", flat=True).get(pk=current_bureau_id())
    return rules.due_on(timezone.localtime(began).date(), every())


# -- what is reached -------------------------------------------------------------------------------------------------
def reached() -> list[Reached]:
    """Everybody who is looked at, with what they can reach now: a query, and one for gemachtigden.

    Somebody who acts for a client is called by a dossier's number: a review says no client's name.
    """
    asked: dict[str, Any] = {
        "bureau": current_bureau_id(), "view": permission_id(VIEW), "client": str(Ground.CLIENT),
        "staff": sorted(WORKS_HERE), "looked_at": sorted(LOOKED_AT), "by_role": rules.BY_ROLE,
    }  # fmt: skip
    with as_system():
        with connection.cursor() as cursor:
            cursor.execute(_COUNTS, asked)
            found = cursor.fetchall()
        numbers = _numbers([group for _, group, _, roles, *_ in found if Role.GEMACHTIGDE in roles])
    return [_reached(row, numbers) for row in found]


def _reached(row: tuple[Any, ...], numbers: Mapping[int, str]) -> Reached:
    membership_id, group, name, roles, dossiers, grounds = row
    said = f"Gemachtigde bij {numbers.get(group, '')}".rstrip() if Role.GEMACHTIGDE in roles else name
    return Reached(membership_id, said, list(roles), dossiers, json.loads(grounds))


def _numbers(groups: Iterable[int]) -> dict[int, str]:
    """Of each private group the first number of a dossier in which it acts for the client."""
    rows = DossierGrant.objects.all().living().filter(group_id__in=list(groups), ground=Ground.GEMACHTIGDE)
    first = rows.order_by().values("group_id").annotate(number=Min("content_object__number"))
    return dict(first.values_list("group_id", "number"))


def grants_of(line: ReviewLine) -> QuerySet[Any]:
    """What this account can reach now: a row for each dossier and ground, with number, since when and until when."""
    roles = RoleGroup.objects.filter(role__in=line.membership.roles)
    mine = Q(group_id=line.membership.private_group_id) | Q(group_id__in=roles.values("group_id"))
    rows = DossierGrant.objects.all().living().filter(mine, permission_id=permission_id(VIEW))
    role = RoleGroup.objects.filter(group_id=OuterRef("group_id")).values("role")
    rows = rows.exclude(ground=Ground.CLIENT).annotate(role=Subquery(role))
    shown = ("content_object__number", "ground", "role", "starts_at", "expires_at", "granted_by_name")
    found: QuerySet[Any] = rows.order_by("content_object__number", "ground", "pk").values(*shown)
    return found


# -- what is needed to decide ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Facts:
    """What directie weighs beside what somebody can reach."""

    last_login: datetime | None
    to_sign: list[str]
    second_step: bool
    second_step_asked: bool


def facts_of(lines: Iterable[ReviewLine]) -> dict[uuid.UUID, Facts]:
    """Of each line, by its id: three queries for a page of them. Second steps lie behind a wall of their own."""
    rows = list(lines)
    members = [line.membership for line in rows]
    with as_system():
        unsigned = declaration_gate.waiting_of(members)
        seen = _seen(members)
    return {
        line.pk: Facts(
            seen[line.membership_id][0],
            [rule.title for rule in unsigned.get(line.membership_id, {}).values()],
            seen[line.membership_id][1],
            mfa.demanded_of(line.membership.user),
        )
        for line in rows
    }


def _seen(members: Iterable[Membership]) -> dict[uuid.UUID, tuple[datetime | None, bool]]:
    """The last login here (an account's own date may be of another bureau), and whether there is a second step."""
    logins = Line.objects.filter(membership_id=OuterRef("pk"), act="inloggen.gelukt").order_by("-at").values("at")[:1]
    steps = Authenticator.objects.filter(
        user_id=OuterRef("user_id"), type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    )
    rows = Membership.objects.filter(pk__in=[member.pk for member in members]).order_by()
    found = rows.annotate(login=Subquery(logins), step=Exists(steps)).values_list("pk", "login", "step")
    return {pk: (login, step) for pk, login, step in found}


def check_open(review: AccessReview) -> None:
    """Raises RuleBroken for a review that was closed."""
    if review.closed_at is not None:
        raise RuleBroken(CLOSED)
