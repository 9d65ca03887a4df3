"""What a client agreed to, for who works here: the list, asking, one of them, and what came on paper."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from access.checks import demand, member_of
from access.decorators import staff_page
from access.downloads import attachment, opens_sealed
from access.fields import add_refusal
from access.models import Membership
from access.rules import RuleBroken
from bureaus.words import word
from clients.models import Client
from consent import access, grounds, paper, shown, starter_access
from consent.actions import consents
from consent.actions.rows import facts_of
from consent.consent_forms import YES, AskForm, PaperForm, WithdrawForm
from consent.models import Consent
from journal.actions import record
from vault import keys
from vault.files import open_sealed


@require_safe
@staff_page(*access.READERS)
def of_client(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    """Every purpose of the reglement and how it stands, and what was asked before."""
    member = member_of(request)
    client = access.client_of(member, client_id)
    now, before = shown.of_client(client, grounds.today())
    keys.prefetch([client.pk])
    record(act="toestemmingen.ingezien", obj=client, facts={"shown": len(now) + len(before)})
    may_ask = access.may_ask(member, client)
    context = {"client": client, "now": now, "before": before, "may_ask": may_ask, "steps": steps(member, client)}
    return render(request, "consent/list.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(*access.READERS)
def ask(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    """First which purpose, then whom and what it is about."""
    member = member_of(request)
    client = access.client_of(member, client_id)
    demand(access.check_ask, member, client)
    purposes = starter_access.asked_elsewhere()
    purpose = request.GET.get("doel", "")
    context: dict[str, Any] = {"client": client, "steps": steps(member, client), "purposes": purposes.items()}
    if purpose not in purposes:
        return render(request, "consent/ask_which.html", context)
    form = AskForm(request.POST or None, rule=purposes[purpose])
    if request.method == "POST" and form.is_valid():
        row = _asked(form, client, purpose, member)
        if row is not None:
            _tell(request, row)
            return redirect("consent:detail", row.pk)
    return render(request, "consent/ask.html", context | {"form": form, "rule": purposes[purpose]})


@require_safe
@staff_page(*access.READERS)
def detail(request: HttpRequest, consent_id: uuid.UUID) -> HttpResponse:
    """One consent: what was asked, in which words, and what was answered."""
    member, row = _consent(request, consent_id)
    keys.prefetch([row.client_id])
    record(act="toestemming.ingezien", obj=row, dossier=row.dossier, facts=facts_of(row))
    context = {
        "consent": row, "stands": shown.stands(row, grounds.today()), "newer_words": shown.newer_words(row),
        "directions": shown.directions(row), "may_ask": access.may_ask(member, row.client),
        "may_see_paper": bool(row.scan_file) and access.may_see_paper(member, row.client),
        "living": access.is_living(row), "from_the_register": row.purpose == starter_access.PURPOSE,
        "steps": steps(member, row.client, here=False),
    }  # fmt: skip
    return render(request, "consent/consent.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(*access.READERS)
def answer(request: HttpRequest, consent_id: uuid.UUID) -> HttpResponse:
    """What came on paper is entered."""
    member, row = _consent(request, consent_id)
    demand(access.check_ask, member, row.client)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PaperForm(*given)
    if given and form.is_valid() and _entered(form, row, member):
        messages.success(request, "Het antwoord op papier is vastgelegd.")
        return redirect("consent:detail", row.pk)
    context = {"consent": row, "form": form, "steps": steps(member, row.client, here=False)}
    return render(request, "consent/paper.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(*access.READERS)
def leave(request: HttpRequest, consent_id: uuid.UUID) -> HttpResponse:
    """A question is taken back; what was given is withdrawn, after a letter or at the desk."""
    member, row = _consent(request, consent_id)
    demand(access.check_ask, member, row.client)
    asked = row.answered_at is None
    form = None if asked else WithdrawForm(request.POST or None)
    problem = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            _left(row, form, member)
        except RuleBroken as refusal:
            problem = str(refusal)
        else:
            messages.success(request, "De vraag is teruggenomen." if asked else "De toestemming is ingetrokken.")
            return redirect("consent:detail", row.pk)
    context = {"consent": row, "form": form, "problem": problem, "steps": steps(member, row.client, here=False)}
    return render(request, "consent/leave.html", context | _leave_words(row, asked))


@require_safe
@staff_page(*access.READERS)
def form_paper(request: HttpRequest, consent_id: uuid.UUID) -> HttpResponseBase:
    """The form to print, with the words that were asked and room for a signature."""
    member, row = _consent(request, consent_id)
    demand(access.check_form, member, row)
    made = paper.form_of(row)
    record(act="toestemming.formulier_gemaakt", obj=row, dossier=row.dossier, facts=facts_of(row))
    return attachment([made], f"formulier-{row.number}.pdf", "application/pdf", size=len(made))


@require_safe
@staff_page(*access.READERS)
@opens_sealed
def scan(request: HttpRequest, consent_id: uuid.UUID) -> HttpResponseBase:
    """The signed form, as it was scanned."""
    member, row = _consent(request, consent_id)
    demand(access.check_paper, member, row.client)
    if not row.scan_file:
        raise Http404
    chunks = open_sealed(subject_id=row.client_id, name=row.scan_file)
    record(act="toestemming.scan_opgehaald", obj=row, dossier=row.dossier, facts=facts_of(row))
    return attachment(chunks, row.scan_name, size=row.scan_size)


def steps(member: Membership, client: Client, *, here: bool = True) -> list[dict[str, str]]:
    """The way to here; the FG has no page of the client."""
    reaches = member.has_role(*access.ASKERS)
    found = [{"label": word("client", plural=True, capital=True), "url": reverse("clients:list") if reaches else ""}]
    found.append({"label": str(client), "url": reverse("clients:detail", args=[client.pk]) if reaches else ""})
    return found if here else [*found, {"label": "Toestemmingen", "url": reverse("consent:list", args=[client.pk])}]


def _consent(request: HttpRequest, consent_id: uuid.UUID) -> tuple[Membership, Consent]:
    member = member_of(request)
    return member, access.consent_of(member, consent_id)


def _asked(form: AskForm, client: Client, purpose: str, member: Membership) -> Consent | None:
    try:
        return consents.ask_consent(client=client, purpose=purpose, by=member, **form.cleaned_data)
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return None


def _tell(request: HttpRequest, row: Consent) -> None:
    if getattr(row, "already", False):
        messages.info(request, f"Dit was al gevraagd, onder nummer {row.number}.")
    else:
        messages.success(request, f"Gevraagd onder nummer {row.number}.")


def _entered(form: PaperForm, row: Consent, member: Membership) -> bool:
    said = form.cleaned_data
    answered = {"consent": row, "by": member, "signed_on": said["signed_on"], "scan": said["scan"]}
    try:
        (consents.give_on_paper if said["answer"] == YES else consents.refuse_on_paper)(**answered)
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return False
    return True


def _left(row: Consent, form: WithdrawForm | None, member: Membership) -> None:
    if form is None:
        consents.take_back(consent=row, by=member)
    else:
        consents.withdraw(consent=row, by=member, how=form.cleaned_data["how"])


def _leave_words(row: Consent, asked: bool) -> dict[str, Any]:
    who, here = word("client", article=True, capital=True), reverse("consent:detail", args=[row.pk])
    if asked:
        return {
            "title": f"Vraag {row.number} terugnemen", "cancel_url": here, "submit_label": "Terugnemen",
            "consequences": [f"{who} hoeft niet meer te antwoorden, en kan dat ook niet meer."],
        }  # fmt: skip
    return {
        "title": f"Toestemming {row.number} intrekken", "cancel_url": here, "submit_label": "Intrekken", "danger": True,
        "consequences": [
            f"U legt vast dat {word('client', article=True)} deze toestemming heeft ingetrokken.",
            "Vanaf dat moment gaat er niets meer naar buiten op grond van deze toestemming.",
            "U kunt dit niet terugdraaien. Wel kunt u de toestemming later opnieuw vragen.",
        ],
    }  # fmt: skip
