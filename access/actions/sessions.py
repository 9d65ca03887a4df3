"""Ending sessions: one's own, those that somebody has at this bureau, or all of an account."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.usersessions.models import UserSession
from django.db import transaction

from access import rules
from access.actions.refusals import journals_refusals
from access.models import Membership
from access.reach import as_system
from access.sessions import store_of
from bureaus.tenancy import current_bureau_id, has_context
from journal.actions import record


@journals_refusals("sessies.beeindigd", about="membership")
@transaction.atomic
def end_sessions(*, membership: Membership, by: Membership | None = None) -> int:
    """Log this member out of the current bureau on every device; how many sessions that were.

    What the account does at another bureau goes on, and is not told. Raises rules.RuleBroken for roles that are not
    for `by` to give.
    """
    if by is not None:
        rules.check_may_give(by.roles, membership.roles)
    with as_system():
        here = [row for row in UserSession.objects.filter(user_id=membership.user_id) if _is_here(row)]
        _end(here)
        if here:
            record(act="sessies.beeindigd", obj=membership, facts={"sessions": len(here), "by": _by(by)})
    return len(here)


@transaction.atomic
def end_own(*, session: UserSession) -> None:
    """End one session of who asks, wherever it is: at the next request it is nobody's."""
    _end([session])
    _note_own("sessie.beeindigd", 1)


@transaction.atomic
def end_others(*, user_id: int, but: str) -> int:
    """End every session of who asks, wherever it is, but the one with this key; how many that were."""
    others = list(UserSession.objects.filter(user_id=user_id).exclude(session_key=but))
    _end(others)
    if others:
        _note_own("sessies.beeindigd", len(others))
    return len(others)


def _note_own(act: str, count: int) -> None:
    """Who acts is in the line. The platform's operator has no journal to be in."""
    if has_context():
        record(act=act, facts={"sessions": count})


def end_all_of_account(user_id: int) -> None:
    """Every session of an account, wherever it is; for who is the account's owner only."""
    with as_system():
        _end(list(UserSession.objects.filter(user_id=user_id)))


@transaction.atomic
def take_sessions(*, user_id: int) -> list[str]:
    """Take the rows of somebody's sessions at this bureau away; the keys by which `drop_sessions` ends them."""
    with as_system():
        here = [row.session_key for row in UserSession.objects.filter(user_id=user_id) if _is_here(row)]
        UserSession.objects.filter(session_key__in=here).delete()
    return here


def drop_sessions(session_keys: Iterable[str]) -> None:
    """End these sessions at once; again changes nothing."""
    _forget(session_keys)


def _by(by: Membership | None) -> str:
    return str(by.pk) if by else ""


def _end(rows: list[UserSession]) -> None:
    """The rows in this transaction, the sessions themselves once it stands."""
    keys = [row.session_key for row in rows]
    UserSession.objects.filter(session_key__in=keys).delete()
    transaction.on_commit(lambda: _forget(keys))


def _forget(keys: Iterable[str]) -> None:
    for key in keys:
        store_of(key).delete(key)


def _is_here(row: UserSession) -> bool:
    return bool(store_of(row.session_key).get("bureau") == current_bureau_id())
