"""Taking in what came by letter, by mail, at the desk or by telephone: whose it is, what is asked, and the letter."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from access.checks import member_of
from access.decorators import staff_page
from access.fields import add_refusal
from access.models import Membership
from access.rules import RuleBroken
from clients.models import Client
from clients.selections import typed
from journal.actions import record
from requests import access, clocks, entering
from requests.actions import receiving
from requests.intake_forms import EnterForm
from requests.models import Kind, Verzoek


@require_safe
@staff_page(*access.ENTERERS)
def enter(request: HttpRequest) -> HttpResponse:
    """Whose request it is; a search is journaled, its words are not."""
    text = typed(request.GET.get("q", ""))
    clients = entering.found(member_of(request), text)
    if text:
        record(act="clienten.gezocht", facts={"found": len(clients)})
    context = {"q": text, "clients": clients[: entering.AT_MOST], "more": len(clients) > entering.AT_MOST}
    context["at_most"] = entering.AT_MOST
    return render(request, "requests/enter.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(*access.ENTERERS)
def enter_for(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    """First what kind it is, then only what that kind asks."""
    member = member_of(request)
    client = access.client_of(member, client_id)
    if (kind := _kind(request.GET.get("soort", ""))) is None:
        return render(request, "requests/enter_kind.html", {"client": client, "kinds": entering.kinds()})
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    initial = {"received_on": clocks.today(), "dossier": request.GET.get("dossier", "")[:36]}
    form = EnterForm(*given, kind=kind, client=client, by=member, initial=initial)
    if given and form.is_valid() and (row := _taken_in(form, client, member)):
        _tell(request, row)
        return redirect("requests:verzoek", row.pk)
    return render(request, "requests/enter_form.html", {"client": client, "kind": kind, "form": form})


def _kind(text: str) -> Kind | None:
    return Kind(text) if text in Kind.values else None


def _taken_in(form: EnterForm, client: Client, member: Membership) -> Verzoek | None:
    try:
        return receiving.enter(client=client, by=member, **form.facts())
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return None


def _tell(request: HttpRequest, row: Verzoek) -> None:
    if getattr(row, "joined_now", False):
        messages.info(request, f"Dit was al gevraagd: het hoort nu bij {row.number}. De eerste datum telt.")
    else:
        messages.success(request, f"Vastgelegd onder nummer {row.number}.")
