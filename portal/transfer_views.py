"""A dossier that the opdrachtgever takes over: fetched, looked at, and signed for (werklokaal 7)."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from access.checks import member_of
from access.decorators import fresh, opdrachtgever_page
from access.downloads import attachment
from access.fields import add_refusal
from access.rules import RuleBroken
from bureaus.terms import parse_term
from journal.actions import record
from portal import payer
from portal.forms import ReceiptForm
from retention import handed
from retention.actions import transfers
from retention.models import Transfer
from retention.package import CONTENT_TYPE
from retention.rules import add_term
from vault.errors import VaultError

log = logging.getLogger(__name__)
UNREADABLE = "Het pakket gaat niet open. Er is niets verloren; neem contact op met het bureau."


@require_http_methods(["GET", "POST"])
@opdrachtgever_page
@fresh
def transfer(request: HttpRequest, traject_id: uuid.UUID) -> HttpResponse:
    """In three steps: fetch it, see whether all is there, sign for it."""
    found, row = _transfer(request, traject_id)
    form = ReceiptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        page = _received(request, form, row)
        if page:
            return redirect(page, traject_id)
    record(act="overdracht.bekeken", obj=row, dossier=found.dossier)
    context = {
        "row": payer.row_of(found), "transfer": row, "form": form,
        "keeps": str(parse_term(row.receiver_keeps)) if row.receiver_keeps else "",
        "until": row.receiver_until or _until(row), "left_out": [one["number"] for one in row.left_out],
    }  # fmt: skip
    return render(request, "portal/transfer.html", context)


@require_POST
@opdrachtgever_page
@fresh
def package(request: HttpRequest, traject_id: uuid.UUID) -> HttpResponseBase:
    """The package itself, to be saved."""
    _, row = _transfer(request, traject_id)
    try:
        chunks = transfers.fetch_package(transfer=row, by=member_of(request))
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect("portal:traject", traject_id)
    except (VaultError, FileNotFoundError):
        log.exception("the package of transfer %s does not open", row.pk)
        messages.error(request, UNREADABLE)
        return redirect("portal:transfer", traject_id)
    if chunks is None:
        messages.info(request, transfers.CHANGED)
        return redirect("portal:traject", traject_id)
    return attachment(chunks, f"dossier-{row.dossier_number}.zip", CONTENT_TYPE, size=row.file_size)


def _transfer(request: HttpRequest, traject_id: uuid.UUID) -> tuple[Any, Transfer]:
    """The traject within reach and what stands ready of it. Raises Http404: another contact's does not exist."""
    found = payer.one_traject(request, traject_id)
    row = handed.for_receiver(found.dossier, found.opdrachtgever_id)
    if row is None:
        raise Http404
    try:
        handed.check_receiver(member_of(request), row)
    except PermissionDenied:
        raise Http404 from None
    return found, row


def _received(request: HttpRequest, form: ReceiptForm, row: Transfer) -> str:
    """Where to go then; '' where it was refused."""
    try:
        done = transfers.receive_transfer(transfer=row, name=form.cleaned_data["name"], by=member_of(request))
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return ""
    if done.status == Transfer.Status.RECEIVED:
        messages.success(request, "Dank u. U hebt voor ontvangst getekend.")
        return "portal:transfer"
    messages.info(request, transfers.CHANGED)
    return "portal:traject"


def _until(row: Transfer) -> Any:
    """Until when they keep it if they sign today."""
    return add_term(timezone.localdate(), row.receiver_keeps) if row.receiver_keeps else None
