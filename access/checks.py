"""What the access.py of every app and every view ask in the same way: who, is it there, may it be done."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from access.models import Membership, User
from access.rules import RuleBroken


def member_of(request: HttpRequest) -> Membership:
    """Who asks; a page of staff, of a client or of an opdrachtgever always has one (access.decorators)."""
    member: Membership = request.membership  # type: ignore[attr-defined]
    return member


def person(member: Membership) -> User:
    """The account of a member as grants ask for it, without fetching it."""
    return User(pk=member.user_id)


def one_of(rows: Any) -> Any:
    """The first of these rows. Raises Http404: what is out of reach and what is not there are one."""
    row = rows.first()
    if row is None:
        raise Http404
    return row


def colleague(membership_id: uuid.UUID) -> Membership:
    """Who works or worked here. Raises Http404."""
    member: Membership = one_of(Membership.objects.all().staff().select_related("user").filter(pk=membership_id))
    return member


def allowed(check: Callable[..., Any], *what: Any) -> bool:
    """Whether a check lets through: a button asks what its endpoint asks."""
    try:
        check(*what)
    except (Http404, PermissionDenied, RuleBroken):
        return False
    return True


def demand(check: Callable[..., Any], *what: Any) -> None:
    """Ask before a page is shown; what a state forbids is 403 here. Raises Http404, PermissionDenied."""
    try:
        check(*what)
    except RuleBroken as refusal:
        raise PermissionDenied(str(refusal)) from None
