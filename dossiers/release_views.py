"""Letting a stuk out to the opdrachtgever: first seen as the other will see it, then done."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from access.checks import demand, member_of, one_of
from access.decorators import staff_page
from bureaus import reglement
from dossiers import actions, rules
from dossiers.access import check_keep
from dossiers.actions.releases import Changed, check_may_let_out, receivers
from dossiers.document_forms import ReleaseForm
from dossiers.models import Release, Stuk
from dossiers.releasing import as_opdrachtgever_sees
from journal.actions import record


@require_http_methods(["GET", "POST"])
@staff_page
def release(request: HttpRequest, stuk_id: uuid.UUID) -> HttpResponse:
    """Exactly what the other will see, who that is, and the one button."""
    stuk = _stuk(request, stuk_id)
    demand(check_may_let_out, member_of(request), stuk.dossier)
    if request.method == "POST" and (done := _released(request, stuk)):
        return done
    try:
        actions.check_release(stuk, stuk.dossier, reglement.in_force())
    except rules.Refused as refusal:
        words = {"stuk": stuk, "why": str(refusal)}
        return render(request, "dossiers/releases/barred.html", words, status=403)
    changed = request.method == "POST"
    if changed:
        stuk = _stuk(request, stuk_id)
    record(act="stuk.ingezien", obj=stuk, dossier=stuk.dossier, facts={"version": stuk.version, "as": "opdrachtgever"})
    words = _preview(stuk) | {"changed": changed}
    return render(request, "dossiers/releases/release.html", words, status=409 if changed else 200)


@require_http_methods(["GET", "POST"])
@staff_page
def withdraw(request: HttpRequest, stuk_id: uuid.UUID) -> HttpResponse:
    """Take a release back; a page of its own, because what was read stays read."""
    stuk = _stuk(request, stuk_id)
    check_keep(member_of(request), stuk.dossier)
    living = actions.living_release(stuk)
    page = reverse("dossiers:stuk", args=[stuk.pk])
    if living is None:
        return redirect(page)
    if request.method == "POST":
        actions.withdraw_release(release=living, by=member_of(request))
        messages.success(request, f"{living.opdrachtgever} leest dit stuk niet meer.")
        return redirect(page)
    return render(request, "confirm.html", _withdrawal(living, page))


def _released(request: HttpRequest, stuk: Stuk) -> HttpResponse | None:
    """Done and on to the stuk; None where it must be looked at (again) first."""
    form = ReleaseForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else ""
    try:
        actions.release(stuk=stuk, by=member_of(request), seen=seen or "nothing")
    except Changed:
        return None
    except rules.Refused:
        return None
    messages.success(request, f"Vrijgegeven aan {stuk.dossier.traject.opdrachtgever}.")
    return redirect("dossiers:stuk", stuk.pk)


def _preview(stuk: Stuk) -> dict[str, Any]:
    living: Release | None = actions.living_release(stuk)
    seen = as_opdrachtgever_sees(stuk, stuk.version)
    return {
        "stuk": stuk,
        "payer": stuk.dossier.traject.opdrachtgever,
        "seen": seen,
        "receivers": receivers(stuk.dossier),
        "living": living,
        "is_out": living is not None and living.version == stuk.version,
        "form": ReleaseForm(initial={"seen": seen.fingerprint}),
    }


def _withdrawal(living: Release, page: str) -> dict[str, Any]:
    return {
        "title": "Vrijgave intrekken",
        "intro": f"Dit stuk is vrijgegeven aan {living.opdrachtgever}.",
        "consequences": [
            f"{living.opdrachtgever} ziet het stuk vanaf nu niet meer.",
            "Wat al gelezen of opgehaald is, haalt u hiermee niet terug.",
            "Het stuk zelf blijft in het dossier. U kunt het later opnieuw vrijgeven.",
        ],
        "submit_label": "Intrekken",
        "cancel_url": page,
        "danger": True,
    }


def _stuk(request: HttpRequest, stuk_id: uuid.UUID) -> Stuk:
    """Raises Http404."""
    rows = Stuk.objects.visible_to(request.user).select_related("dossier__traject__opdrachtgever", "dossier__client")
    found: Stuk = one_of(rows.filter(pk=stuk_id))
    return found
