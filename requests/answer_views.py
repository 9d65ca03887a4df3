"""What goes out on a request, on its staff page: letters, and the copy of the data."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from access.checks import demand, member_of, one_of
from access.decorators import staff_page
from access.downloads import attachment
from access.models import Membership
from access.rules import RuleBroken
from requests import access
from requests.actions import letters
from requests.copy_shown import copy_context
from requests.models import Letter, Verzoek
from vault.errors import VaultError

log = logging.getLogger(__name__)
PDF = "application/pdf"
UNREADABLE = "Deze brief gaat niet open. Er is niets verloren; neem contact op met de beheerder."


def context(member: Membership, verzoek: Verzoek) -> dict[str, Any]:
    """For requests/parts/answers.html, on the page of one request."""
    rows = list(Letter.objects.filter(verzoek=verzoek))
    may = access.may_handle(member, verzoek)
    return {
        "verzoek": verzoek, "letters": rows, "letter_count": len(rows), "may_answer": may,
        "letter_kinds": [(one.value, one.label) for one in letters.fitting(verzoek)] if may else [],
        **copy_context(verzoek, member, may=may),
    }  # fmt: skip


@require_POST
@staff_page(*access.READERS)
def make_letter(request: HttpRequest, verzoek_id: uuid.UUID) -> HttpResponse:
    member = member_of(request)
    verzoek = access.request_of(member, verzoek_id)
    demand(access.check_handle, member, verzoek)
    kind, seen = request.POST.get("soort", ""), request.POST.get("gezien", "")
    many = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 6 else 0
    try:
        letter = letters.make_once(verzoek=verzoek, kind=kind, seen=many, by=member)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"De brief is gemaakt: {letter.get_kind_display()}.")
    return back(verzoek)


@require_safe
@staff_page(*access.READERS)
def letter_file(request: HttpRequest, letter_id: uuid.UUID) -> HttpResponseBase:
    """The PDF as it was sealed."""
    letter = _letter(request, letter_id)
    try:
        return sent(letter, member_of(request))
    except (VaultError, FileNotFoundError):
        log.exception("letter %s does not open", letter.pk)
        messages.error(request, UNREADABLE)
        return back(letter.verzoek)


@require_POST
@staff_page(*access.READERS)
def letter_posted(request: HttpRequest, letter_id: uuid.UUID) -> HttpResponse:
    """It went by post."""
    letter = _letter(request, letter_id)
    demand(access.check_handle, member_of(request), letter.verzoek)
    letters.note_posted(letter=letter, by=member_of(request))
    messages.success(request, "Genoteerd: de brief is op de post.")
    return back(letter.verzoek)


def sent(letter: Letter, by: Membership) -> HttpResponseBase:
    """A letter to be saved. Raises FileNotFoundError, vault.errors.VaultError."""
    name = f"{letter.verzoek.number}-{letter.kind}.pdf"
    return attachment([letters.fetch_letter(letter=letter, by=by)], name, PDF, size=letter.file_size)


def back(verzoek: Verzoek) -> HttpResponse:
    return redirect("requests:verzoek", verzoek.pk)


def _letter(request: HttpRequest, letter_id: uuid.UUID) -> Letter:
    rows = Letter.objects.filter(verzoek__in=access.visible(member_of(request)))
    found: Letter = one_of(rows.filter(pk=letter_id).select_related("verzoek__dossier", "verzoek__client"))
    return found
