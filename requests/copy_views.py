"""The copy of the data, by who handles the request: have it made, fetch it to print, note to whom it was given."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.checks import demand, member_of, one_of
from access.decorators import fresh, staff_page
from access.downloads import attachment
from access.fields import TextField, add_refusal
from access.rules import RuleBroken
from requests import access
from requests.actions import bundles
from requests.copy_shown import copy_context
from requests.models import Bundle
from vault.archives import CONTENT_TYPE
from vault.errors import VaultError

log = logging.getLogger(__name__)
UNREADABLE = "De kopie gaat niet open. Er is niets verloren; laat hem opnieuw maken, of vraag het de beheerder."


class HandForm(forms.Form):
    words = TextField(
        "Aan wie gaf u de kopie, en hoe wist u wie dat was?", rows=3, max_length=bundles.NOTE_LENGTH,
        error_messages={"max_length": f"Gebruik ten hoogste {bundles.NOTE_LENGTH} tekens."},
        help_text="Schrijf geen nummer van een identiteitsbewijs op. Wie het vroeg, leest dit ook.",
    )  # fmt: skip


@require_POST
@staff_page(*access.READERS)
def ask(request: HttpRequest, verzoek_id: uuid.UUID) -> HttpResponse:
    """Have it made; the bar on the page of the request says how far it is."""
    member = member_of(request)
    verzoek = access.request_of(member, verzoek_id)
    demand(access.check_handle, member, verzoek)
    try:
        bundles.ask_bundle(verzoek=verzoek, by=member)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "De kopie wordt gemaakt.")
    return redirect("requests:verzoek", verzoek.pk)


@require_safe
@staff_page(*access.READERS)
def progress(request: HttpRequest, verzoek_id: uuid.UUID) -> HttpResponse:
    """The part of the page that says how far it is; asked again every two seconds while it is made."""
    member = member_of(request)
    verzoek = access.request_of(member, verzoek_id)
    context = copy_context(verzoek, member, may=access.may_handle(member, verzoek))
    return render(request, "requests/parts/copy.html", {"verzoek": verzoek, **context})


@require_POST
@staff_page(*access.READERS)
@fresh
def fetch(request: HttpRequest, bundle_id: uuid.UUID) -> HttpResponseBase:
    """The ZIP, to print from and hand over."""
    row = _bundle(request, bundle_id)
    demand(access.check_handle, member_of(request), row.verzoek)
    return sent(request, row, reverse("requests:verzoek", args=[row.verzoek_id]))


@require_http_methods(["GET", "POST"])
@staff_page(*access.READERS)
def hand(request: HttpRequest, bundle_id: uuid.UUID) -> HttpResponse:
    """It was given on paper: noted, with how it was known to whom."""
    row = _bundle(request, bundle_id)
    demand(access.check_handle, member_of(request), row.verzoek)
    form = HandForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            bundles.hand_over(bundle=row, words=form.cleaned_data["words"], by=member_of(request))
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "Genoteerd: de kopie is op papier meegegeven.")
            return redirect("requests:verzoek", row.verzoek_id)
    return render(request, "confirm.html", _handing(row, form))


def sent(request: HttpRequest, row: Bundle, otherwise: str) -> HttpResponseBase:
    """The copy to be saved, or back to `otherwise` with why not."""
    try:
        chunks = bundles.fetch_bundle(bundle=row, by=member_of(request))
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect(otherwise)
    except (VaultError, FileNotFoundError):
        log.exception("the copy %s does not open", row.pk)
        messages.error(request, UNREADABLE)
        return redirect(otherwise)
    return attachment(chunks, f"kopie-{row.verzoek.number}.zip", CONTENT_TYPE, size=row.file_size)


def _handing(row: Bundle, form: HandForm) -> dict[str, Any]:
    who = "Geef de kopie alleen aan wie het vroeg, of aan wie namens die persoon komt."
    return {
        "title": "Kopie op papier meegegeven", "form": form, "shell": "staff.html",
        "intro": f"Verzoek {row.verzoek.number}. {who}",
        "submit_label": "Vastleggen", "cancel_url": reverse("requests:verzoek", args=[row.verzoek_id]),
    }  # fmt: skip


def _bundle(request: HttpRequest, bundle_id: uuid.UUID) -> Bundle:
    rows = Bundle.objects.filter(verzoek__in=access.visible(member_of(request)))
    found: Bundle = one_of(rows.filter(pk=bundle_id).select_related("verzoek__dossier", "verzoek__client"))
    return found
