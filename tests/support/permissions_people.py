"""The people of the tables of permissions that are not in every bureau: let in, let go, not signed, of elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.cache import SessionStore
from django.core.cache import cache
from django.db import transaction
from django.db.models.functions import Now
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from access import actions
from access.models import DossierGrant, Ground, Membership, Role
from access.reach import CHANGE, VIEW
from bureaus.models import Bureau
from bureaus.tenancy import in_bureau
from clients.models import Traject
from dossiers.actions import sync_grants
from tests.support.people import log_in, make_member
from tests.support.portal import Case


def urls(
    resolver: Any = None, space: str = "", above: frozenset[str] = frozenset()
) -> Iterator[tuple[str, frozenset[str]]]:
    """Every address by its full name, with the names of what it asks for."""
    for entry in (resolver or get_resolver()).url_patterns:
        asked = above | set(getattr(entry.pattern, "converters", {})) | set(entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            yield from urls(entry, f"{space}{entry.namespace}:" if entry.namespace else space, asked)
        else:
            yield f"{space}{entry.name}", asked


URLS = dict(urls())


def asks_id(name: str) -> bool:
    """Whether the address names a row: of a client, a dossier, somebody who works here."""
    return any(key.endswith("_id") for key in URLS[name])


class Quick(Client):
    """Django's test client without the copies that it keeps of every template's context."""

    def request(self, **request: Any) -> HttpResponse:
        return self.handler(self._base_environ(**request))


def quick(client: Client) -> Quick:
    made = Quick(**client.defaults)
    made.cookies = client.cookies
    return made


def more_people(case: Case, elsewhere: Bureau) -> dict[str, Client]:
    """Everybody that MORE names, logged in, beside Vera's case."""
    bureau = case.bureau
    second = make_member(bureau, "Tweede", Role.COACH)
    with in_bureau(bureau):
        Traject.objects.filter(pk=case.traject.pk).update(second_coach=second)
        sync_grants(dossier=case.dossier, by=None)
    expired, let_in, emergency, unsigned = (
        make_member(bureau, name, Role.COACH, signed=name != "Ongetekend")
        for name in ("Verlopen", "Toegelaten", "Nood", "Ongetekend")
    )
    support = make_member(bureau, "Ondersteuning", Role.SUPPORT)
    _grant(case, unsigned, Ground.HANDLER, VIEW, CHANGE)
    _grant(case, let_in, Ground.CONSENT_OF_DIRECTIE, VIEW)
    _grant(case, emergency, Ground.EMERGENCY, VIEW)
    _grant(case, support, Ground.SUPPORT, VIEW)
    _grant(case, expired, Ground.CONSENT_OF_DIRECTIE, VIEW)
    with in_bureau(bureau):
        past = {"starts_at": Now() - timedelta(hours=1), "expires_at": Now() - timedelta(seconds=1)}
        assert DossierGrant.objects.filter(group_id=expired.private_group_id).update(**past) == 1
    people = {"second": second, "expired": expired, "let_in": let_in, "emergency": emergency, "support": support}
    people |= {"unsigned": unsigned}
    for role in (Role.DIRECTIE, Role.ADMINISTRATIE, Role.FG):
        people[f"{role}_elsewhere"] = make_member(elsewhere, f"Ander{role}", role)
    browsers = {name: log_in(member) for name, member in people.items()}
    browsers["revoked"] = revoked(case)
    return browsers


def revoked(case: Case) -> Client:
    """Handled the dossier, left, and still has the cookie."""
    member = make_member(case.bureau, "Weg", Role.COACH)
    _grant(case, member, Ground.HANDLER, VIEW, CHANGE)
    client = log_in(member)
    with in_bureau(case.bureau):
        actions.end_membership(membership=member)
    return client


def _grant(case: Case, member: Membership, ground: Ground, *permissions: str) -> None:
    lasts = {} if ground == Ground.HANDLER else {"expires_at": timezone.now() + timedelta(hours=1)}
    with in_bureau(case.bureau):
        actions.grant(dossier=case.dossier, to=member, permissions=permissions, ground=ground, **lasts)


def ask(client: Client, method: str, path: str, **more: Any) -> HttpResponse:
    """One request that leaves nothing behind, so that the next persona finds the same world and the same session."""
    cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
    name = f"{SessionStore.cache_key_prefix}{cookie.value}" if cookie and method != "GET" else ""
    kept = cache.get(name) if name else None
    with transaction.atomic():
        answer = client.generic(method, path, "", content_type="application/x-www-form-urlencoded", **more)
        if answer.streaming:
            b"".join(answer.streaming_content)  # type: ignore[arg-type]
        transaction.set_rollback(True)
    if method != "GET":
        forget_limits()
    if kept is not None:
        cache.set(name, kept, settings.SESSION_COOKIE_AGE)
    return answer


def forget_limits() -> None:
    """How often somebody tried: the next one is no second try."""
    client = cache._cache.get_client(None, write=True)
    if keys := client.keys("*allauth:rl:*"):
        client.delete(*keys)
