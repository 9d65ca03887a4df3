"""The page of one request for who works here, and what is done at its beginning: who asks, and how much time."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.checks import demand, member_of
from access.decorators import staff_page
from access.downloads import attachment, opens_sealed
from access.fields import add_refusal
from access.models import Membership
from access.rules import RuleBroken
from journal.actions import record
from requests import access, answer_views, handling_views, shown
from requests.actions import identity, receiving
from requests.intake_forms import ExtendForm, IdentityForm
from requests.models import Verzoek
from retention.rules import say
from vault.files import open_sealed


@require_safe
@staff_page(*access.READERS)
def verzoek(request: HttpRequest, verzoek_id: uuid.UUID) -> HttpResponse:
    """What is asked, by when it is answered, who asks, and what happened until now."""
    member = member_of(request)
    row = access.request_of(member, verzoek_id)
    record(act="verzoek.ingezien", obj=row, dossier=row.dossier, facts=receiving.facts_of(row))
    context = shown.page(member, row)
    context |= handling_views.context(member, row)
    context |= answer_views.context(member, row)
    return render(request, "requests/verzoek.html", context)


@require_safe
@staff_page(*access.READERS)
@opens_sealed
def scan(request: HttpRequest, verzoek_id: uuid.UUID) -> HttpResponseBase:
    """The letter itself, as it was scanned."""
    row = access.request_of(member_of(request), verzoek_id)
    if not row.scan_file:
        raise Http404
    chunks = open_sealed(subject_id=row.client_id, name=row.scan_file)
    record(act="verzoek.brief_opgehaald", obj=row, dossier=row.dossier, facts=receiving.facts_of(row))
    return attachment(chunks, row.scan_name, size=row.scan_size)


@require_POST
@staff_page(*access.ENTERERS)
def acknowledge(request: HttpRequest, verzoek_id: uuid.UUID) -> HttpResponse:
    """Receipt was confirmed on paper or at the desk."""
    member = member_of(request)
    row = access.request_of(member, verzoek_id)
    try:
        receiving.acknowledge(verzoek=row, by=member)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "De ontvangst is bevestigd.")
    return redirect("requests:verzoek", row.pk)


@require_http_methods(["GET", "POST"])
@staff_page(*access.ENTERERS)
def ask_identity(request: HttpRequest, verzoek_id: uuid.UUID) -> HttpResponse:
    """It is not clear who asks: the clock stands still until it is."""
    member = member_of(request)
    row = access.request_of(member, verzoek_id)
    demand(access.check_desk, member, row)
    words = {
        "title": f"Verzoek {row.number}: vragen wie dit vraagt",
        "consequences": [
            "De termijn staat vanaf vandaag stil.",
            "Wie het vroeg en een account heeft, krijgt een e-mail zonder inhoud, om in te loggen en te lezen.",
            "Zodra duidelijk is wie het is, loopt de termijn verder met de dagen die over waren.",
        ],
        "submit_label": "Vragen en de termijn stilzetten",
    }
    act = _act(identity.ask_identity, row, member)
    return _about(request, row, None, act, words, "Er is gevraagd wie dit is. De termijn staat stil.")


@require_http_methods(["GET", "POST"])
@staff_page(*access.ENTERERS)
def show_identity(request: HttpRequest, verzoek_id: uuid.UUID) -> HttpResponse:
    """It was seen who asks."""
    member = member_of(request)
    row = access.request_of(member, verzoek_id)
    demand(access.check_desk, member, row)
    words = {"title": f"Verzoek {row.number}: wie vraagt dit?", "submit_label": "Vastleggen"}
    act = _act(identity.show_identity, row, member)
    return _about(request, row, IdentityForm(request.POST or None), act, words, "Vastgelegd wie dit vraagt.")


@require_http_methods(["GET", "POST"])
@staff_page(*access.HANDLERS)
def extend(request: HttpRequest, verzoek_id: uuid.UUID) -> HttpResponse:
    """Two more months, with reasons that are told (AVG 12.3)."""
    member = member_of(request)
    row = access.request_of(member, verzoek_id)
    demand(access.check_handle, member, row)
    words = {
        "title": f"Verzoek {row.number} verlengen",
        "intro": f"Antwoorden moet nu uiterlijk op {say(row.due_on)}. Is het verzoek ingewikkeld, dan mag het twee"
        " maanden langer duren. Dat kan één keer, in de eerste maand (AVG 12.3).",
        "submit_label": "Verlengen",
    }
    act = _act(identity.extend, row, member)
    return _about(request, row, ExtendForm(request.POST or None), act, words, "De termijn is verlengd.")


@require_http_methods(["GET", "POST"])
@staff_page(*access.ENTERERS)
def withdraw(request: HttpRequest, verzoek_id: uuid.UUID) -> HttpResponse:
    """Whoever asked takes it back."""
    member = member_of(request)
    row = access.request_of(member, verzoek_id)
    demand(access.check_withdraw, member, row)
    words = {
        "title": f"Verzoek {row.number} intrekken",
        "consequences": [
            "U legt vast dat wie dit vroeg, het niet meer vraagt. Dat kunt u niet terugdraaien.",
            "Er komt geen antwoord, en de dossiers blijven er niet meer voor bewaard.",
        ],
        "submit_label": "Intrekken",
        "danger": True,
    }
    return _about(request, row, None, _act(receiving.withdraw, row, member), words, "Het verzoek is ingetrokken.")


def _act(act: Callable[..., Verzoek], row: Verzoek, member: Membership) -> Callable[..., Verzoek]:
    return lambda **given: act(verzoek=row, by=member, **given)


def _about(
    request: HttpRequest, row: Verzoek, form: Any, act: Callable[..., Verzoek], words: dict[str, Any], done: str
) -> HttpResponse:
    """A page of its own for one act; what is refused stands beside its field, or above where there is none."""
    page = reverse("requests:verzoek", args=[row.pk])
    problem = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            act(**(form.cleaned_data if form else {}))
        except RuleBroken as refusal:
            problem = "" if form else str(refusal)
            if form:
                add_refusal(form, refusal)
        else:
            messages.success(request, done)
            return redirect(page)
    context = {"verzoek": row, "form": form, "problem": problem, "cancel_url": page, **words}
    return render(request, "requests/act.html", context)
