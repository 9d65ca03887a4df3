"""The one truth about who is let into which dossiers by the traject and the reglement, as SQL.

Three queries to put after WITH: `dossier`, those it is about; `wanted`, the grants there should be; `held`, the grants
there are. What follows from them (dossiers.actions.following) and what would (dossiers.previewing) is the same.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone

from access.models import CLIENT_ROLES, OPDRACHTGEVER_ROLES, STAFF_ROLES, Ground, Role
from access.reach import CHANGE, VIEW, permission_id
from bureaus.schema import Access, Level, StaffRole, Standing
from bureaus.tenancy import current_bureau_id
from clients.models import Phase

# The grounds that follow from the traject and the reglement; grants on other grounds are somebody's own decision.
FOLLOWING = (Ground.HANDLER, Ground.SECOND_COACH, Ground.CLIENT, Ground.GEMACHTIGDE, Ground.OPDRACHTGEVER, Ground.ROLE)
PERMISSIONS = {Level.NONE: (), Level.VIEW: (VIEW,), Level.WRITE: (VIEW, CHANGE)}

DOSSIER = """
dossier AS (
    SELECT d.id, d.number, d.archived_at IS NOT NULL AS archived, t.phase = %(ended)s AS ended, t.client_id,
        t.handler_id, t.second_coach_id, t.contact_id
    FROM dossiers_dossier d JOIN clients_traject t ON t.id = d.traject_id AND t.bureau_id = d.bureau_id
    WHERE d.bureau_id = %(bureau)s AND (%(every)s OR d.id = ANY (%(dossiers)s))
)"""

# Machtigingen of one person for one client that overlap, or follow on each other by the day, are one. Of those apart it
# is the first that is not over: the next begins a grant of its own on its day (dossiers.tasks.follow_machtigingen).
# The last day that the calendar knows is no end.
MACHTIGING = """
period AS (
    SELECT g.client_id, g.membership_id, g.valid_from, coalesce(g.valid_until, DATE '9999-12-31') AS valid_until,
        g.valid_from > 1 + max(coalesce(g.valid_until, DATE '9999-12-31')) OVER (
            PARTITION BY g.client_id, g.membership_id ORDER BY g.valid_from, g.id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS apart, g.id
    FROM clients_gemachtigde g
    WHERE g.bureau_id = %(bureau)s AND g.membership_id IS NOT NULL
        AND (g.valid_until IS NULL OR g.valid_until >= %(today)s)
        AND g.client_id IN (SELECT client_id FROM dossier)
),
numbered AS (
    SELECT p.*, count(*) FILTER (WHERE p.apart) OVER (
        PARTITION BY p.client_id, p.membership_id ORDER BY p.valid_from, p.id) AS nth
    FROM period p
),
machtiging AS (
    SELECT client_id, membership_id,
        CASE WHEN min(valid_from) > %(today)s THEN min(valid_from)::timestamp AT TIME ZONE %(zone)s END AS starts_at,
        CASE WHEN max(valid_until) < DATE '9999-12-31'
            THEN (max(valid_until) + 1)::timestamp AT TIME ZONE %(zone)s END AS expires_at
    FROM numbered WHERE nth = 0 GROUP BY client_id, membership_id
)"""

NAMED = """
named AS (
    SELECT id AS dossier_id, archived, handler_id AS membership_id, %(handler)s AS ground,
        NULL::timestamptz AS starts_at, NULL::timestamptz AS expires_at FROM dossier
    UNION ALL SELECT id, archived, second_coach_id, %(second_coach)s, NULL, NULL
        FROM dossier WHERE second_coach_id IS NOT NULL
    UNION ALL SELECT d.id, d.archived, c.membership_id, %(client)s, NULL, NULL
        FROM dossier d JOIN clients_client c ON c.id = d.client_id WHERE c.membership_id IS NOT NULL
    UNION ALL SELECT d.id, d.archived, c.membership_id, %(opdrachtgever)s, NULL, NULL
        FROM dossier d JOIN clients_opdrachtgevercontact c ON c.id = d.contact_id WHERE c.membership_id IS NOT NULL
    UNION ALL SELECT d.id, d.archived, m.membership_id, %(gemachtigde)s, m.starts_at, m.expires_at
        FROM dossier d JOIN machtiging m ON m.client_id = d.client_id
)"""

LEVEL = """
level AS (
    SELECT * FROM unnest(%(level_grounds)s::text[], %(level_roles)s::text[], %(level_permissions)s::int[])
        AS one (ground, role, permission_id)
)"""

# Of a person: a membership in force, of the right side: a coach who left and came back as a client is the traject's
# coach no more. An archived dossier is written in by nobody (werkid 13.1).
WANTED = """
wanted AS MATERIALIZED (
    SELECT n.dossier_id, m.private_group_id AS group_id, l.permission_id, n.ground, n.starts_at, n.expires_at
    FROM named n JOIN level l ON l.ground = n.ground
        JOIN access_membership m ON m.id = n.membership_id AND m.bureau_id = %(bureau)s
    WHERE m.active_from <= statement_timestamp()
        AND (m.active_until IS NULL OR m.active_until > statement_timestamp())
        AND m.roles && CASE WHEN n.ground IN (%(client)s, %(gemachtigde)s) THEN %(client_side)s::varchar[]
            WHEN n.ground = %(opdrachtgever)s THEN %(payer_side)s::varchar[] ELSE %(staff_side)s::varchar[] END
        AND NOT (n.archived AND l.permission_id = %(change)s)
    UNION ALL
    SELECT d.id, r.group_id, l.permission_id, l.ground, NULL, NULL
    FROM access_rolegroup r JOIN level l ON l.ground = %(role)s AND l.role = r.role CROSS JOIN dossier d
    WHERE r.bureau_id = %(bureau)s AND NOT (d.archived AND l.permission_id = %(change)s)
)"""

# `fits`: at this moment it begins as is wanted. `same`: it is the grant that is wanted, but perhaps for its end.
# `cause`: why it can't stay, NULL where it can. What is past stays for the task that puts past grants away.
HELD = """
held AS MATERIALIZED (
    SELECT g.id, g.content_object_id AS dossier_id, g.group_id, g.permission_id, g.ground,
        CASE WHEN w.starts_at IS NULL THEN g.starts_at <= statement_timestamp()
                AND (g.expires_at IS NULL OR g.expires_at > statement_timestamp())
            ELSE g.starts_at = w.starts_at END AND w.dossier_id IS NOT NULL
            AND g.expires_at IS NOT DISTINCT FROM w.expires_at AS right_one,
        g.starts_at <= statement_timestamp()
            AND (g.expires_at IS NULL OR g.expires_at > statement_timestamp()) AS living,
        CASE
            WHEN g.expires_at <= statement_timestamp() THEN NULL
            WHEN g.ground = %(consent)s AND %(running_only)s AND d.ended THEN 'ended'
            WHEN d.archived AND g.permission_id = %(change)s THEN 'archived'
            WHEN g.ground <> ALL (%(following)s) THEN NULL
            WHEN w.dossier_id IS NULL THEN 'lost'
            WHEN w.starts_at IS NOT NULL AND g.starts_at <> w.starts_at THEN 'lost'
            WHEN w.starts_at IS NULL AND g.starts_at > statement_timestamp() THEN 'lost'
            WHEN g.expires_at IS DISTINCT FROM w.expires_at THEN 'replaced'
        END AS cause
    FROM access_dossiergrant g JOIN dossier d ON d.id = g.content_object_id
        LEFT JOIN wanted w ON w.dossier_id = g.content_object_id AND w.group_id = g.group_id
            AND w.permission_id = g.permission_id AND w.ground = g.ground
    WHERE g.bureau_id = %(bureau)s
)"""

ALL = ",".join((DOSSIER, MACHTIGING, NAMED, LEVEL, WANTED, HELD))


def parameters(rules: Access, dossier_ids: Sequence[uuid.UUID] | None) -> dict[str, Any]:
    """What the queries ask: the levels of these rules, for these dossiers (None: for every one of the bureau)."""
    levels = list(_levels(rules.standing))
    return {
        "bureau": current_bureau_id(),
        "dossiers": list(dossier_ids or ()),
        "every": dossier_ids is None,
        "today": timezone.localdate(),
        "zone": settings.TIME_ZONE,
        "ended": str(Phase.ENDED),
        "running_only": rules.asking.running_only,
        "level_grounds": [str(ground) for ground, _, _ in levels],
        "level_roles": [role for _, role, _ in levels],
        "level_permissions": [permission_id(name) for _, _, name in levels],
        "view": permission_id(VIEW),
        "change": permission_id(CHANGE),
        # Not the platform's operator: who worked here once and is let in to help is nobody's coach.
        "staff_side": sorted(STAFF_ROLES - {Role.SUPPORT}),
        "client_side": sorted(CLIENT_ROLES),
        "payer_side": sorted(OPDRACHTGEVER_ROLES),
        "following": [str(ground) for ground in FOLLOWING],
        "consent": str(Ground.CONSENT_OF_DIRECTIE),
        **{ground.name.lower(): str(ground) for ground in FOLLOWING},
    }


def _levels(standing: Standing) -> Iterator[tuple[str, str, str]]:
    """Ground, role and permission of everything that these levels give."""
    people = {Ground.HANDLER: standing.handler, Ground.SECOND_COACH: standing.second_coach}
    outside = dict.fromkeys((Ground.CLIENT, Ground.GEMACHTIGDE, Ground.OPDRACHTGEVER), Level.VIEW)
    for ground, level in (people | outside).items():
        yield from ((ground, "", name) for name in PERMISSIONS[level])
    for role in StaffRole:
        yield from ((Ground.ROLE, role.value, name) for name in PERMISSIONS[standing.of_role(role)])
