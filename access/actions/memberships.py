"""People in a bureau: who they are there, and the groups by which grants find them."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from access import rules, signals
from access.actions.grants import end_rows
from access.actions.refusals import journals_refusals
from access.actions.sessions import end_sessions
from access.models import STAFF_ROLES, CalendarLink, DossierGrant, Invitation, Membership, Role, RoleGroup, User
from access.reach import as_system
from bureaus.tenancy import current_bureau_id
from bureaus.words import word
from journal.actions import record


@transaction.atomic
def add_membership(
    *,
    name: str,
    roles: Iterable[str],
    user: User | None = None,
    email: str = "",
    function: str = "",
    hired: bool = False,
    by: Membership | None = None,
) -> Membership:
    """Make someone a member of the current bureau, or give who is one already these roles besides.

    An account is made where the address has none yet: without a password, so that nobody logs in with it.
    Raises rules.RuleBroken for roles that do not go together.
    """
    with as_system():
        person = user or account_of(email)
        there = Membership.objects.select_for_update(of=("self",)).filter(user=person).first()
        if there is None:
            member = _new_member(person, name, rules.check_roles(roles), function, hired)
        else:
            member = _back(there, name, roles)
        _set_groups(member)
        record(act="lidmaatschap.gemaakt", obj=member, facts={"roles": member.roles, "by": _by(by)})
        if there is not None:
            signals.membership_changed.send(sender=Membership, membership=member, by=by, reason="lidmaatschap")
    return member


def account_of(email: str) -> User:
    """The account of an address, made without a password where there is none."""
    address = email.strip().lower()
    found = User.objects.filter(email=address).first()
    return found or User.objects.create_user(address)


@journals_refusals("lidmaatschap.rollen_gewijzigd", about="membership")
@transaction.atomic
def change_roles(*, membership: Membership, roles: Iterable[str], by: Membership | None = None) -> Membership:
    """Set the roles of a member; what those roles open follows at once. Again changes nothing.

    Raises rules.RuleBroken where they do not go together, are not for `by` to give, or the last directie goes.
    """
    asked = rules.check_roles(roles)
    with as_system():
        member = _locked(membership)
        if asked == sorted(member.roles):
            return member
        if by is not None:
            rules.check_may_give(by.roles, set(asked) ^ set(member.roles))
        if Role.DIRECTIE in member.roles and Role.DIRECTIE not in asked:
            check_not_last_directie(member)
        before, member.roles = member.roles, asked
        member.save(update_fields=["roles"])
        _set_groups(member)
        record(act="lidmaatschap.rollen_gewijzigd", obj=member, facts={"before": before, "roles": asked, "by": _by(by)})
        signals.membership_changed.send(sender=Membership, membership=member, by=by, reason="andere rollen")
    return member


@transaction.atomic
def rename(*, membership: Membership, name: str, function: str = "") -> Membership:
    """Change how a member is called here. Again changes nothing.

    Raises rules.RuleBroken for the platform's operator: under that name the log and the client see who looked.
    """
    with as_system():
        member = _locked(membership)
        if (member.name, member.function) == (name, function):
            return member
        if Role.SUPPORT in member.roles:
            raise rules.RuleBroken("De naam waaronder ondersteuning hier werkt, verandert niet.")
        # Of who works here the log holds both names, so that nobody looks under another one unseen; of others none.
        facts = {"before": member.name, "after": name} if member.is_staff_member else {}
        member.name, member.function = name, function
        member.save(update_fields=["name", "function"])
        record(act="lidmaatschap.naam_gewijzigd", obj=member, facts=facts)
    return member


@journals_refusals("lidmaatschap.beeindigd", about="membership")
@transaction.atomic
def end_membership(*, membership: Membership, by: Membership | None = None, reason: str = "") -> Membership:
    """End a membership now: groups, own grants and sessions open nothing any more. Again changes nothing.

    Raises rules.RuleBroken for the last directie and for one's own.
    """
    with as_system():
        member = _locked(membership)
        if member.active_until is not None:
            return member
        check_may_end(member, by)
        Membership.objects.filter(pk=member.pk).update(active_until=Now())
        member.user.groups.remove(*_group_ids(member))
        CalendarLink.objects.filter(membership=member).delete()
        Invitation.objects.all().open().filter(email=member.user.email).update(revoked_at=Now())
        grants = DossierGrant.objects.filter(group_id=member.private_group_id)
        ended = end_rows(grants, by_name=by.name if by else "systeem", reason="uit dienst")
        end_sessions(membership=member, by=by)
        record(
            act="lidmaatschap.beeindigd",
            obj=member,
            reason=reason if member.is_staff_member else "",
            facts={"grants_ended": len(ended), "by": _by(by)},
        )
        signals.membership_ended.send(sender=Membership, membership=member, by=by, reason=reason)
        member.refresh_from_db()
    return member


def check_may_end(member: Membership, by: Membership | None) -> None:
    """Nobody ends their own membership, and a bureau keeps a directie. Raises rules.RuleBroken."""
    if by is not None and by.pk == member.pk:
        raise rules.RuleBroken("U kunt uw eigen account niet beëindigen. Vraag het een collega.")
    if by is not None:
        rules.check_may_give(by.roles, member.roles)
    if Role.DIRECTIE in member.roles:
        check_not_last_directie(member)


def check_not_last_directie(member: Membership) -> None:
    others = Membership.objects.all().active().with_role(Role.DIRECTIE).exclude(pk=member.pk)
    if not others.exists():
        raise rules.RuleBroken(f"Dit is de enige {word('directie')} van het bureau. Wijs eerst een andere aan.")


@transaction.atomic
def make_role_groups() -> list[RoleGroup]:
    """The group of each role of staff in the current bureau; idempotent."""
    with as_system():
        there = set(RoleGroup.objects.values_list("role", flat=True))
        # Support is let in by name, never as a role.
        for role in sorted(STAFF_ROLES - {Role.SUPPORT} - there):
            group = Group.objects.create(name=f"rol {current_bureau_id()} {role}")
            RoleGroup.objects.create(role=role, group=group)
        return list(RoleGroup.objects.order_by("role"))


@transaction.atomic
def make_platform_operator(*, email: str, password: str | None = None) -> User:
    """An account that makes bureaus and sees no content. The journal is a bureau's; this is in none."""
    user, _ = User.objects.get_or_create(email=email.strip().lower(), defaults={"password": "!"})
    user.is_platform_operator = True
    if password:
        user.set_password(password)
    user.save()
    return user


def _new_member(user: User, name: str, roles: list[str], function: str, hired: bool) -> Membership:
    member = Membership(user=user, name=name, roles=roles, function=function, hired=hired)
    member.private_group = Group.objects.create(name=f"lid {member.pk}")
    member.save(force_insert=True)
    return member


def _back(member: Membership, name: str, roles: Iterable[str]) -> Membership:
    """Someone who is or was a member: ended roles do not come back with them, nor any grant of that time."""
    ended = member.active_until is not None
    if ended:
        end_rows(DossierGrant.objects.filter(group_id=member.private_group_id), by_name="systeem", reason="uit dienst")
    member.roles = rules.check_roles(roles if ended else {*member.roles, *roles})
    again = {"name": name, "active_from": Now(), "active_until": None} if ended else {}
    Membership.objects.filter(pk=member.pk).update(roles=member.roles, **again)
    member.refresh_from_db()
    return member


def _set_groups(member: Membership) -> None:
    """The account is in its private group here and in those of its roles, and in no other of this bureau."""
    roles = RoleGroup.objects.filter(role__in=member.roles).values_list("group_id", flat=True)
    wanted = {member.private_group_id, *roles}
    member.user.groups.remove(*(set(_group_ids(member)) - wanted))
    member.user.groups.add(*wanted)


def _group_ids(member: Membership) -> list[int]:
    here = Q(pk=member.private_group_id) | Q(pk__in=RoleGroup.objects.values("group_id"))
    return list(member.user.groups.filter(here).values_list("pk", flat=True))


def _locked(membership: Membership) -> Membership:
    locked: Membership = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    return locked


def _by(by: Membership | None) -> str:
    return str(by.pk) if by else ""
