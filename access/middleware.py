"""Who acts in this request, and whether they have shown enough to do so."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from access import mfa
from access.backends import membership_with_groups
from access.models import Membership
from access.rules import reach_of
from bureaus import tenancy

__all__ = ["DemandMFA", "WhoActs", "membership_with_groups", "narrow_to", "origin_of"]

SEEN_EVERY = 300  # seconds between two notes of a session's last use
# Pages that someone without a second factor still gets, where one is demanded.
WITHOUT_FACTOR = {
    "access:mfa_needed",
    "account_logout",
    "account_reauthenticate",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "healthz",
    "readyz",
}


class WhoActs:
    """Sets `request.membership` and the context's reach; whoever does not belong here is logged out.

    One query besides the user's own, which brings the membership: the settings of the database's walls. A
    membership that ended, a session that began at another bureau (its cookie was copied), and on the bare host
    anyone but the platform's operator are all nobody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.membership = None  # type: ignore[attr-defined]
        if request.user.is_authenticated and not self._let_in(request):
            logout(request)
        if request.membership is None:  # type: ignore[attr-defined]
            _say_from_where(request)
        return self.get_response(request)

    def _let_in(self, request: HttpRequest) -> bool:
        bureau = getattr(request, "bureau", None)
        if request.session.get("bureau") != (bureau.pk if bureau else 0):
            return False
        if bureau is None:
            return bool(request.user.is_platform_operator)  # type: ignore[union-attr]
        membership: Membership | None = getattr(request.user, "membership_here", None)
        if membership is None:
            return False
        request.membership = membership  # type: ignore[attr-defined]
        narrow_to(membership, origin=origin_of(request))
        _note_use(request)
        return True


def origin_of(request: HttpRequest) -> str:
    """The client's address; behind a proxy of ours, the one that the proxy saw."""
    return str(get_adapter().get_client_ip(request))


def narrow_to(membership: Membership, *, origin: str) -> tenancy.Context:
    """From here on this member acts. `membership` comes from `membership_with_groups`."""
    groups: list[int] = membership.role_group_ids  # type: ignore[attr-defined]
    return tenancy.narrow(
        reach=reach_of(membership.roles),
        user_id=membership.user_id,
        membership_id=membership.pk,
        principals=(membership.private_group_id, *groups),
        actor_label=membership.name,
        roles=tuple(membership.roles),
        origin=origin,
    )


def _say_from_where(request: HttpRequest) -> None:
    """Refusals are journaled too: with the address of who asked, where a proxy stands between."""
    if tenancy.has_context() and tenancy.current().origin != (origin := origin_of(request)):
        tenancy.narrow(origin=origin)


def _note_use(request: HttpRequest) -> None:
    now = time.time()
    if now - request.session.get("seen", 0) < SEEN_EVERY:
        return
    request.session["seen"] = now
    UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=timezone.now())


class DemandMFA:
    """Where a second factor is demanded, nothing opens before there is one (allauth asks for it at each login)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        user = request.user
        if not user.is_authenticated or request.session.get("has_factor") or not mfa.demanded_of(user):
            return None
        if mfa.has_factor(user):
            request.session["has_factor"] = True
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in WITHOUT_FACTOR or name.startswith("mfa_"):
            return None
        return HttpResponseRedirect(reverse("access:mfa_needed"))
