"""Grants in bulk: the very rows that `dossiers.actions.sync_grants` would give. A test holds the two together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from access.models import DossierGrant, Ground, Membership, RoleGroup
from access.reach import CHANGE, permission_id
from bureaus.schema import Level, Rules, StaffRole
from bureaus.tenancy import current
from clients.models import Traject
from dossiers.actions.wanted import PERMISSIONS
from dossiers.models import Dossier


@dataclass(frozen=True)
class Wanted:
    """Who is let in, why, and to do what."""

    to: Membership | RoleGroup
    ground: Ground
    permissions: tuple[str, ...]

    @property
    def group_id(self) -> int:
        return self.to.private_group_id if isinstance(self.to, Membership) else self.to.group_id


def wanted(row: Traject, home: Dossier, rules: Rules, roles: dict[str, RoleGroup]) -> Iterator[Wanted]:
    """Whom the traject and the reglement let in; in an archived dossier nobody writes (werkid 13.1)."""
    for one in _wanted(row, rules, roles):
        allowed = tuple(name for name in one.permissions if not (home.is_archived and name == CHANGE))
        if allowed:
            yield Wanted(one.to, one.ground, allowed)


def _wanted(row: Traject, rules: Rules, roles: dict[str, RoleGroup]) -> Iterator[Wanted]:
    """Of a dossier that is not archived. The demo's gemachtigden have no account, hence no grant."""
    standing = rules.access.standing
    named: tuple[tuple[Membership | None, Ground, tuple[str, ...]], ...] = (
        (row.handler, Ground.HANDLER, PERMISSIONS[standing.handler]),
        (row.second_coach, Ground.SECOND_COACH, PERMISSIONS[standing.second_coach]),
        (row.client.membership, Ground.CLIENT, PERMISSIONS[Level.VIEW]),
        (row.contact.membership if row.contact else None, Ground.OPDRACHTGEVER, PERMISSIONS[Level.VIEW]),
    )
    for member, ground, permissions in named:
        if member and permissions:
            yield Wanted(member, ground, permissions)
    for role in StaffRole:
        if held := PERMISSIONS[standing.of_role(role)]:
            yield Wanted(roles[role.value], Ground.ROLE, held)


def grants(home: Dossier, one: Wanted, since: datetime) -> list[DossierGrant]:
    """The rows of one of them, in force since the dossier was opened."""
    return [
        DossierGrant(
            content_object=home,
            group_id=one.group_id,
            permission_id=permission_id(codename),
            ground=one.ground,
            granted_by_name=current().actor_label,
            granted_at=since,
            starts_at=since,
        )
        for codename in one.permissions
    ]
