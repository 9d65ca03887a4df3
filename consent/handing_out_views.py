"""Who has the reglement and who has not, and giving it: in the portal, or on paper with a signature."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.checks import demand, member_of, one_of
from access.decorators import staff_page
from access.downloads import attachment, opens_sealed
from access.fields import add_refusal
from access.models import Membership
from access.rules import RuleBroken
from bureaus import reglement
from bureaus.words import word
from clients.models import Client
from consent import handing_out_access as access
from consent import handing_out_listed as listed
from consent.access import check_paper, may_see_paper
from consent.actions import handing_out as acts
from consent.handing_out_forms import PaperForm
from consent.handing_out_rules import SAID
from consent.models import HandedOut
from journal.actions import record
from vault.files import open_sealed

PER_PAGE = 25


@require_safe
@staff_page(*access.READERS)
def handouts(request: HttpRequest) -> HttpResponse:
    """Of every client within reach whether the reglement was given (werkid 5, werklokaal 9b)."""
    choice = request.GET.get("staat", "")
    choice = choice if choice in dict(listed.CHOICES) else listed.CHOICES[0][0]
    page = Paginator(listed.rows(member_of(request), choice), PER_PAGE).get_page(request.GET.get("pagina"))
    record(act="uitreikingen.ingezien", facts={"shown": len(page)})
    context = {
        "page": page, "rows": listed.shown(list(page.object_list)), "choice": choice, "choices": _choices(),
        "rule": reglement.in_force().handout,
    }  # fmt: skip
    return render(request, "consent/handouts.html", context)


@require_safe
@staff_page(*access.READERS)
def handed(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    """What one client was given, and the ways to give it."""
    member = member_of(request)
    client = access.client_of(member, client_id)
    found = Paginator(HandedOut.objects.filter(client=client), PER_PAGE).get_page(request.GET.get("pagina"))
    record(act="uitreikingen.ingezien", obj=client, facts={"shown": len(found)})
    standing = listed.standing_of(client)
    context = {
        "client": client, "page": found, "rule": reglement.in_force().handout, "now": reglement.version_in_force(),
        "state": SAID[standing] if standing else None, "may_give": access.may_give(member, client),
        "may_see_paper": may_see_paper(member, client),
        "has_account": _has_account(client),
    }  # fmt: skip
    return render(request, "consent/handed.html", context)


@require_POST
@staff_page(*access.GIVERS)
def hand_out(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    """Give it in the portal, with a mail that says nothing but where to look."""
    member = member_of(request)
    client = access.client_of(member, client_id)
    try:
        acts.hand_out(client=client, by=member)
        named = word("client", article=True, capital=True)
        messages.success(request, f"Gegeven. {named} krijgt een mail en leest het reglement in het portaal.")
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    return redirect("consent:handed", client.pk)


@require_http_methods(["GET", "POST"])
@staff_page(*access.GIVERS)
def hand_on_paper(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    """Keep the paper that the client signed."""
    member = member_of(request)
    client = access.client_of(member, client_id)
    demand(access.check_give, member, client)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PaperForm(*given, initial={"given_on": timezone.localdate()})
    if given and form.is_valid() and _kept(form, client, member):
        messages.success(request, "Vastgelegd. Het getekende papier ligt erbij.")
        return redirect("consent:handed", client.pk)
    return render(request, "consent/hand_on_paper.html", {"client": client, "form": form})


@require_safe
@staff_page(*access.READERS)
@opens_sealed
def handed_scan(request: HttpRequest, handed_id: uuid.UUID) -> HttpResponseBase:
    """The paper with the signature."""
    member = member_of(request)
    reached = access.clients_of(member)
    row: HandedOut = one_of(HandedOut.objects.filter(pk=handed_id, client__in=reached).select_related("client"))
    demand(check_paper, member, row.client)
    if not row.scan_file:
        raise Http404
    chunks = open_sealed(subject_id=row.client_id, name=row.scan_file)
    record(act="uitreiking.scan_opgehaald", obj=row, facts={"version": row.version})
    return attachment(chunks, row.scan_name, size=row.scan_size)


def _kept(form: PaperForm, client: Client, member: Membership) -> HandedOut | None:
    try:
        return acts.hand_on_paper(client=client, by=member, **form.cleaned_data)
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return None


def _has_account(client: Client) -> bool:
    return bool(Membership.objects.all().active().filter(pk=client.membership_id).exists())


def _choices() -> list[tuple[str, str]]:
    """Where no confirmation is asked, none is missing."""
    asked = reglement.in_force().handout.confirmed_by_client
    return [one for one in listed.CHOICES if asked or one[0] != listed.Standing.UNCONFIRMED]
