"""Giving and ending access to a dossier."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from access import rules
from access.models import AccessRequest, DossierGrant, EndedGrant, Membership, RoleGroup
from access.reach import CHANGE, VIEW, VIEW_ONLY, as_system, permission_id
from bureaus import reglement
from bureaus.tenancy import current
from journal.actions import record

To = Membership | RoleGroup


@transaction.atomic
def grant(
    *,
    dossier: Any,
    to: To,
    permissions: Iterable[str] = (VIEW,),
    ground: str,
    by: Membership | None = None,
    reason: str = "",
    starts_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> list[DossierGrant]:
    """Let a person or a role in, by one living row per permission; the same grant twice is one.

    A living grant on the same ground that ends at another moment is replaced. `by` is None for what the
    reglement itself gives. Raises rules.RuleBroken for a period that the reglement does not allow.
    """
    codenames = _known(permissions)
    rules.check_period(starts_at or timezone.now(), expires_at, rules.longest(ground, reglement.in_force().access))
    with as_system():
        _lock(dossier)
        made = [
            row
            for codename in codenames
            if (row := _give(dossier, _group_of(to), codename, ground, by, reason, starts_at, expires_at))
        ]
        if made:
            _journal("toegang.gegeven", dossier, to, ground, reason, made, expires_at)
    return made


@transaction.atomic
def revoke(
    *,
    dossier: Any,
    to: To,
    permissions: Iterable[str] | None = None,
    ground: str | None = None,
    by: Membership | None = None,
    reason: str = "",
) -> int:
    """End the living grants of a person or role on a dossier (all, or only these); how many there were.

    Again changes nothing and journals nothing.
    """
    rows = DossierGrant.objects.filter(content_object=dossier, group_id=_group_of(to))
    if permissions is not None:
        rows = rows.filter(permission_id__in=[permission_id(name) for name in _known(permissions)])
    if ground is not None:
        rows = rows.filter(ground=ground)
    with as_system():
        _lock(dossier)
        ended = end_rows(rows, by_name=name_of(by), reason=reason)
        if ended:
            _journal("toegang.ingetrokken", dossier, to, ground or "", reason, ended, None)
    return len(ended)


@transaction.atomic
def archive_expired() -> int:
    """Move the current bureau's grants whose time has passed to the ended ones; how many.

    They opened nothing since that second, whether or not this runs.
    """
    with as_system():
        rows = DossierGrant.objects.filter(expires_at__lte=Now())
        return len(end_rows(rows, by_name="verlopen", reason="", skip_locked=True))


def end_rows(rows: Any, *, by_name: str, reason: str, skip_locked: bool = False) -> list[DossierGrant]:
    """Move rows of DossierGrant to EndedGrant, in the reach of the system; in one order, lest two deadlock."""
    rows = rows.select_related("content_object", "permission").order_by("pk")
    found = list(rows.select_for_update(of=("self",), skip_locked=skip_locked))
    now = timezone.now()
    EndedGrant.objects.bulk_create([_ended(row, by_name, reason, now) for row in found], batch_size=500)
    DossierGrant.objects.filter(pk__in=[row.pk for row in found]).delete()
    _tell_requests([row.pk for row in found if row.ground in VIEW_ONLY])
    return found


def _tell_requests(ended: list[uuid.UUID]) -> None:
    """What was asked and allowed is open no longer than its grant; support is open as long as its membership."""
    if ended:
        asked = AccessRequest.objects.filter(grant_id__in=ended, opens_until__gt=Now())
        asked.exclude(kind=AccessRequest.Kind.SUPPORT).update(opens_until=Now())


def _ended(row: DossierGrant, by_name: str, reason: str, now: datetime) -> EndedGrant:
    return EndedGrant(
        grant_id=row.pk,
        dossier_id=row.content_object_id,
        dossier_number=row.content_object.number,
        group_id=row.group_id,
        permission=row.permission.codename,
        ground=row.ground,
        reason=row.reason,
        granted_by_name=row.granted_by_name,
        granted_at=row.granted_at,
        starts_at=row.starts_at,
        ended_at=min(row.expires_at or now, now),
        ended_by_name=by_name,
        end_reason=reason[:500],
    )


def _give(
    dossier: Any,
    group_id: int,
    codename: str,
    ground: str,
    by: Membership | None,
    reason: str,
    starts_at: datetime | None,
    expires_at: datetime | None,
) -> DossierGrant | None:
    rows = DossierGrant.objects.filter(
        content_object=dossier, group_id=group_id, permission_id=permission_id(codename), ground=ground
    )
    same = rows.filter(starts_at=starts_at) if starts_at else rows.living()
    if same.filter(expires_at=expires_at).exists():
        return None
    end_rows(same, by_name=name_of(by), reason="vervangen")
    row = DossierGrant(
        content_object=dossier,
        group_id=group_id,
        permission_id=permission_id(codename),
        ground=ground,
        reason=reason[:500],
        granted_by=by.pk if by else None,
        granted_by_name=name_of(by),
        expires_at=expires_at,
        **({"starts_at": starts_at} if starts_at else {}),
    )
    row.save(force_insert=True)
    return row


def _lock(dossier: Any) -> None:
    """Grants on one dossier are given one after the other, so that none is made twice."""
    type(dossier)._base_manager.select_for_update(of=("self",), no_key=True).filter(pk=dossier.pk).values_list(
        "pk"
    ).get()


def _known(permissions: Iterable[str]) -> list[str]:
    asked = sorted(set(permissions))
    if not asked or set(asked) - {VIEW, CHANGE}:
        raise ValueError(f"not permissions on a dossier: {asked}")
    return asked


def _group_of(to: To) -> int:
    return to.private_group_id if isinstance(to, Membership) else to.group_id


def name_of(member: Membership | None) -> str:
    """Who gave or ended a grant, as it is written down: this member, or who the context says is at work."""
    return member.log_name if member else current().actor_label[:120]


def _journal(
    act: str, dossier: Any, to: To, ground: str, reason: str, rows: list[DossierGrant], expires_at: datetime | None
) -> None:
    facts = {
        "to": f"lid {to.pk}" if isinstance(to, Membership) else f"rol {to.role}",
        "permissions": sorted(row.permission.codename for row in rows),
        "until": expires_at.isoformat() if expires_at else "",
    }
    record(act=act, obj=rows[0], dossier=dossier, ground=ground, reason=reason, grant_id=rows[0].pk, facts=facts)
