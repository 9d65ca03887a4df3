"""Who acts in this request, and whether they have shown enough to do so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from access import declaration_gate, mfa, sessions
from access.backends import membership_with_groups
from access.declaration_rules import blocks
from access.decorators import is_script, page_of_script
from access.models import Membership
from access.rules import reach_of
from bureaus import reglement, tenancy
from journal.actions import record
from journal.models import Result

__all__ = ["DemandDeclarations", "DemandMFA", "WhoActs", "membership_with_groups", "narrow_to", "origin_of"]

SEEN_EVERY = 300  # seconds between two notes of a session's last use in the list of one's sessions
# Pages that someone without a second factor still gets, where one is demanded.
WITHOUT_FACTOR = {
    "access:mfa_needed",
    "access:reset_use",
    "access:session",
    "account_logout",
    "account_reauthenticate",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "bureau_css",
    "bureau_logo",
    "healthz",
    "readyz",
}
# Pages that are not about dossiers: one's own account, and who works here.
WITHOUT_DOSSIERS = {"", "access", "platform", "reglement"}
WITH_DOSSIERS = {"access:ask", "access:asked", "access:emergency", "access:emergency_review", "access:inbox"}
SIGN_FIRST = "Nog niet bewaard: u moet eerst een verklaring ondertekenen. Uw tekst staat nog in dit venster."


class WhoActs:
    """Sets `request.membership` and the context's reach; whoever does not belong here is logged out.

    One query besides the user's own, which brings the membership: the settings of the database's walls. A
    membership that ended, a session that began at another bureau (its cookie was copied) or whose time has passed,
    and on the bare host anyone but the platform's operator are all nobody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.membership = None  # type: ignore[attr-defined]
        request.session_left = None  # type: ignore[attr-defined]
        request.session_over = ""  # type: ignore[attr-defined]
        was_somebodys = "_auth_user_id" in request.session
        if request.user.is_authenticated and not self._let_in(request):
            logout(request)
        if was_somebodys and not request.user.is_authenticated:
            _note_refused(request)
        if request.membership is None:  # type: ignore[attr-defined]
            _say_from_where(request)
        return self.get_response(request)

    def _let_in(self, request: HttpRequest) -> bool:
        bureau = getattr(request, "bureau", None)
        if request.session.get("bureau") != (bureau.pk if bureau else 0):
            return False
        if bureau is None:
            return bool(request.user.is_platform_operator) and _lasts(request, None)  # type: ignore[union-attr]
        membership: Membership | None = getattr(request.user, "membership_here", None)
        if membership is None or not _lasts(request, membership):
            return False
        request.membership = membership  # type: ignore[attr-defined]
        _note_use(request)
        return True


def _note_refused(request: HttpRequest) -> None:
    """A cookie that was good once: from before a password change, of another host, or of somebody who left."""
    if tenancy.has_context() and not request.session_over:  # type: ignore[attr-defined]
        record(act="sessie.geweigerd", result=Result.REFUSED)


def origin_of(request: HttpRequest) -> str:
    """The client's address; behind a proxy of ours, the one that the proxy saw."""
    return str(get_adapter().get_client_ip(request))


def narrow_to(membership: Membership, *, origin: str) -> tenancy.Context:
    """From here on this member acts. `membership` comes from `membership_with_groups`.

    Who has declarations to sign first (access.declaration_gate) has no principals.
    """
    groups: list[int] = membership.role_group_ids  # type: ignore[attr-defined]
    if facts := membership.reglement_facts:  # type: ignore[attr-defined]
        reglement.know(facts)
    context = tenancy.narrow(
        reach=reach_of(membership.roles),
        user_id=membership.user_id,
        membership_id=membership.pk,
        principals=(membership.private_group_id, *groups),
        actor_label=membership.log_name,
        roles=tuple(membership.roles),
        origin=origin,
    )
    membership.must_sign = declaration_gate.waiting(membership)
    if blocks(membership.must_sign):
        context = tenancy.narrow(principals=())
    if facts:  # of the context that was just opened, too
        reglement.know(facts)
    return context


def _say_from_where(request: HttpRequest) -> None:
    """Refusals are journaled too: with the address of who asked, where a proxy stands between."""
    if tenancy.has_context() and tenancy.current().origin != (origin := origin_of(request)):
        tenancy.narrow(origin=origin)


def _lasts(request: HttpRequest, membership: Membership | None) -> bool:
    """Whether the session has time left; from here on its member acts."""
    left = sessions.left(request.session)
    if not left.seconds:
        request.session_over = left.why  # type: ignore[attr-defined]
        return False
    if membership is not None:
        narrow_to(membership, origin=origin_of(request))
    sessions.note(request, membership)
    request.session_left = sessions.left(request.session)  # type: ignore[attr-defined]
    return True


def _note_use(request: HttpRequest) -> None:
    acted = request.session["acted"]
    if acted - request.session.get("seen", 0) < SEEN_EVERY:
        return
    request.session["seen"] = acted
    UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=timezone.now())


class DemandMFA:
    """Where a second factor is demanded, nothing opens before there is one and its recovery codes are kept.

    (allauth asks for it at each login.)
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        user, request.first_step = request.user, False  # type: ignore[attr-defined]
        if not user.is_authenticated or request.session.get("has_factor") or not mfa.demanded_of(user):
            return None
        if mfa.is_settled(user):
            request.session["has_factor"] = True
            return None
        request.first_step = True  # type: ignore[attr-defined]
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in WITHOUT_FACTOR or name.startswith("mfa_"):
            return None
        return HttpResponseRedirect(reverse("access:mfa_needed"))


class DemandDeclarations:
    """Who has to sign first is led there from every page about dossiers; what is typed by then is kept.

    That nothing opens is not held here but at the root (narrow_to): this says why, where a bare 404 would not.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        member: Membership | None = getattr(request, "membership", None)
        if member is None or not blocks(member.must_sign) or not _is_about_dossiers(request):
            return None
        if is_script(request):
            address = _sign_and_back(page_of_script(request))
            return JsonResponse({"message": SIGN_FIRST, "sign": address}, status=403, headers={"X-Sign": address})
        if request.method in {"GET", "HEAD"}:
            return HttpResponseRedirect(_sign_and_back(request.get_full_path()))
        return render(request, "access/declarations/first.html", status=403)


def _is_about_dossiers(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and (match.namespace not in WITHOUT_DOSSIERS or match.view_name in WITH_DOSSIERS)


def _sign_and_back(path: str) -> str:
    return f"{reverse('access:declarations')}?{urlencode({'next': path})}"
