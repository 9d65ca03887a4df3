"""Destroying a dossier on request, and deleting one stuk: what will happen is said first, on a page of its own."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from access.checks import demand, member_of
from access.decorators import staff_page
from access.fields import add_refusal
from access.models import Membership
from access.rules import RuleBroken
from dossiers import access as dossier_access
from dossiers import reading
from dossiers.models import Dossier, Stuk
from journal.actions import record
from retention import access, listable, listed, on_request
from retention.actions import lists
from retention.models import DestructionList
from retention.request_forms import ReceivedForm, StukForm, SureForm


@require_http_methods(["GET", "POST"])
@staff_page(*listed.MAY_PROPOSE)
def whole(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponse:
    """First the day of the request; then by when, what stays and why; then it goes on a list."""
    member = member_of(request)
    row = access.kept_dossier(member, dossier_id)
    given = request.POST if request.method == "POST" else request.GET
    asked = ReceivedForm(given if "received_on" in given or request.method == "POST" else None)
    received = _day(asked, row)
    sure = SureForm(request.POST or None, initial={"received_on": received})
    if received and request.method == "POST" and sure.is_valid():
        made = _proposed(sure, row, member)
        if made is not None:
            messages.success(request, f"Dossier {row.number} staat op lijst {made}.")
            return redirect("retention:list", made.pk)
    record(act="bewaring.ingezien", obj=row, dossier=row, grant_id=row.grant_id)  # type: ignore[attr-defined]
    context = {"dossier": row, "asked": asked, "sure": sure, "received": received}
    context["prospect"] = on_request.prospect(row, received)
    return render(request, "retention/request.html", context)


@require_http_methods(["GET", "POST"])
@staff_page
def one_stuk(request: HttpRequest, stuk_id: uuid.UUID) -> HttpResponse:
    """One stuk goes, and a line stays that says so (jmwerkt 6.1.4)."""
    member = member_of(request)
    row = dossier_access.stuk_of(member, stuk_id)
    demand(on_request.check_stuk, member, row)
    form = StukForm(request.POST or None)
    there = listable.busy_stuk(row)
    if request.method == "POST" and there is None and form.is_valid():
        made = _proposed_stuk(form, row, member)
        if made is not None:
            messages.success(request, f"Het stuk staat op lijst {made}. Het gaat weg als die is goedgekeurd.")
            return redirect("dossiers:detail", row.dossier_id)
    record(act="stuk.ingezien", obj=row, dossier=row.dossier, grant_id=row.grant_id)  # type: ignore[attr-defined]
    context = {
        "stuk": row, "dossier": row.dossier, "form": form, "listed": there, "title": reading.titles([row])[row.pk],
        "kind": reading.kind_label(row), "may_look": member.has_role(*listed.MAY_LOOK),
        "statements": Stuk.objects.filter(about=row).count(),
        "url": reverse("dossiers:stuk", args=[row.pk]),
    }  # fmt: skip
    return render(request, "retention/request_stuk.html", context)


def _day(form: ReceivedForm, row: Dossier) -> date | None:
    """The day that was asked about, where it can be one."""
    if not form.is_bound or not form.is_valid():
        return None
    received: date = form.cleaned_data["received_on"]
    try:
        on_request.check_day(row, received)
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return None
    return received


def _proposed(form: SureForm, row: Dossier, member: Membership) -> DestructionList | None:
    received: date = form.cleaned_data["received_on"]
    try:
        found = on_request.prospect(row, received)
        return lists.propose_request(
            dossier=row, by=member, answer_by=found.answer_by or received, source=on_request.source_of(row, received)
        )
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return None


def _proposed_stuk(form: Any, row: Stuk, member: Membership) -> DestructionList | None:
    received: date = form.cleaned_data["received_on"]
    try:
        on_request.check_day(row.dossier, received)
        return lists.propose_stuk(stuk=row, by=member, source=on_request.source_of_stuk(row, received))
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return None
