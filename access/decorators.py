"""Every view says who may open it, by one of these marks; a test holds that.

Nobody logged in: to the login page (a request by script: 401, so that it can keep what was typed). Another
persona: the page does not exist. Of the staff, another role: 403.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import resolve_url
from django.urls import URLPattern

from access import freshness
from access.models import Membership

View = Callable[..., HttpResponseBase]
Test = Callable[[Membership], bool]
MARK = "access_page"


@dataclass(frozen=True)
class Page:
    """Whose page it is: 'staff', 'client', 'opdrachtgever', 'member', 'platform' or 'open'; `roles` of staff."""

    kind: str
    roles: tuple[str, ...] = ()


OPEN = Page("open")
# Views of allauth, which we can't decorate: what they do for whom is in their own code.
THIRD_PARTY = {
    "account_logout": OPEN,
    "account_reset_password": OPEN,
    "account_reset_password_done": OPEN,
    "account_reset_password_from_key": OPEN,
    "account_reset_password_from_key_done": OPEN,
    "mfa_authenticate": OPEN,
    "mfa_login_webauthn": OPEN,
    "account_reauthenticate": Page("member"),
    "account_change_password": Page("member"),
    "mfa_index": Page("member"),
    "mfa_reauthenticate": Page("member"),
    "mfa_reauthenticate_webauthn": Page("member"),
    "mfa_activate_totp": Page("member"),
    "mfa_deactivate_totp": Page("member"),
    "mfa_view_recovery_codes": Page("member"),
    "mfa_generate_recovery_codes": Page("member"),
    "mfa_download_recovery_codes": Page("member"),
    "mfa_list_webauthn": Page("member"),
    "mfa_add_webauthn": Page("member"),
    "mfa_edit_webauthn": Page("member"),
    "mfa_remove_webauthn": Page("member"),
}


def staff_page(*roles: Any) -> Any:
    """For who works here; with roles, only for those: `@staff_page(Role.DIRECTIE)`, `@staff_page()`, `@staff_page`."""
    if len(roles) == 1 and callable(roles[0]) and not isinstance(roles[0], str):
        return _page(Page("staff"), _is_staff)(roles[0])
    return _page(Page("staff", tuple(str(role) for role in roles)), _is_staff)


def client_page(view: View) -> View:
    """For clients and their gemachtigden."""
    return _page(Page("client"), lambda member: member.is_client_member)(view)


def opdrachtgever_page(view: View) -> View:
    """For the contacts of an opdrachtgever."""
    return _page(Page("opdrachtgever"), lambda member: member.is_opdrachtgever_member)(view)


def member_page(view: View) -> View:
    """For everyone with an account in this bureau, and on the bare host for the platform's operator."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return ask_to_log_in(request)
        return view(request, *args, **kwargs)

    return mark(wrapped, Page("member"))


def platform_page(view: View) -> View:
    """For the platform's operator, on the bare host."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if getattr(request, "bureau", None) is not None:
            raise Http404
        if not request.user.is_authenticated:
            return ask_to_log_in(request)
        if not request.user.is_platform_operator:
            raise Http404
        return view(request, *args, **kwargs)

    return mark(wrapped, Page("platform"))


def open_page(view: View) -> View:
    """For everyone, logged in or not; the view itself finds nothing that is not public."""
    return mark(view, OPEN)


def fresh(view: View) -> View:
    """Under the mark of a page, for what can't be undone: who did not show a password or second step in the last
    ten minutes does so first.

    Asked before the form opens; asked again, with what was typed carried along, where the form comes in too late.
    Not for forms with files: a browser can't carry those along.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        script_on = page_of_script(request) if is_script(request) else ""
        return freshness.ask(request, script_on=script_on) or view(request, *args, **kwargs)

    return wrapped


def mark(view: View, page: Page) -> View:
    """Say whose page a view is, without guarding it: for a view that guards itself."""
    setattr(view, MARK, page)
    return view


def page_of(pattern: URLPattern) -> Page | None:
    """The mark of a url's view, or what is known of a third party's view; None: not declared."""
    found = getattr(pattern.callback, MARK, None)
    return found or THIRD_PARTY.get(pattern.name or "")


def ask_to_log_in(request: HttpRequest) -> HttpResponse:
    """To the login page and back here. A script gets 401 and the address in `X-Login`, so that no word is lost."""
    login = resolve_url("account_login")
    over = getattr(request, "session_over", "")
    why = {"reden": over} if over else {}
    if is_script(request):
        address = f"{login}?{urlencode({'next': page_of_script(request)} | why)}"
        return JsonResponse({"login": address}, status=401, headers={"X-Login": address})
    login = f"{login}?{urlencode(why)}" if why else login
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/", login)


def is_script(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers or request.headers.get("X-Requested-With") == "XMLHttpRequest"


def page_of_script(request: HttpRequest) -> str:
    """The page that the script runs on: the path of its own address, as the browser says."""
    page = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    return page.path or "/"


def _is_staff(member: Membership) -> bool:
    return member.is_staff_member


def _page(page: Page, fits: Test) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if getattr(request, "bureau", None) is None:
                raise Http404
            if not request.user.is_authenticated:
                return ask_to_log_in(request)
            _check_member(request, page, fits)
            return view(request, *args, **kwargs)

        return mark(wrapped, page)

    return decorate


def _check_member(request: HttpRequest, page: Page, fits: Test) -> None:
    """Another persona: 404; another role of the staff: 403."""
    member: Membership | None = getattr(request, "membership", None)
    if member is None or not fits(member):
        raise Http404
    if page.roles and not member.has_role(*page.roles):
        raise PermissionDenied("Deze pagina is niet voor uw rol.")
