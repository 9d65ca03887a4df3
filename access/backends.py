"""Logging in: on a bureau's host its own people, on the bare host the platform's operators."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateField, Exists, OuterRef, QuerySet
from django.utils import timezone

from access import declaration_gate
from access.models import Membership, RoleGroup, User
from bureaus.compiled import Compiled, Given
from bureaus.tenancy import has_context


def who_may_enter() -> QuerySet[User]:
    """The accounts that may log in on the host of this request."""
    people = User.objects.filter(is_active=True)
    if not has_context():
        return people.filter(is_platform_operator=True)
    return people.filter(Exists(Membership.objects.all().active().filter(user_id=OuterRef("pk"))))


def membership_with_groups(user_id: Any) -> Membership | None:
    """The membership in force in the current bureau, with its account, the ids of its role groups and what it has to
    sign: one query."""
    member: Membership | None = _MEMBERSHIP.first(user_id=user_id, today=timezone.localdate())
    return member


def _membership() -> QuerySet[Membership]:
    groups = RoleGroup.objects.filter(group__user=OuterRef("user_id")).values("group_id")
    mine = Membership.objects.all().active().filter(user_id=Given("user_id", User._meta.pk)).select_related("user")
    found = declaration_gate.with_declarations(mine, today=Given("today", DateField()))
    return found.annotate(role_group_ids=ArraySubquery(groups)).order_by("pk")[:1]


# Every request asks it.
_MEMBERSHIP = Compiled(_membership)


class BureauBackend(AuthenticationBackend):
    """Someone of another bureau is to this one the same as no one: found by the same query, in the same time."""

    def _authenticate_by_email(self, email: str, password: str) -> AbstractBaseUser | None:
        user = who_may_enter().filter(email=email.strip().lower()).first()
        return self._check_password(user, password) if user else None

    def get_user(self, user_id: Any) -> User | None:
        """Whose session this is; a member of this bureau comes with the membership, so that it costs one query."""
        member = membership_with_groups(user_id) if has_context() else None
        if member is None:
            stranger: User | None = super().get_user(user_id)
            return stranger
        member.user.membership_here = member
        return member.user if self.user_can_authenticate(member.user) else None
