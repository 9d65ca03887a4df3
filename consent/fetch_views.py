"""What its receiver opens: a link and a code, without an account and without a cookie."""

from __future__ import annotations

import logging

from allauth.core import ratelimit
from allauth.core.internal import ratelimit as limits
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from access.decorators import open_page
from bureaus.tenancy import has_context
from consent import disclosure_rules as rules
from consent.actions import packages
from consent.disclosure_forms import CodeForm
from consent.disclosure_views import streamed
from vault.errors import VaultError

log = logging.getLogger(__name__)
WRONG = "Deze code klopt niet. Kijk hem na; na een paar verkeerde codes werkt de link niet meer."
UNREADABLE = "Het pakket gaat niet open. Er is niets verloren; neem contact op met het bureau."


# Who has link and code may fetch it, whatever page sent them: there is no session to forge a request for.
@csrf_exempt
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
@open_page
def fetch(request: HttpRequest, token: str) -> HttpResponseBase:
    """Late, taken back, tried too often and never given out are one and the same page."""
    if not has_context():
        raise Http404
    try:
        packages.find(token)
        return _asked(request, token)
    except packages.LinkGone:
        return _gone(request, token)


def _gone(request: HttpRequest, token: str) -> HttpResponse:
    """Few from one place, and a line in the log for each link once an hour: whoever knocks on does not fill it."""
    if not _within(request, "fetch_gone"):
        too_often: HttpResponse = ratelimit.respond_429(request)
        return too_often
    if _within(request, "fetch_noted", key=packages.hash_of(token)):
        packages.note_gone(token)
    return render(request, "consent/fetch_gone.html", {"days": rules.DAYS}, status=410)


def _within(request: HttpRequest, action: str, **more: str) -> bool:
    """Whether this one is still among the number that is allowed; a GET counts too."""
    return limits.consume(request, app="allauth.account", action=action, limit_get=True, **more) is not None


def _asked(request: HttpRequest, token: str) -> HttpResponseBase:
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        # However many links somebody has: so many codes from one place.
        if not ratelimit.consume(request, action="login_failed", key=f"fetch:{packages.hash_of(token)[:16]}"):
            too_often: HttpResponse = ratelimit.respond_429(request)
            return too_often
        try:
            found = packages.fetch(token=token, code=form.cleaned_data["code"])
        except (VaultError, FileNotFoundError):
            log.exception("a disclosed package does not open")
            form.add_error(None, UNREADABLE)
        else:
            if found is not None:
                row, package, chunks = found
                return streamed(row, package.file_size, chunks)
            form.add_error("code", WRONG)
    return render(request, "consent/fetch.html", {"form": form, "days": rules.DAYS})
