"""The watchlist of the whole bureau, and the terms of a contract."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from access.checks import member_of, one_of, person
from access.decorators import staff_page
from access.fields import add_refusal
from access.reach import visible_filter
from access.rules import RuleBroken
from bureaus.words import capitalised
from clients.models import Contract
from dossiers.models import Dossier
from retention import access, actions, handed, listed, watched
from retention.clock import database_today
from retention.models import TermAgreement
from retention.tabs import chosen
from retention.term_forms import AgreeForm

PER_PAGE = 25


@require_safe
@staff_page(*access.KEEPERS)
def watchlist(request: HttpRequest) -> HttpResponse:
    """What is overdue, what falls due, and what waits for somebody; by number, never by name."""
    member, today = member_of(request), database_today()
    tabs = watched.tabs(today)
    tab = chosen(tabs, request.GET.get("toon", ""))
    paginator = Paginator(tab.rows, PER_PAGE)
    paginator.count = tab.count  # known already
    page = paginator.get_page(request.GET.get("pagina"))
    context = {
        "tabs": tabs,
        "tab": tab,
        "page": page,
        "rows": tab.shown(list(page.object_list), member),
        "charts": watched.charts(today),
        "may_list": listed.may_propose(member),
    }
    return render(request, "retention/watchlist.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(*access.AGREERS)
def contract(request: HttpRequest, contract_id: uuid.UUID) -> HttpResponse:
    """The terms that were agreed with an opdrachtgever; they hold for every traject of the contract."""
    member = member_of(request)
    row: Contract = one_of(Contract.objects.filter(pk=contract_id).select_related("opdrachtgever"))
    agreed = actions.agreed_now(contract=row)
    form = AgreeForm(request.POST or None, initial={"seen": agreed})
    if request.method == "POST" and form.is_valid():
        try:
            actions.agree_term(by=member, contract=row, **form.agreed())
        except RuleBroken as refusal:
            add_refusal(form, refusal)
            form.saw(agreed)
        else:
            messages.success(request, "De termijn is vastgelegd. Zij geldt voor alle trajecten van dit contract.")
            return redirect("retention:contract", row.pk)
    dossiers = Dossier.objects.filter(traject__contract=row)
    seen = dossiers.filter(visible_filter(person(member))).exists()
    agreements = list(TermAgreement.objects.filter(contract=row))
    context = {
        "contract": row,
        "payer": capitalised(handed.payer_name(row.opdrachtgever, seen=seen)),
        "form": form,
        "agreements": [one for one in agreements if one.ended_at is None],
        "ended_agreements": [one for one in agreements if one.ended_at is not None],
        "dossiers": dossiers.count(),
    }
    return render(request, "retention/contract.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(*access.AGREERS)
def end(request: HttpRequest, agreement_id: uuid.UUID) -> HttpResponse:
    """A page of its own: dossiers may be due at once when a longer term falls away."""
    row: TermAgreement = one_of(TermAgreement.objects.filter(pk=agreement_id))
    back = _page_of(row)
    if request.method == "POST":
        actions.end_agreement(agreement=row, by=member_of(request))
        messages.success(request, "De afspraak is beëindigd.")
        return redirect(back)
    return render(request, "retention/end_agreement.html", {"agreement": row, "back": back})


def _page_of(row: TermAgreement) -> str:
    if row.contract_id is not None:
        return reverse("retention:contract", args=[row.contract_id])
    return reverse("retention:dossier", args=[Dossier.objects.values_list("pk").get(traject_id=row.traject_id)[0]])
