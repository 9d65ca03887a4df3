"""Clients: the list, the page, and what is changed there."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.asked import may_ask
from access.checks import demand, member_of, person
from access.decorators import staff_page
from access.rules import RuleBroken
from bureaus.words import word
from clients import access, actions, alongside, selections
from clients.access import READERS, WRITERS
from clients.actions.people import FACTS
from clients.forms import ContactPersonForm, FindByBSNForm, GemachtigdeForm, RevealForm
from clients.forms.people import ChangeClientForm
from clients.forms.trajecten import kind_name
from clients.models import Client, ContactPerson, Gemachtigde, Traject
from clients.rules import Refused, phase_blocks
from clients.views.shared import PER_PAGE, confirm_page, done, form_page
from journal.actions import record
from journal.models import Result

STATES = (("", "Alle"), ("lopend", "Lopend"), ("beeindigd", "Beëindigd"))


@require_safe
@staff_page(*READERS)
def clients(request: HttpRequest) -> HttpResponse:
    """The clients within reach; a search is journaled, its words are not."""
    member, text = member_of(request), selections.typed(request.GET.get("q", ""))
    state = request.GET.get("staat", "")
    state = state if state in dict(STATES) else ""
    page = Paginator(selections.clients_for(member, text, state), PER_PAGE).get_page(request.GET.get("pagina"))
    if text:
        record(act="clienten.gezocht", facts={"found": page.paginator.count})
    for client in page:
        client.shown = list(client.trajecten.all())[:3]
        for traject in client.shown:
            traject.kind_name = kind_name(traject.kind)
    context = {
        "page": page,
        "q": text,
        "state": state,
        "states": STATES,
        "may_register": access.may_register(member),
        "may_ask": may_ask(member),
        "may_find_by_bsn": member.has_role(*WRITERS),
    }
    return render(request, "clients/clients.html", context)


@sensitive_post_parameters("bsn")
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*WRITERS)
def find_by_bsn(request: HttpRequest) -> HttpResponse:
    """For whoever works with the number; that it was asked is journaled, the number is not."""
    form = FindByBSNForm(request.POST or None)
    if form.is_valid():
        row = selections.client_with_bsn(member_of(request), form.cleaned_data["bsn"])
        record(act="clienten.gezocht", obj=row, facts={"found": int(row is not None), "by": "bsn"})
        if row is not None:
            return redirect("clients:detail", row.pk)
        form.add_error("bsn", "Niemand gevonden met dit nummer.")
    return render(request, "clients/find_by_bsn.html", {"form": form})


@require_safe
@staff_page(*READERS)
def client(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    """Who it is, the people around them, and the trajecten within reach."""
    member = member_of(request)
    row: Any = access.client_of(member, client_id, invited=selections.is_invited(), writable=access.writable(member))
    gemachtigden = list(row.gemachtigden.annotate(invited=selections.is_invited()))
    for one in gemachtigden:
        one.account = _account(one.membership_id, one.invited)
        one.over = bool(one.valid_until and one.valid_until < timezone.localdate())
    record(act="client.ingezien", obj=row, grant_id=row.grant_id)
    context = {
        "client": row,
        "account": _account(row.membership_id, row.invited),
        "trajecten": _trajecten(request, row),
        "contact_persons": row.contact_persons.all(),
        "gemachtigden": gemachtigden,
        "may_change": access.may_change_client(member, row),
        "may_reveal": access.may_reveal_bsn(member, row),
        "may_register": access.may_take_on(member, row),
        "cards": alongside.cards_of(member, row),
    }
    return render(request, "clients/client.html", context)


def _trajecten(request: HttpRequest, client: Client) -> list[Traject]:
    rows = Traject.objects.all().visible_to(person(member_of(request))).filter(client=client)
    found = list(selections.with_phases(rows.select_related("opdrachtgever", "handler", "dossier")))
    for row in found:
        row.kind_name, row.blocks = kind_name(row.kind), phase_blocks(row.phases.all(), row.phase)
    return found


def _account(membership_id: uuid.UUID | None, invited: bool) -> str:
    if membership_id:
        return "actief"
    return "uitgenodigd" if invited else "geen"


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def edit_client(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    member = member_of(request)
    row = access.client_of(member, client_id)
    demand(access.check_change_client, member, row)
    initial = {name: getattr(row, name) for name in FACTS}
    form = ChangeClientForm(request.POST or None, initial=initial, has_bsn=bool(row.bsn_index))

    def act(**facts: object) -> None:
        facts = {name: facts[name] for name in FACTS}
        try:
            actions.change_client(client=row, by=member, bsn=form.new_bsn(), **facts)
        except Refused as refusal:
            if refusal.field == "bsn":  # that a number is known here says something: not to be tried out unseen
                record(act="bsn.herkend", obj=row, result=Result.REFUSED)
            raise

    if done(form, act):
        messages.success(request, "De gegevens zijn bewaard.")
        return redirect(_page_of(row))
    record(act="client.ingezien", obj=row)
    return form_page(request, form, "Gegevens wijzigen", _page_of(row), crumbs=_crumbs(row))


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def bsn(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    """The whole number, on this page alone and for a reason; nothing of it stays behind."""
    member = member_of(request)
    row = access.client_of(member, client_id)
    demand(access.check_reveal_bsn, member, row)
    form, number = RevealForm(request.POST or None), ""
    if form.is_bound and form.is_valid():
        number = actions.reveal_bsn(client=row, by=member, reason=form.cleaned_data["reason"])
    return render(request, "clients/bsn.html", {"client": row, "form": form, "number": number})


@require_POST
@staff_page(*WRITERS)
def invite(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    row = access.client_of(member_of(request), client_id)
    try:
        actions.invite_client(client=row, by=member_of(request))
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "De uitnodiging is onderweg. De link werkt zeven dagen.")
    return redirect(_page_of(row))


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def contact_person(request: HttpRequest, client_id: uuid.UUID, person_id: uuid.UUID | None = None) -> HttpResponse:
    """Add someone around the client, or change who is there."""
    member = member_of(request)
    row = access.client_of(member, client_id)
    demand(access.check_change_client, member, row)
    person = get_object_or_404(row.contact_persons, pk=person_id) if person_id else None
    form = ContactPersonForm(request.POST or None, initial=_initial(person, ContactPersonForm))
    if done(form, lambda **facts: actions.save_contact_person(client=row, by=member, person=person, **facts)):
        messages.success(request, "De contactpersoon is bewaard.")
        return redirect(_page_of(row))
    if person:
        record(act="client.ingezien", obj=row)
    title = "Contactpersoon wijzigen" if person else "Contactpersoon toevoegen"
    return form_page(request, form, title, _page_of(row), crumbs=_crumbs(row))


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def remove_contact_person(request: HttpRequest, client_id: uuid.UUID, person_id: uuid.UUID) -> HttpResponse:
    member = member_of(request)
    row = access.client_of(member, client_id)
    demand(access.check_change_client, member, row)
    person: ContactPerson = get_object_or_404(row.contact_persons.select_related("client"), pk=person_id)
    if request.method == "POST":
        actions.remove_contact_person(person=person, by=member)
        messages.success(request, "De contactpersoon is verwijderd.")
        return redirect(_page_of(row))
    lines = [f"Naam en bereikbaarheid van {person.name} worden gewist.", "Dit kan niet ongedaan worden gemaakt."]
    return confirm_page(request, "Contactpersoon verwijderen", _page_of(row), lines, submit_label="Verwijderen")


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def gemachtigde(request: HttpRequest, client_id: uuid.UUID, gemachtigde_id: uuid.UUID | None = None) -> HttpResponse:
    """Add who acts for the client, or change it."""
    member = member_of(request)
    row = access.client_of(member, client_id)
    demand(access.check_change_client, member, row)
    one = get_object_or_404(row.gemachtigden, pk=gemachtigde_id) if gemachtigde_id else None
    initial = _initial(one, GemachtigdeForm) or {"valid_from": timezone.localdate()}
    form = GemachtigdeForm(request.POST or None, initial=initial)
    if done(form, lambda **facts: actions.save_gemachtigde(client=row, by=member, gemachtigde=one, **facts)):
        messages.success(request, "De machtiging is bewaard.")
        return redirect(_page_of(row))
    if one:
        record(act="client.ingezien", obj=row)
    title = "Machtiging wijzigen" if one else "Gemachtigde toevoegen"
    return form_page(request, form, title, _page_of(row), crumbs=_crumbs(row))


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def end_gemachtigde(request: HttpRequest, client_id: uuid.UUID, gemachtigde_id: uuid.UUID) -> HttpResponse:
    member = member_of(request)
    row = access.client_of(member, client_id)
    demand(access.check_change_client, member, row)
    one: Gemachtigde = get_object_or_404(row.gemachtigden.select_related("client"), pk=gemachtigde_id)
    if request.method == "POST":
        actions.remove_gemachtigde(gemachtigde=one, by=member)
        messages.success(request, "De machtiging is ingetrokken.")
        return redirect(_page_of(row))
    lines = [f"{one.name} kan het dossier per direct niet meer lezen.", "De machtiging verdwijnt uit de lijst."]
    return confirm_page(request, "Machtiging intrekken", _page_of(row), lines, submit_label="Intrekken")


@require_POST
@staff_page(*WRITERS)
def invite_gemachtigde(request: HttpRequest, client_id: uuid.UUID, gemachtigde_id: uuid.UUID) -> HttpResponse:
    row = access.client_of(member_of(request), client_id)
    one: Gemachtigde = get_object_or_404(row.gemachtigden.select_related("client"), pk=gemachtigde_id)
    try:
        actions.invite_gemachtigde(gemachtigde=one, by=member_of(request))
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "De gemachtigde krijgt toegang of een uitnodiging per e-mail.")
    return redirect(_page_of(row))


def _initial(row: ContactPerson | Gemachtigde | None, form: type) -> dict[str, object]:
    return {name: getattr(row, name) for name in form.base_fields} if row else {}  # type: ignore[attr-defined]


def _page_of(client: Client) -> str:
    return reverse("clients:detail", args=[client.pk])


def _crumbs(client: Client) -> list[tuple[str, str]]:
    return [(word("client", plural=True, capital=True), reverse("clients:list")), (str(client), _page_of(client))]
