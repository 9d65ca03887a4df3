"""What the client gets on a request, in the portal: letters, and the copy of the data."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from access.checks import member_of, one_of
from access.decorators import client_page, fresh
from access.models import Membership
from requests import access
from requests.actions import bundles
from requests.answer_views import UNREADABLE
from requests.answer_views import sent as letter_sent
from requests.copy_shown import shown
from requests.copy_views import sent as copy_sent
from requests.models import Bundle, Letter, Verzoek
from requests.places import own_page
from vault.errors import VaultError

log = logging.getLogger(__name__)


def context(member: Membership, verzoek: Verzoek) -> dict[str, Any]:
    """For requests/parts/my_answers.html, on the client's page of one request. A copy stands there for whom it is."""
    copies = Bundle.objects.filter(verzoek=verzoek, verzoek__in=access.own_answers(member))
    copy = copies.exclude(state=Bundle.State.GONE).first()
    return {
        "letters": list(Letter.objects.filter(verzoek=verzoek)),
        "copy": copy,
        "copy_open": copy is not None and bundles.may_fetch(copy),
    }


@require_safe
@client_page
def letter(request: HttpRequest, letter_id: uuid.UUID) -> HttpResponseBase:
    """One's own letter; opening it is kept."""
    rows = Letter.objects.filter(verzoek__in=access.own(member_of(request)))
    found: Letter = one_of(rows.filter(pk=letter_id).select_related("verzoek__dossier", "verzoek__client"))
    try:
        return letter_sent(found, member_of(request))
    except (VaultError, FileNotFoundError):
        log.exception("letter %s does not open", found.pk)
        messages.error(request, UNREADABLE)
        return redirect(own_page(found.verzoek))


@require_safe
@client_page
@fresh
def copy(request: HttpRequest, bundle_id: uuid.UUID) -> HttpResponse:
    """The copy that stands ready: what is in it, until when, and a button to fetch it."""
    row = _bundle(request, bundle_id)
    words = {"verzoek": row.verzoek, "back": own_page(row.verzoek), **shown(row)}
    return render(request, "requests/my_copy.html", words)


@require_POST
@client_page
@fresh
def fetch_copy(request: HttpRequest, bundle_id: uuid.UUID) -> HttpResponseBase:
    """The ZIP itself, to be saved."""
    row = _bundle(request, bundle_id)
    return copy_sent(request, row, request.path.removesuffix("ophalen/"))


def _bundle(request: HttpRequest, bundle_id: uuid.UUID) -> Bundle:
    """What is not ready is not there yet for who waits for it. Raises Http404."""
    rows = Bundle.objects.filter(verzoek__in=access.own_answers(member_of(request)))
    ready = rows.filter(state__in=(Bundle.State.READY, Bundle.State.GONE))
    found: Bundle = one_of(ready.filter(pk=bundle_id).select_related("verzoek__dossier", "verzoek__client"))
    return found
