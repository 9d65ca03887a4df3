"""Where somebody is logged in, as they can see and end it: each session with its device in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.utils.crypto import constant_time_compare

from access import sessions
from access.models import User

# What a browser says of itself holds the names of others: the first that is found counts.
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
            ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
           ("CrOS", "Chromebook"), ("Mac OS X", "Mac"), ("Linux", "Linux"))  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """One session that still opens something."""

    number: int
    device: str
    began: datetime
    seen: datetime
    address: str
    is_this: bool
    is_elsewhere: bool


def shown(user: User, *, session_key: str | None, bureau_id: int) -> list[Shown]:
    """Every living session of this account, the one that asks first, then the last used; one query.

    `bureau_id` is 0 on the platform's own host. Where else somebody works is not named.
    """
    rows = UserSession.objects.filter(user_id=user.pk).order_by("-last_seen_at", "-pk")
    held = [(row, sessions.store_of(row.session_key).load()) for row in rows]
    found = [_shown(row, data, session_key, bureau_id) for row, data in held if _opens(data, user)]
    return sorted(found, key=lambda one: not one.is_this)


def device_of(user_agent: str) -> str:
    """'Firefox op Windows': by what a browser says of itself, which can be anything."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    if browser and system:
        return f"{browser} op {system}"
    return browser or system or "Onbekend apparaat"


def _shown(row: UserSession, data: Mapping[str, Any], session_key: str | None, bureau_id: int) -> Shown:
    return Shown(
        number=row.pk, device=device_of(row.user_agent), began=row.created_at, seen=row.last_seen_at, address=row.ip,
        is_this=row.session_key == session_key, is_elsewhere=data.get("bureau") != bureau_id,
    )  # fmt: skip


def _opens(data: Mapping[str, Any], user: User) -> bool:
    """Whether a session is still this account's: in time, and of after the last change of its password."""
    same = constant_time_compare(data.get("_auth_user_hash", ""), user.get_session_auth_hash())
    return data.get("_auth_user_id") == str(user.pk) and same and sessions.left(data).seconds > 0
