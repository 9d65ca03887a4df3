"""By which grant somebody saw a dossier at a moment that has passed: what the log's readers are told as 'why'."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from access.models import DossierGrant, EndedGrant, Membership
from access.reach import IN_ORDER, VIEW, as_system, permission_id


@dataclass(frozen=True)
class Held:
    """A grant to one person (not to a role) on one dossier, and the time in which it opened something."""

    grant_id: uuid.UUID
    membership_id: uuid.UUID
    dossier_id: uuid.UUID
    ground: str
    starts_at: datetime
    ends_at: datetime | None

    def covers(self, moment: datetime) -> bool:
        return self.starts_at <= moment and (self.ends_at is None or moment < self.ends_at)


def held_by(members: Iterable[Membership], dossier_ids: Collection[uuid.UUID]) -> list[Held]:
    """The grants to read, living and ended, that these people held themselves on these dossiers. Two queries.

    In the reach of the system: the caller decides to whom it is shown.
    """
    groups = {one.private_group_id: one.pk for one in members}
    with as_system():
        rows = [*_living(groups, dossier_ids), *_ended(groups, dossier_ids)]
    return [Held(row[0], groups[row[1]], *row[2:]) for row in rows]


def of_pairs(held: Iterable[Held]) -> dict[tuple[uuid.UUID, uuid.UUID], list[Held]]:
    """By person and dossier."""
    found: dict[tuple[uuid.UUID, uuid.UUID], list[Held]] = {}
    for one in held:
        found.setdefault((one.membership_id, one.dossier_id), []).append(one)
    return found


def used_at(held: Sequence[Held], moment: datetime) -> Held | None:
    """Of what one person held on one dossier, the grant by which they saw it then; None: by a role of theirs."""
    order: Mapping[str, int] = {str(ground): place for place, ground in enumerate(IN_ORDER)}
    covering = [one for one in held if one.covers(moment)]
    return min(covering, key=lambda one: order.get(one.ground, len(order)), default=None)


def _living(groups: Collection[int], dossier_ids: Collection[uuid.UUID]) -> list[tuple[Any, ...]]:
    rows = DossierGrant.objects.filter(
        group_id__in=groups, content_object_id__in=dossier_ids, permission_id=permission_id(VIEW)
    )
    return list(rows.values_list("pk", "group_id", "content_object_id", "ground", "starts_at", "expires_at"))


def _ended(groups: Collection[int], dossier_ids: Collection[uuid.UUID]) -> list[tuple[Any, ...]]:
    rows = EndedGrant.objects.filter(group_id__in=groups, dossier_id__in=dossier_ids, permission=VIEW)
    return list(rows.values_list("grant_id", "group_id", "dossier_id", "ground", "starts_at", "ended_at"))
