"""The reglement for an opdrachtgever that asks for it: what was given, noting that it was, and the list of all."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from access.checks import allowed, demand, member_of
from access.decorators import staff_page
from access.fields import add_refusal
from access.models import Membership
from access.rules import RuleBroken
from bureaus import reglement
from clients.forms.fields import DayField
from clients.models import Opdrachtgever
from consent import handing_out_access as access
from consent.actions.handing_to_payer import hand_to_payer
from consent.models import HandedToPayer, PayerHow
from journal.actions import record

PER_PAGE = 25


class GiveForm(forms.Form):
    how = forms.ChoiceField(
        label="Hoe gaf u het?", choices=PayerHow.choices, widget=forms.RadioSelect,
        error_messages={"required": "Kies hoe u het gaf."},
    )  # fmt: skip
    given_on = DayField(
        "Wanneer gaf u het?", past=True, required=True, error_messages={"required": "Vul de dag in."},
        help_text="Wij leggen de versie vast die op die dag gold.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*access.READERS)
def of_payer(request: HttpRequest, opdrachtgever_id: uuid.UUID) -> HttpResponse:
    """What one opdrachtgever was given, and noting that it was given again."""
    member = member_of(request)
    payer = access.payer_of(member, opdrachtgever_id)
    form = GiveForm(request.POST or None, initial={"given_on": timezone.localdate()})
    if request.method == "POST":
        demand(access.check_give_payer, member, payer)
        if form.is_valid() and _given(form, payer, member):
            messages.success(request, "Vastgelegd dat het reglement is gegeven.")
            return redirect("consent:handed_payer", payer.pk)
    found = Paginator(HandedToPayer.objects.filter(opdrachtgever=payer), PER_PAGE)
    page = found.get_page(request.GET.get("pagina"))
    record(act="uitreikingen.ingezien", obj=payer, facts={"shown": len(page)})
    context = {
        "payer": payer, "page": page, "form": form, "now": reglement.version_in_force(),
        "may_give": allowed(access.check_give_payer, member, payer),
        "on_request": reglement.in_force().handout.to_opdrachtgever == "on_request",
    }  # fmt: skip
    return render(request, "consent/handed_payer.html", context)


@require_safe
@staff_page(*access.READERS)
def to_payers(request: HttpRequest) -> HttpResponse:
    """To which opdrachtgevers it was given, the newest first."""
    rows = HandedToPayer.objects.filter(opdrachtgever__in=access.payers_of(member_of(request)))
    page = Paginator(rows.select_related("opdrachtgever"), PER_PAGE).get_page(request.GET.get("pagina"))
    record(act="uitreikingen.ingezien", facts={"shown": len(page)})
    return render(request, "consent/handed_payers.html", {"page": page})


def _given(form: GiveForm, payer: Opdrachtgever, member: Membership) -> HandedToPayer | None:
    try:
        return hand_to_payer(payer=payer, by=member, **form.cleaned_data)
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return None
