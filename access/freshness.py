"""Whether somebody showed who they are a short while ago: for what can't be undone.

Each login and each confirmation leaves a record in the session (allauth); its age is what counts.
"""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlencode

from allauth.account.forms import ReauthenticateForm
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

PREFIX = "bevestig"
WAYS = {"totp": "code uit een app", "webauthn": "passkey", "recovery_codes": "herstelcode"}
# What is not carried along from page to page, whatever the form is called that asked for it.
SECRET = ("password", "wachtwoord", "csrfmiddlewaretoken", f"{PREFIX}-")


def is_fresh(request: HttpRequest) -> bool:
    """Whether who asks showed a password or second step in the last `ACCOUNT_REAUTHENTICATION_TIMEOUT` seconds."""
    return bool(_recent(request))


def shown_by(request: HttpRequest) -> str:
    """How they did so, for evidence: `wachtwoord`, `wachtwoord, code uit een app`, `passkey` …"""
    return ", ".join(dict.fromkeys(_way(record) for record in _recent(request)))


def ask(request: HttpRequest, *, script_on: str = "") -> HttpResponse | None:
    """What to answer who has to confirm first; None where that was done.

    A page is asked for before it opens. A form that comes too late is asked here, with what was typed carried along.
    `script_on` is the page whose script asks: it gets 401 and an address, and keeps what was typed.
    """
    if is_fresh(request):
        return None
    if script_on:
        return HttpResponse(status=401, headers={"X-Login": _address(script_on)})
    if request.method in {"GET", "HEAD"}:
        return HttpResponseRedirect(_address(request.get_full_path()))
    return _ask_here(request)


def _recent(request: HttpRequest) -> list[dict[str, Any]]:
    since = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    return [record for record in get_authentication_records(request, request.user) if record["at"] > since]


def _way(record: dict[str, Any]) -> str:
    return WAYS.get(record.get("type", ""), "wachtwoord")


def _address(back: str) -> str:
    return f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}"


def _ask_here(request: HttpRequest) -> HttpResponse | None:
    given = request.POST if f"{PREFIX}-password" in request.POST else None
    form = ReauthenticateForm(given, user=request.user, prefix=PREFIX)
    if given and not ratelimit.consume(request, action="reauthenticate", user=request.user):
        refusal: HttpResponse = ratelimit.respond_429(request)
        return refusal
    if given and form.is_valid():
        reauthenticate_by_password(request)
        return None
    kept = [(name, value) for name, values in request.POST.lists() if _may_go_along(name) for value in values]
    return render(request, "account/confirm_here.html", {"form": form, "kept": kept})


def _may_go_along(name: str) -> bool:
    return not any(word in name.lower() for word in SECRET)
