"""Letting the grants of dossiers follow their traject and the reglement: one dossier or thousands, the same SQL."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from access.actions.grants import name_of
from access.models import Ground, Membership
from access.reach import as_system
from bureaus import reglement
from bureaus.schema import OpdrachtgeverKind, OpdrachtgeverView, StukKind
from bureaus.tenancy import current_bureau_id
from bureaus.words import word
from dossiers.actions import wanted
from dossiers.models import Dossier
from journal.actions import record_many

# Ended in the order of their ids, as everything that ends more than one grant does, so that two never wait for each
# other. What was ended meanwhile is not ended again. A request that was allowed is open no longer than its grant.
_GONE = """
gone AS MATERIALIZED (
    SELECT g.*, h.cause, CASE h.cause WHEN 'ended' THEN 'het traject is beëindigd'
        WHEN 'archived' THEN 'het dossier is gearchiveerd' WHEN 'replaced' THEN 'vervangen' ELSE %(reason)s END AS why
    FROM access_dossiergrant g JOIN held h ON h.id = g.id
    WHERE h.cause IS NOT NULL
    ORDER BY g.id
    FOR UPDATE OF g
),
kept AS (
    INSERT INTO access_endedgrant (id, bureau_id, grant_id, dossier_id, dossier_number, group_id, permission, ground,
        reason, granted_by_name, granted_at, starts_at, ended_at, ended_by_name, end_reason)
    SELECT uuidv7(), g.bureau_id, g.id, g.content_object_id, d.number, g.group_id,
        CASE g.permission_id WHEN %(view)s THEN 'view_dossier' ELSE 'change_dossier' END, g.ground, g.reason,
        g.granted_by_name, g.granted_at, g.starts_at, least(g.expires_at, statement_timestamp()), %(by_name)s,
        left(g.why, 500)
    FROM gone g JOIN dossier d ON d.id = g.content_object_id
),
removed AS (DELETE FROM access_dossiergrant WHERE id IN (SELECT id FROM gone)),
told AS (
    UPDATE access_accessrequest r SET opens_until = statement_timestamp()
    FROM gone g
    WHERE g.ground = ANY (%(let_in)s) AND r.grant_id = g.id AND r.opens_until > statement_timestamp()
)"""

_MADE = """
made AS (
    INSERT INTO access_dossiergrant (id, bureau_id, content_object_id, group_id, permission_id, ground, reason,
        granted_by, granted_by_name, granted_at, starts_at, expires_at)
    SELECT uuidv7(), %(bureau)s, w.dossier_id, w.group_id, w.permission_id, w.ground, left(%(reason)s, 500),
        CASE WHEN w.ground = %(role)s THEN NULL ELSE %(by)s::uuid END,
        CASE WHEN w.ground = %(role)s THEN %(actor)s ELSE %(by_name)s END,
        statement_timestamp(), coalesce(w.starts_at, statement_timestamp()), w.expires_at
    FROM wanted w
    WHERE NOT EXISTS (SELECT FROM held h WHERE h.dossier_id = w.dossier_id AND h.group_id = w.group_id
        AND h.permission_id = w.permission_id AND h.ground = w.ground AND h.right_one)
    RETURNING *, %(reason)s::text AS why
)"""

# One line for who gains or loses what on one ground, whatever the number of permissions.
_LINES = """
SELECT 'access.DossierGrant' AS object_type, (array_agg(g.id ORDER BY g.permission_id = {view}))[1]::text AS object_id,
    d.id AS dossier_id, d.number AS dossier_number, g.ground, g.why AS reason,
    (array_agg(g.id ORDER BY g.permission_id = {view}))[1] AS grant_id,
    jsonb_build_object(
        'to', coalesce('lid ' || m.id, 'rol ' || r.role, 'groep ' || g.group_id),
        'permissions', jsonb_agg(CASE g.permission_id WHEN {view} THEN 'view_dossier' ELSE 'change_dossier' END
            ORDER BY g.permission_id = {view}),
        'until', {until}) AS facts
FROM {source} g JOIN dossier d ON d.id = g.content_object_id
    LEFT JOIN access_membership m ON m.private_group_id = g.group_id
    LEFT JOIN access_rolegroup r ON r.group_id = g.group_id
WHERE {condition}
GROUP BY d.id, d.number, g.group_id, g.ground, g.why, m.id, r.role
ORDER BY d.id, g.ground, g.group_id"""
_UNTIL = """coalesce(to_char(max(g.expires_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'), '')"""
_LOST = _LINES.format(view="%(view)s", source="gone", until="''", condition="g.cause <> 'replaced'")
_GAINED = _LINES.format(view="%(view)s", source="made", until=_UNTIL, condition="TRUE")

# Releases of what this version lets out to that kind of opdrachtgever no more.
_TAKEN_BACK = """
WITH barred AS (
    SELECT r.id FROM dossiers_release r JOIN dossiers_stuk s ON s.id = r.stuk_id
        JOIN dossiers_dossier d ON d.id = r.dossier_id JOIN clients_traject t ON t.id = d.traject_id
        JOIN clients_opdrachtgever o ON o.id = t.opdrachtgever_id
    WHERE r.bureau_id = %(bureau)s AND r.dossier_id = ANY (%(dossiers)s) AND r.withdrawn_at IS NULL
        AND o.kind || '/' || s.kind <> ALL (%(allowed)s)
    ORDER BY r.id FOR UPDATE OF r
),
back AS (
    UPDATE dossiers_release SET withdrawn_at = statement_timestamp(), withdrawn_by_name = %(by_name)s
    WHERE id IN (SELECT id FROM barred) RETURNING stuk_id, dossier_id, version
)"""
_BACK_LINES = """
SELECT 'dossiers.Stuk' AS object_type, s.id::text AS object_id, d.id AS dossier_id, d.number AS dossier_number,
    '' AS ground, %(why)s::text AS reason, NULL::uuid AS grant_id,
    jsonb_build_object('version', b.version, 'kind', s.kind) AS facts
FROM back b JOIN dossiers_stuk s ON s.id = b.stuk_id JOIN dossiers_dossier d ON d.id = b.dossier_id
ORDER BY s.id"""


@dataclass(frozen=True)
class Outcome:
    """How many were gained and lost: who, or which role, in one dossier on one ground."""

    gained: int
    lost: int


@transaction.atomic
def follow_dossiers(dossier_ids: Sequence[uuid.UUID], *, by: Membership | None, reason: str = "") -> Outcome:
    """Let the grants of these dossiers be what their trajecten and the reglement in force say. Again changes nothing.

    Given and ended are the grants on the grounds of `wanted.FOLLOWING`; of the others only what can't be: to write in
    an archived dossier (werkid 13.1), and directie's consent after the end where it is for running trajecten alone.
    """
    if not dossier_ids:
        return Outcome(0, 0)
    asked = wanted.parameters(reglement.in_force().access, dossier_ids)
    named = {
        "reason": reason, "by": by.pk if by else None, "by_name": name_of(by), "actor": name_of(None),
        "let_in": [str(Ground.CONSENT_OF_DIRECTIE), str(Ground.EMERGENCY)],
    }  # fmt: skip
    with as_system():
        lock_dossiers(dossier_ids)
        ending, giving = (f"WITH {wanted.ALL}, {act}" for act in (_GONE, _MADE))
        lost = record_many(act="toegang.ingetrokken", before=ending, rows=_LOST, params=asked | named)
        gained = record_many(act="toegang.gegeven", before=giving, rows=_GAINED, params=asked | named)
    return Outcome(gained, lost)


def sync_grants(*, dossier: Dossier, by: Membership | None, reason: str = "") -> None:
    """Let the grants of a dossier follow its traject and the reglement in force; again changes nothing."""
    follow_dossiers([dossier.pk], by=by, reason=reason)


@transaction.atomic
def take_back_releases(dossier_ids: Sequence[uuid.UUID]) -> int:
    """Of these dossiers, end the releases that the reglement in force allows no more; how many."""
    asked = {
        "bureau": current_bureau_id(),
        "dossiers": list(dossier_ids),
        "allowed": _allowed(reglement.in_force().opdrachtgever_view),
        "by_name": name_of(None),
        "why": f"mag volgens het reglement niet meer naar {word('opdrachtgever', article=True)}",
    }
    with as_system():
        return record_many(act="stuk.vrijgave_ingetrokken", before=_TAKEN_BACK, rows=_BACK_LINES, params=asked)


def lock_dossiers(dossier_ids: Sequence[uuid.UUID]) -> None:
    """Grants on one dossier are given one after the other; of more than one in the order of their ids."""
    rows: Any = Dossier.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=dossier_ids)
    list(rows.order_by("pk").values_list("pk"))


def _allowed(view: OpdrachtgeverView) -> list[str]:
    kinds = [(payer, stuk) for payer in OpdrachtgeverKind for stuk in StukKind]
    return [f"{payer.value}/{stuk.value}" for payer, stuk in kinds if view.may_release(payer, stuk)]
