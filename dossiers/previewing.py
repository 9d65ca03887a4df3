"""What another reglement would change: who gains and who loses how many dossiers. Nothing is written."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from access.reach import as_system
from bureaus import schema
from dossiers.actions import wanted

# What each group has and would have: v to read, w to write; 0 now, 1 then.
_STATE = """
state AS MATERIALIZED (
    SELECT dossier_id, group_id, bool_or(v0) AS v0, bool_or(w0) AS w0, bool_or(v1) AS v1, bool_or(w1) AS w1
    FROM (
        SELECT dossier_id, group_id, permission_id = %(view)s AS v0, permission_id = %(change)s AS w0,
            ground <> ALL (%(following)s) AND cause IS NULL AND permission_id = %(view)s AS v1,
            ground <> ALL (%(following)s) AND cause IS NULL AND permission_id = %(change)s AS w1
        FROM held WHERE living
        UNION ALL
        SELECT dossier_id, group_id, FALSE, FALSE, permission_id = %(view)s, permission_id = %(change)s
        FROM wanted WHERE starts_at IS NULL
    ) AS one
    GROUP BY dossier_id, group_id
)"""

# A person has what their own grants and those of their roles give. People with the same roles have the same by them,
# so that is found once for each set of roles, and mended for the dossiers that someone has grants of their own on.
_PEOPLE = """
member AS MATERIALIZED (
    SELECT m.id, m.private_group_id,
        (SELECT array_agg(r.group_id ORDER BY r.group_id) FROM access_rolegroup r
            WHERE r.bureau_id = %(bureau)s AND r.role = ANY (m.roles)) AS roles
    FROM access_membership m
    WHERE m.bureau_id = %(bureau)s AND m.active_from <= statement_timestamp()
        AND (m.active_until IS NULL OR m.active_until > statement_timestamp())
),
by_roles AS MATERIALIZED (
    SELECT c.roles, s.dossier_id, bool_or(v0) AS v0, bool_or(w0) AS w0, bool_or(v1) AS v1, bool_or(w1) AS w1
    FROM (SELECT DISTINCT roles FROM member WHERE roles IS NOT NULL) AS c
        JOIN state s ON s.group_id = ANY (c.roles)
    GROUP BY c.roles, s.dossier_id
),
of_roles AS (
    SELECT roles, count(*) FILTER (WHERE v1 AND NOT v0) AS vg, count(*) FILTER (WHERE v0 AND NOT v1) AS vl,
        count(*) FILTER (WHERE w1 AND NOT w0) AS wg, count(*) FILTER (WHERE w0 AND NOT w1) AS wl
    FROM by_roles GROUP BY roles
),
mended AS (
    SELECT m.id,
        count(*) FILTER (WHERE (s.v1 OR r.v1 IS TRUE) AND NOT (s.v0 OR r.v0 IS TRUE))
            - count(*) FILTER (WHERE r.v1 AND NOT r.v0) AS vg,
        count(*) FILTER (WHERE (s.v0 OR r.v0 IS TRUE) AND NOT (s.v1 OR r.v1 IS TRUE))
            - count(*) FILTER (WHERE r.v0 AND NOT r.v1) AS vl,
        count(*) FILTER (WHERE (s.w1 OR r.w1 IS TRUE) AND NOT (s.w0 OR r.w0 IS TRUE))
            - count(*) FILTER (WHERE r.w1 AND NOT r.w0) AS wg,
        count(*) FILTER (WHERE (s.w0 OR r.w0 IS TRUE) AND NOT (s.w1 OR r.w1 IS TRUE))
            - count(*) FILTER (WHERE r.w0 AND NOT r.w1) AS wl
    FROM member m JOIN state s ON s.group_id = m.private_group_id
        LEFT JOIN by_roles r ON r.roles = m.roles AND r.dossier_id = s.dossier_id
    GROUP BY m.id
),
person AS (
    SELECT m.id, coalesce(r.vg, 0) + coalesce(e.vg, 0) AS vg, coalesce(r.vl, 0) + coalesce(e.vl, 0) AS vl,
        coalesce(r.wg, 0) + coalesce(e.wg, 0) AS wg, coalesce(r.wl, 0) + coalesce(e.wl, 0) AS wl
    FROM member m LEFT JOIN of_roles r ON r.roles = m.roles LEFT JOIN mended e ON e.id = m.id
)"""
_CHANGES = """
SELECT p.id, '' AS role, m.name, m.roles, p.vg, p.vl, p.wg, p.wl
FROM person p JOIN access_membership m ON m.id = p.id
WHERE p.vg + p.vl + p.wg + p.wl > 0
UNION ALL
SELECT NULL, r.role, '', NULL, count(*) FILTER (WHERE v1 AND NOT v0), count(*) FILTER (WHERE v0 AND NOT v1),
    count(*) FILTER (WHERE w1 AND NOT w0), count(*) FILTER (WHERE w0 AND NOT w1)
FROM state s JOIN access_rolegroup r ON r.group_id = s.group_id
GROUP BY r.role
HAVING count(*) FILTER (WHERE v1 <> v0 OR w1 <> w0) > 0
UNION ALL
SELECT NULL, '', '', NULL, (SELECT count(*) FROM dossier), 0, 0, 0
ORDER BY 3, 2"""


@dataclass(frozen=True)
class Change:
    """How many dossiers somebody (or everybody with a role) would gain and lose, to read and to write."""

    view_gained: int
    view_lost: int
    write_gained: int
    write_lost: int
    role: str = ""
    membership_id: uuid.UUID | None = None
    name: str = ""
    roles: tuple[str, ...] = ()

    @property
    def counts(self) -> tuple[int, int, int, int]:
        return self.view_gained, self.view_lost, self.write_gained, self.write_lost


@dataclass(frozen=True)
class Preview:
    """`dossiers` is how many there are; `people` and `roles` only those for whom something changes."""

    dossiers: int
    people: tuple[Change, ...]
    roles: tuple[Change, ...]

    def is_much(self, one: Change) -> bool:
        """Whether someone gains so much that it deserves a second look: a quarter of all dossiers, and over ten."""
        gained = max(one.view_gained, one.write_gained)
        return gained > 10 and gained * 4 >= self.dossiers

    @property
    def is_nothing(self) -> bool:
        return not self.people and not self.roles


def preview(parameters: Mapping[str, Any]) -> Preview:
    """What these parameters would change if they were the reglement now. Raises schema.ReglementInvalid.

    The same queries as `follow_dossiers`, of every dossier at once: a few seconds for a hundred thousand.
    """
    asked = wanted.parameters(schema.parse(parameters).access, None)
    with as_system(), connection.cursor() as cursor:
        cursor.execute(f"WITH {wanted.ALL}, {_STATE}, {_PEOPLE} {_CHANGES}", asked)
        rows = cursor.fetchall()
    total = next(row[4] for row in rows if row[0] is None and not row[1])
    people = tuple(_change(row) for row in rows if row[0] is not None)
    return Preview(total, people, tuple(_change(row) for row in rows if row[1]))


def _change(row: tuple[Any, ...]) -> Change:
    membership_id, role, name, roles, view_gained, view_lost, write_gained, write_lost = row
    counts = (view_gained, view_lost, write_gained, write_lost)
    return Change(*counts, role=role, membership_id=membership_id, name=name, roles=tuple(roles or ()))
