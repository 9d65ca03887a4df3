"""How long a session lasts: an end after doing nothing and an end whatever was done, as the reglement in force says.

The moments lie in the session itself. A page and what is typed are acts; a script that only asks how far something is
(header `X-Quiet`) is none.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.module_loading import import_string

from access.models import Membership
from bureaus.reglement import in_force
from bureaus.schema.consents import RoleSession

GRAIN = 20  # seconds between two notes of an act: an end comes at most so much early, never late
LIMITS_EVERY = 300  # seconds between two looks at the reglement: a new version holds within that time
IDLE, TOTAL = "inactief", "duur"
_REASON = re.compile(rf"({IDLE}|{TOTAL})-([1-9][0-9]{{0,2}})")


@dataclass(frozen=True)
class Left:
    """How many seconds a session has, and why it ends then: `inactief-30` (minutes), `duur-10` (hours)."""

    seconds: int
    why: str


def store_of(key: str) -> SessionBase:
    """The session with this key, wherever sessions lie."""
    found: SessionBase = import_string(f"{settings.SESSION_ENGINE}.SessionStore")(key)
    return found


def begin(request: HttpRequest, member: Membership | None) -> None:
    """At each login; for the platform's operator, who has no reglement, the standard limits."""
    request.session["began"] = request.session["acted"] = time.time()
    _take_limits(request.session, member)


def left(session: Any) -> Left:
    """What a session has left; nothing where it never began."""
    now, (idle, total) = time.time(), session.get("limits", (0, 0))
    by_idle = session.get("acted", 0) + idle * 60 - now
    by_total = session.get("began", 0) + total * 3600 - now
    if by_total <= by_idle:
        return Left(max(0, int(by_total)), f"{TOTAL}-{total}")
    return Left(max(0, int(by_idle)), f"{IDLE}-{idle}")


def note(request: HttpRequest, member: Membership | None) -> None:
    """This request is an act, unless it says that it is none; and once in a while the limits are looked up again."""
    now = time.time()
    if "X-Quiet" not in request.headers and now - request.session["acted"] >= GRAIN:
        request.session["acted"] = now
    if now - request.session.get("limits_at", 0) >= LIMITS_EVERY:
        _take_limits(request.session, member)


def sentence(why: str) -> str:
    """For the login page, why somebody is there: from the address, hence only these words and a number."""
    found = _REASON.fullmatch(why)
    if found is None:
        return ""
    kind, number = found[1], int(found[2])
    if kind == TOTAL:
        return f"U was {number} uur ingelogd. Na die tijd logt u opnieuw in."
    return f"U was {number} minuten niet actief. Log opnieuw in om verder te gaan."


def _take_limits(session: Any, member: Membership | None) -> None:
    limits = _limits_of(member)
    session["limits"], session["limits_at"] = (limits.idle_minutes, limits.absolute_hours), time.time()


def _limits_of(member: Membership | None) -> RoleSession:
    if member is None:
        return RoleSession()
    rules = in_force().sessions
    if member.is_staff_member:
        return rules.of_staff(member.roles)
    return rules.client if member.is_client_member else rules.opdrachtgever
