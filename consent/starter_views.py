"""The register of starters (javawest 8): searching it, an entry of a client of one's own, and asking who it is."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from access.checks import demand, member_of
from access.decorators import staff_page
from access.fields import add_refusal
from access.rules import RuleBroken
from bureaus import reglement
from bureaus.words import word
from clients.models import Client
from consent import grounds
from consent import starter_access as access
from consent.actions import starters as acts
from consent.models import TOGETHER, Consent, Learned, Region, StarterAsk, StarterEntry
from consent.starter_forms import EntryForm, SearchForm, WhoForm
from journal.actions import record
from vault import keys

PER_PAGE = 25


@require_safe
@staff_page(*access.READERS)
def starters(request: HttpRequest) -> HttpResponse:
    """Everything in the register, without whose it is."""
    demand(access.check_search, member_of(request))
    form = SearchForm(request.GET)
    wanted = form.wanted()
    rows = StarterEntry.objects.all().shown().filter(**wanted).order_by("pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("pagina"))
    found = _shown(list(page.object_list))
    record(act="starters.bekeken", facts={"shown": len(found), "asked": len(wanted)})
    context = {"page": page, "rows": found, "filters": SearchForm(initial=form.cleaned_data), "chosen": bool(wanted)}
    return render(request, "consent/starters.html", context | _around())


@require_safe
@staff_page(*access.READERS)
def starter(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
    entry = access.entry_of(member_of(request), entry_id)
    record(act="starters.bekeken", obj=entry, facts={"shown": 1})
    context = {"one": _shown([entry])[0], "asks_are_on": access.asks_are_on()}
    return render(request, "consent/starter.html", context | _around())


@require_http_methods(["GET", "POST"])
@staff_page(*access.READERS)
def ask(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
    """'Who is this?', for a client of one's own."""
    member = member_of(request)
    entry = access.entry_of(member, entry_id)
    if not access.asks_are_on():
        raise Http404
    form = WhoForm(request.POST if request.method == "POST" else None, clients=access.clients_of(member))
    if request.method == "POST" and form.is_valid():
        try:
            row = acts.ask_who(entry=entry, by=member, **form.cleaned_data)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            again = getattr(row, "already", False)
            said = "Dit was al gevraagd." if again else "Gevraagd. U ziet hier wat u mag weten, als het antwoord ja is."
            messages.info(request, said)
            return redirect("consent:starter_asked", row.pk)
    rule = reglement.in_force().consents.asked_now()[access.PURPOSE]
    return render(request, "consent/starter_ask.html", {"entry": entry, "form": form, "rule": rule} | _around())


@require_safe
@staff_page(*access.READERS)
def asks(request: HttpRequest) -> HttpResponse:
    """What was asked for clients of one's own."""
    member = member_of(request)
    demand(access.check_search, member)
    page = Paginator(access.asks(member), PER_PAGE).get_page(request.GET.get("pagina"))
    found = list(page.object_list)
    record(act="startersvragen.bekeken", facts={"shown": len(found)})
    yes = _said_yes(found)
    rows = [{"ask": one, "yes": one.consent_id in yes, "scope": acts.scope_of(one.tells)} for one in found]
    return render(request, "consent/starter_asks.html", {"page": page, "rows": rows} | _around())


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*access.READERS)
def asked(request: HttpRequest, ask_id: uuid.UUID) -> HttpResponse:
    """One question. Sending the form shows what was agreed to: an act of its own each time."""
    member = member_of(request)
    row = access.ask_of(member, ask_id)
    told, problem = None, ""
    if request.method == "POST":
        try:
            told = acts.tell_who(ask=row, by=member)
        except RuleBroken as refusal:
            problem = str(refusal)
    record(act="startersvragen.bekeken", obj=row, facts={"shown": 1})
    context = {"ask": row, "told": told, "problem": problem, "yes": bool(_said_yes([row])),
               "scope": acts.scope_of(row.tells)}  # fmt: skip
    answer = render(request, "consent/starter_asked.html", context | _around())
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "POST"])
@staff_page(*access.READERS)
def entry(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    """The entry of a client of one's own: made, or changed."""
    member = member_of(request)
    client = _client(request, client_id)
    own = acts.own_entry(client=client, by=member)
    form = EntryForm(request.POST if request.method == "POST" else None, initial=_initial(own))
    if request.method == "POST" and form.is_valid():
        try:
            acts.keep_entry(client=client, entered=form.entered(), by=member)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "Het voorbeeld staat in het register.")
            return redirect("consent:starters")
    record(act="startersvoorbeeld.bekeken", obj=client)
    context = {"client": client, "form": form, "there": own is not None}
    return render(request, "consent/starter_entry.html", context | _around())


@require_http_methods(["GET", "POST"])
@staff_page(*access.READERS)
def remove(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    client = _client(request, client_id)
    if request.method == "POST":
        acts.remove_entry(client=client, by=member_of(request))
        messages.success(request, "Het voorbeeld staat niet meer in het register.")
        return redirect("clients:detail", client.pk)
    context = {
        "title": "Voorbeeld uit het register halen?", "danger": True, "shell": "staff.html",
        "submit_label": "Uit het register halen", "cancel_url": reverse("consent:starter_entry", args=[client.pk]),
        "consequences": [
            "Niemand vindt het voorbeeld nog.",
            f"{word('client', article=True, capital=True)} krijgt geen vragen meer om te vertellen wie het is.",
            "Wie al een ja had, krijgt niets meer te zien.",
            "U kunt dit niet terugdraaien. Wel kunt u later een nieuw voorbeeld maken.",
        ],
    }  # fmt: skip
    return render(request, "confirm.html", context)


def _client(request: HttpRequest, client_id: uuid.UUID) -> Client:
    return access.client_of(member_of(request), client_id)


def _initial(own: tuple[StarterEntry, str] | None) -> dict[str, Any]:
    if own is None:
        return {}
    row, business = own
    return {name: getattr(row, name) for name in (*acts.CHOICES, "lessons")} | {"business_name": business}


def _shown(rows: list[StarterEntry]) -> list[dict[str, Any]]:
    """As everybody may see it; the keys of a page together."""
    keys.prefetch([one.pk for one in rows])
    learned = dict(Learned.choices)
    return [
        {
            "entry": one, "region": Region(one.shown_region).label if one.shown_region else "",  # type: ignore[attr-defined]
            "learned": [learned[key] for key in one.learned if key in learned],
        }
        for one in rows
    ]  # fmt: skip


def _said_yes(rows: list[StarterAsk]) -> set[uuid.UUID]:
    """A no, no answer, a yes that was withdrawn and an entry that was taken out are one: nobody hears which."""
    there = set(StarterEntry.objects.filter(pk__in=[one.entry_id for one in rows]).values_list("pk", flat=True))
    asked = [one.consent_id for one in rows if one.entry_id in there]
    given = Consent.objects.all().valid(grounds.today()).filter(pk__in=asked)
    return set(given.values_list("pk", flat=True))


def _around() -> dict[str, Any]:
    return {"article": reglement.in_force().disclosure.source("starters_register"), "together": TOGETHER}
