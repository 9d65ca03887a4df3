"""Logging in: on a bureau's host its own people, on the bare host the platform's operators."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Exists, OuterRef, QuerySet

from access.models import Membership, User
from bureaus.tenancy import has_context


def who_may_enter() -> QuerySet[User]:
    """The accounts that may log in on the host of this request."""
    people = User.objects.filter(is_active=True)
    if not has_context():
        return people.filter(is_platform_operator=True)
    return people.filter(Exists(Membership.objects.all().active().filter(user_id=OuterRef("pk"))))


class BureauBackend(AuthenticationBackend):
    """Someone of another bureau is to this one the same as no one: found by the same query, in the same time."""

    def _authenticate_by_email(self, email: str, password: str) -> AbstractBaseUser | None:
        user = who_may_enter().filter(email=email.strip().lower()).first()
        return self._check_password(user, password) if user else None
