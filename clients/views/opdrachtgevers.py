"""Who pays: organisations, the people there, contracts."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.checks import member_of, one_of, person
from access.decorators import staff_page
from access.rules import RuleBroken
from bureaus.words import word
from clients import actions, alongside, selections
from clients.access import PAYER_KEEPERS
from clients.forms import ContactForm, ContractForm, OpdrachtgeverForm
from clients.models import Contract, Opdrachtgever, OpdrachtgeverContact, Phase, Traject
from clients.views.shared import PER_PAGE, done, form_page

ENDED = Q(phase=Phase.ENDED)


@require_safe
@staff_page(*PAYER_KEEPERS)
def opdrachtgevers(request: HttpRequest) -> HttpResponse:
    text = selections.typed(request.GET.get("naam", ""))
    page = Paginator(selections.payers(member_of(request), text), PER_PAGE).get_page(request.GET.get("pagina"))
    return render(request, "clients/opdrachtgevers.html", {"page": page, "text": text})


@require_safe
@staff_page(*PAYER_KEEPERS)
def opdrachtgever(request: HttpRequest, opdrachtgever_id: uuid.UUID) -> HttpResponse:
    """One payer, its contacts and contracts, and its trajecten in so far as they are within reach."""
    row = _payer_of(request, opdrachtgever_id)
    contacts: list[Any] = list(row.contacts.all())
    invited = selections.invited(one.pk for one in contacts)
    for one in contacts:
        one.account = "actief" if one.membership_id else "uitgenodigd" if one.pk in invited else "geen"
    seen = Traject.objects.all().visible_to(person(member_of(request))).filter(opdrachtgever=row)
    count = seen.aggregate(running=Count("pk", filter=~ENDED), over=Count("pk", filter=ENDED))
    cards = alongside.cards_of_payer(member_of(request), row)
    context = {
        "opdrachtgever": row, "contacts": contacts, "contracts": row.contracts.all(), "count": count, "cards": cards,
    }  # fmt: skip
    return render(request, "clients/opdrachtgever.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(*PAYER_KEEPERS)
def edit_opdrachtgever(request: HttpRequest, opdrachtgever_id: uuid.UUID | None = None) -> HttpResponse:
    """Add one or change one."""
    row = _payer_of(request, opdrachtgever_id) if opdrachtgever_id else None
    made: list[Opdrachtgever] = []
    form = OpdrachtgeverForm(request.POST or None, initial=_initial(row, OpdrachtgeverForm), row=row)

    def act(**facts: Any) -> None:
        made.append(actions.save_opdrachtgever(by=member_of(request), opdrachtgever=row, **facts))

    if done(form, act):
        messages.success(request, "De gegevens zijn bewaard.")
        return redirect(_page_of(made[0]))
    name = word("opdrachtgever", capital=True)
    title = f"{name} wijzigen" if row else f"{name} toevoegen"
    return form_page(request, form, title, _page_of(row) if row else _list_url(), crumbs=_crumbs(row))


@require_http_methods(["GET", "POST"])
@staff_page(*PAYER_KEEPERS)
def contact(request: HttpRequest, opdrachtgever_id: uuid.UUID, contact_id: uuid.UUID | None = None) -> HttpResponse:
    """Add a person at the opdrachtgever, or change one."""
    row, by = _payer_of(request, opdrachtgever_id), member_of(request)
    one = get_object_or_404(row.contacts, pk=contact_id) if contact_id else None
    form = ContactForm(request.POST or None, initial=_initial(one, ContactForm))
    if done(form, lambda **facts: actions.save_contact(opdrachtgever=row, by=by, contact=one, **facts)):
        messages.success(request, "Het contact is bewaard.")
        return redirect(_page_of(row))
    title = "Contact wijzigen" if one else "Contact toevoegen"
    return form_page(request, form, title, _page_of(row), crumbs=_crumbs(row))


@require_POST
@staff_page(*PAYER_KEEPERS)
def invite_contact(request: HttpRequest, opdrachtgever_id: uuid.UUID, contact_id: uuid.UUID) -> HttpResponse:
    row = _payer_of(request, opdrachtgever_id)
    one: OpdrachtgeverContact = get_object_or_404(row.contacts, pk=contact_id)
    try:
        actions.invite_contact(contact=one, by=member_of(request))
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "De uitnodiging is onderweg. De link werkt zeven dagen.")
    return redirect(_page_of(row))


@require_http_methods(["GET", "POST"])
@staff_page(*PAYER_KEEPERS)
def contract(request: HttpRequest, opdrachtgever_id: uuid.UUID, contract_id: uuid.UUID | None = None) -> HttpResponse:
    """Add a contract or change one."""
    row, by = _payer_of(request, opdrachtgever_id), member_of(request)
    one: Contract | None = get_object_or_404(row.contracts, pk=contract_id) if contract_id else None
    form = ContractForm(request.POST or None, initial=_initial(one, ContractForm))
    if done(form, lambda **facts: actions.save_contract(opdrachtgever=row, by=by, contract=one, **facts)):
        messages.success(request, "Het contract is bewaard.")
        return redirect(_page_of(row))
    title = "Contract wijzigen" if one else "Contract toevoegen"
    return form_page(request, form, title, _page_of(row), crumbs=_crumbs(row))


def _initial(row: Any, form: type) -> dict[str, Any]:
    return {name: getattr(row, name) for name in form.base_fields} if row else {}  # type: ignore[attr-defined]


def _list_url() -> str:
    return reverse("clients:opdrachtgevers")


def _payer_of(request: HttpRequest, opdrachtgever_id: uuid.UUID) -> Opdrachtgever:
    """Raises Http404 for a particulier that this member has nothing to do with."""
    known = Opdrachtgever.objects.all().known_to(person(member_of(request)))
    row: Opdrachtgever = one_of(known.filter(pk=opdrachtgever_id))
    return row


def _page_of(row: Opdrachtgever) -> str:
    return reverse("clients:opdrachtgever", args=[row.pk])


def _crumbs(row: Opdrachtgever | None) -> list[tuple[str, str]]:
    crumbs = [(word("opdrachtgever", plural=True, capital=True), _list_url())]
    return [*crumbs, (row.name, _page_of(row))] if row else crumbs
