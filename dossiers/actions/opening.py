"""Opening a dossier, letting its grants follow the traject and the reglement, and closing it for writing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from access import reach
from access.actions import grant, revoke
from access.models import DossierGrant, Ground, Membership, RoleGroup
from access.reach import CHANGE, VIEW, as_system
from bureaus import reglement
from bureaus.schema import Level, StaffRole
from clients.models import Phase, Traject
from dossiers import rules
from dossiers.models import Dossier
from journal.actions import record
from vault.actions import create_key

TRIES = 5
# The grounds that follow from the traject and the reglement; grants on other grounds are somebody's own decision.
FOLLOWING = (Ground.HANDLER, Ground.SECOND_COACH, Ground.CLIENT, Ground.GEMACHTIGDE, Ground.OPDRACHTGEVER, Ground.ROLE)
PERMISSIONS = {Level.NONE: (), Level.VIEW: (VIEW,), Level.WRITE: (VIEW, CHANGE)}
To = Membership | RoleGroup
Named = tuple[Any, Ground, tuple[str, ...], dict[str, Any]]  # a membership's id, ground, permissions, period


@dataclass(frozen=True)
class Wanted:
    """A grant as the traject and the reglement have it."""

    to: To
    ground: Ground
    permissions: tuple[str, ...]
    starts_at: datetime | None = None
    expires_at: datetime | None = None

    @property
    def group_id(self) -> int:
        return self.to.private_group_id if isinstance(self.to, Membership) else self.to.group_id


@transaction.atomic
def open_dossier(*, traject: Traject, by: Membership | None) -> Dossier:
    """Make the dossier of a traject with its own key and its grants; the one that is there already, if any."""
    with as_system():
        Traject.objects.select_for_update(of=("self",)).get(pk=traject.pk)
        there: Dossier | None = Dossier.objects.filter(traject=traject).first()
        if there is not None:
            return there
        dossier = _insert(traject)
        create_key(subject_id=dossier.pk)
        record(act="dossier.geopend", obj=dossier, dossier=dossier, facts={"traject": str(traject.pk)})
        sync_grants(dossier=dossier, by=by)
        if by is not None:
            _let_in_who_registered(dossier, by)
    return dossier


@transaction.atomic
def sync_grants(*, dossier: Dossier, by: Membership | None, reason: str = "") -> None:
    """Let the grants of a dossier follow its traject and the reglement in force; again changes nothing.

    Only grants on the grounds of FOLLOWING are given or ended here.
    """
    with as_system():
        traject = Traject.objects.select_related("client").get(pk=dossier.traject_id)
        wanted = [*_of_people(traject), *_of_roles()]
        for to, permission, ground in _stale(dossier, wanted):
            revoke(dossier=dossier, to=to, permissions=[permission], ground=ground, by=by, reason=reason)
        for one in wanted:
            _give(dossier, one, by, reason)


@transaction.atomic
def archive_dossier(*, dossier: Dossier, by: Membership) -> Dossier:
    """Close a dossier for writing, once its traject has ended (werkid 13.1). Again changes nothing."""
    reach.check_write(by.user, dossier)
    locked: Dossier = Dossier.objects.select_for_update(of=("self",)).select_related("traject").get(pk=dossier.pk)
    if locked.is_archived:
        return locked
    if locked.traject.phase != Phase.ENDED:
        raise rules.Refused("Het traject loopt nog. Sluit eerst het traject af.")
    locked.archived_at = timezone.now()
    locked.save(update_fields=["archived_at"])
    record(act="dossier.gearchiveerd", obj=locked, dossier=locked)
    return locked


@transaction.atomic
def reopen_dossier(*, dossier: Dossier, by: Membership, reason: str) -> Dossier:
    """Take a dossier out of the archive, for a reason that is journaled. Again changes nothing."""
    reach.check_write(by.user, dossier)
    locked: Dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    if not locked.is_archived:
        return locked
    locked.archived_at = None
    locked.save(update_fields=["archived_at"])
    record(act="dossier.heropend", obj=locked, dossier=locked, reason=reason)
    return locked


def _insert(traject: Traject) -> Dossier:
    """Draw numbers until one is free."""
    for _ in range(TRIES):
        dossier = Dossier(number=rules.new_number(), client_id=traject.client_id, traject=traject)
        if Dossier.objects.filter(number=dossier.number).exists():
            continue
        try:
            with transaction.atomic():
                dossier.save(force_insert=True)
        except IntegrityError:
            continue
        return dossier
    raise RuntimeError("no free dossier number was drawn")


def _of_people(traject: Traject) -> list[Wanted]:
    """Who the traject names, in so far as their membership is in force."""
    standing = reglement.in_force().access.standing
    coach = PERMISSIONS[standing.second_coach]
    named: list[Named] = [
        (traject.handler_id, Ground.HANDLER, PERMISSIONS[standing.handler], {}),
        (traject.second_coach_id, Ground.SECOND_COACH, coach, {}),
        (traject.client.membership_id, Ground.CLIENT, (VIEW,), {}),
        (traject.contact.membership_id if traject.contact else None, Ground.OPDRACHTGEVER, (VIEW,), {}),
        *_of_gemachtigden(traject.client),
    ]
    members = Membership.objects.all().active().in_bulk([pk for pk, *_ in named if pk])
    return [
        Wanted(members[pk], ground, permissions, **period)
        for pk, ground, permissions, period in named
        if pk in members and permissions and _is_of_that_side(members[pk], ground)
    ]


def _is_of_that_side(member: Membership, ground: Ground) -> bool:
    """A coach who left and came back as a client is the traject's coach no more."""
    if ground in (Ground.CLIENT, Ground.GEMACHTIGDE):
        return member.is_client_member
    return member.is_opdrachtgever_member if ground == Ground.OPDRACHTGEVER else member.is_staff_member


def _of_gemachtigden(client: Any) -> list[Named]:
    """As long as each machtiging says; one person with two machtigingen has the longest."""
    today = timezone.localdate()
    longest: dict[Any, Any] = {}
    for one in client.gemachtigden.exclude(membership=None):
        if one.valid_until and one.valid_until < today:
            continue
        held = longest.get(one.membership_id)
        if held is None or (held.valid_until and (not one.valid_until or one.valid_until > held.valid_until)):
            longest[one.membership_id] = one
    return [(pk, Ground.GEMACHTIGDE, (VIEW,), _period(one, today)) for pk, one in longest.items()]


def _period(machtiging: Any, today: date) -> dict[str, datetime | None]:
    until = machtiging.valid_until
    return {
        "starts_at": _midnight(machtiging.valid_from) if machtiging.valid_from > today else None,
        "expires_at": _midnight(until + timedelta(days=1)) if until and until < date.max else None,
    }


def _give(dossier: Dossier, one: Wanted, by: Membership | None, reason: str) -> None:
    grant(
        dossier=dossier,
        to=one.to,
        permissions=one.permissions,
        ground=one.ground,
        by=None if one.ground == Ground.ROLE else by,
        reason=reason,
        starts_at=one.starts_at,
        expires_at=one.expires_at,
    )


def _of_roles() -> list[Wanted]:
    standing = reglement.in_force().access.standing
    levels = {role.value: PERMISSIONS[standing.of_role(role)] for role in StaffRole}
    groups = RoleGroup.objects.filter(role__in=[role for role, held in levels.items() if held])
    return [Wanted(group, Ground.ROLE, levels[group.role]) for group in groups]


def _stale(dossier: Dossier, wanted: Iterable[Wanted]) -> list[tuple[To, str, str]]:
    """What is held on a following ground and is wanted no more, or not from then on."""
    keys = {(one.group_id, name, str(one.ground)): one for one in wanted for name in one.permissions}
    rows = DossierGrant.objects.filter(content_object=dossier, ground__in=FOLLOWING).select_related("permission")
    now = timezone.now()
    stale = {
        key
        for row in rows
        if not _fits(keys.get(key := (row.group_id, row.permission.codename, row.ground)), row.starts_at, now)
    }
    holders = _holders({group_id for group_id, *_ in stale})
    return [(holders[group_id], name, ground) for group_id, name, ground in sorted(stale) if group_id in holders]


def _fits(wanted: Wanted | None, starts_at: datetime, now: datetime) -> bool:
    if wanted is None:
        return False
    return starts_at == wanted.starts_at if wanted.starts_at else starts_at <= now


def _holders(group_ids: set[int]) -> dict[int, To]:
    members = Membership.objects.filter(private_group_id__in=group_ids)
    roles = RoleGroup.objects.filter(group_id__in=group_ids)
    return {one.private_group_id: one for one in members} | {one.group_id: one for one in roles}


def _let_in_who_registered(dossier: Dossier, by: Membership) -> None:
    """Who did the aanmelding finishes it, for as many days as the reglement says."""
    days = reglement.in_force().access.aanmelder_days
    coaches = {dossier.traject.handler_id, dossier.traject.second_coach_id}
    if days and by.is_staff_member and by.pk not in coaches:
        until = timezone.now() + timedelta(days=days)
        grant(dossier=dossier, to=by, permissions=(VIEW, CHANGE), ground=Ground.REGISTRATION, by=by, expires_at=until)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
