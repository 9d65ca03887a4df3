"""Time that passes in a session: what it remembers is set back in the store itself, as far as a test asks."""

from __future__ import annotations

from django.contrib.sessions.backends.cache import SessionStore

MOMENTS = ("began", "acted", "seen")


def session_of(client) -> SessionStore:
    """The session of a Django test client, or of a page of the browser."""
    if hasattr(client, "context"):
        key = next(one["value"] for one in client.context.cookies() if one["name"] == "sessionid")
    else:
        key = client.cookies["sessionid"].value
    return SessionStore(key)


def let_pass(client, seconds: float, *moments: str) -> None:
    """So long ago is now when this session began, was used and when its owner showed who they are (or only some)."""
    session = session_of(client)
    for name in moments or MOMENTS:
        if name in session:
            session[name] -= seconds
    if not moments:
        records = session.get("account_authentication_methods", [])
        session["account_authentication_methods"] = [one | {"at": one["at"] - seconds} for one in records]
    session.save()
