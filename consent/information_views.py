"""Asking somebody outside for something about a client: the machtiging, the letter, and what came of it."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.checks import demand, member_of, person
from access.decorators import staff_page
from access.downloads import attachment
from access.fields import add_refusal
from access.models import Membership
from access.rules import RuleBroken
from consent import disclosing
from consent import information_access as access
from consent.actions import information as acts
from consent.information_forms import AnswerForm, AskForm, CloseForm, LaterForm
from consent.information_letter import given_on, on_paper
from consent.information_rules import TONES
from consent.models import RUNNING, InformationRequest, InformationState
from dossiers import reading
from dossiers import rules as dossier_rules
from dossiers.actions.documents import documentable
from dossiers.models import Stuk
from journal.actions import record
from vault import keys
from vault.errors import VaultError
from vault.files import open_sealed

log = logging.getLogger(__name__)
PER_PAGE = 25
UNREADABLE = "De brief gaat niet open. Er is niets verloren; neem contact op met de beheerder."


@require_http_methods(["GET", "POST"])
@staff_page(*access.READERS)
def ask(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponse:
    """What is asked, of whom the machtiging names. Nothing goes out by this page."""
    member = member_of(request)
    dossier = access.dossier_of(member, dossier_id)
    demand(access.check_ask, member, dossier)
    form = AskForm(request.POST or None, dossier=dossier)
    if request.method == "POST" and form.is_valid():
        try:
            row = acts.prepare(dossier=dossier, consent=form.chosen(), question=form.question(), by=member)
            return redirect("consent:information", row.pk)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
    return render(request, "consent/information_ask.html", {"form": form, "dossier": dossier})


@require_safe
@staff_page(*access.READERS)
def of_client(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    """What was asked about one client, over the dossiers that the reader sees."""
    member = member_of(request)
    client = disclosing.client_of(member, client_id)
    found = access.visible(member).filter(dossier__client=client).select_related("dossier", "consent")
    page = Paginator(found.order_by("-made_at", "-id"), PER_PAGE).get_page(request.GET.get("pagina"))
    rows = list(page.object_list)
    keys.prefetch({one.dossier_id for one in rows})
    record(act="opvragingen.ingezien", obj=client, facts={"rows": len(rows)})
    context = {"client": client, "page": page, "rows": [{"row": one, "tone": _tone(one)} for one in rows]}
    return render(request, "consent/information_of_client.html", context)


@require_safe
@staff_page(*access.READERS)
def detail(request: HttpRequest, information_id: uuid.UUID) -> HttpResponse:
    member = member_of(request)
    row = access.information_of(member, information_id)
    keys.prefetch([row.dossier_id, row.dossier.client_id])
    record(act="opvraging.ingezien", obj=row, dossier=row.dossier, facts=acts.facts_of(row))
    may = access.may_ask(member, row.dossier)
    context = {
        "row": row, "dossier": row.dossier, "consent": row.consent, "tone": _tone(row), "may": may,
        "prepared": row.state == InformationState.PREPARED, "asked": row.state == InformationState.ASKED,
        "running": row.state in RUNNING, "given_on": given_on(row.consent), "answer": _answer(member, row),
        "may_see_paper": access.may_see_paper(member, row), "on_paper": on_paper(row.consent),
    }  # fmt: skip
    return render(request, "consent/information.html", context)


@require_POST
@staff_page(*access.READERS)
def letter(request: HttpRequest, information_id: uuid.UUID) -> HttpResponse:
    """The letter is made; the machtiging is asked once more."""
    member, row = _to_act_on(request, information_id)
    try:
        done = acts.make_letter(question=row, by=member)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        along = "Doe een kopie van de machtiging erbij." if on_paper(row.consent) else "De machtiging zit erbij."
        messages.success(request, f"Brief {done.number} is gemaakt. Druk hem af en verstuur hem. {along}")
    return redirect("consent:information", row.pk)


@require_safe
@staff_page(*access.READERS)
def paper(request: HttpRequest, information_id: uuid.UUID) -> HttpResponseBase:
    """The letter as it was made, while it may go somewhere."""
    member = member_of(request)
    row = access.information_of(member, information_id)
    access.check_paper(member, row)
    try:
        made = b"".join(open_sealed(subject_id=row.dossier_id, name=row.letter_file))
    except (VaultError, FileNotFoundError):
        log.exception("the letter of question %s does not open", row.pk)
        messages.error(request, UNREADABLE)
        return redirect("consent:information", row.pk)
    record(act="opvraging.brief_opgehaald", obj=row, dossier=row.dossier, facts=acts.facts_of(row))
    return attachment([made], f"brief-{row.number}.pdf", "application/pdf", size=len(made))


@require_http_methods(["GET", "POST"])
@staff_page(*access.READERS)
def answer(request: HttpRequest, information_id: uuid.UUID) -> HttpResponse:
    """What came is laid in the dossier, and the question is done."""
    member, row = _to_act_on(request, information_id)
    if row.state != InformationState.ASKED:
        return redirect("consent:information", row.pk)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    kinds = documentable(member, row.dossier)
    form = AnswerForm(*posted, question=row, kinds=kinds, bound_to=f"{row.pk} {member.pk}",
                      initial={"kind": "document"})  # fmt: skip
    if posted and form.is_valid() and (done := _filed(form, row, member)):
        return _laid_in(request, done)
    return render(request, "consent/information_answer.html", {"form": form, "row": row, "dossier": row.dossier})


@require_http_methods(["GET", "POST"])
@staff_page(*access.READERS)
def later(request: HttpRequest, information_id: uuid.UUID) -> HttpResponse:
    """Another day to look whether something came."""
    member, row = _to_act_on(request, information_id)
    form = LaterForm(request.POST or None, initial={"follow_up_on": row.follow_up_on})
    if request.method == "POST" and form.is_valid():
        try:
            acts.postpone(question=row, by=member, **form.cleaned_data)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "De nieuwe dag is vastgelegd.")
            return redirect("consent:information", row.pk)
    words = ["Tot die dag staat dit niet in de werkvoorraad.", "Op die dag krijgt u er één keer bericht van."]
    return render(
        request, "confirm.html", _page(row, form, f"Opvraging {row.number} later opvolgen", words, "Vastleggen")
    )


@require_http_methods(["GET", "POST"])
@staff_page(*access.READERS)
def close(request: HttpRequest, information_id: uuid.UUID) -> HttpResponse:
    """Without an answer, and why."""
    member, row = _to_act_on(request, information_id)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            acts.close(question=row, by=member, **form.cleaned_data)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "De opvraging is gesloten.")
            return redirect("consent:information", row.pk)
    words = ["Er wordt niet meer op antwoord gewacht.", "Wat er is gevraagd en waarom u sloot, blijft te lezen."]
    context = _page(row, form, f"Opvraging {row.number} sluiten zonder antwoord?", words, "Sluiten")
    return render(request, "confirm.html", context | {"danger": True})


# -- what they share ---------------------------------------------------------------------------------------------------
def _to_act_on(request: HttpRequest, information_id: uuid.UUID) -> tuple[Membership, InformationRequest]:
    """Raises Http404 out of reach, PermissionDenied within it."""
    member = member_of(request)
    row = access.information_of(member, information_id)
    demand(access.check_ask, member, row.dossier)
    keys.prefetch([row.dossier_id, row.dossier.client_id])
    return member, row


def _filed(form: AnswerForm, row: InformationRequest, member: Membership) -> InformationRequest | None:
    try:
        return acts.file_answer(question=row, by=member, **form.facts())
    except dossier_rules.Refused as refusal:
        form.refuse(refusal)
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
    return None


def _laid_in(request: HttpRequest, row: InformationRequest) -> HttpResponse:
    """To the question; a script that showed the progress is told where that is."""
    messages.success(request, "Het antwoord ligt in het dossier.")
    for note in getattr(row, "notes", ()):
        messages.warning(request, note)
    page = reverse("consent:information", args=[row.pk])
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return HttpResponse(status=204, headers={"X-Location": page})
    return redirect(page)


def _answer(member: Membership, row: InformationRequest) -> dict[str, Any] | None:
    """The stuk that came, where it is there and this member sees it."""
    if row.stuk_id is None:
        return None
    stuk = Stuk.objects.all().visible_to(person(member)).filter(pk=row.stuk_id).first()
    return {"stuk": stuk, "kind": reading.kind_label(stuk)} if stuk else None


def _page(row: InformationRequest, form: Any, title: str, consequences: list[str], submit: str) -> dict[str, Any]:
    return {
        "title": title, "form": form, "consequences": consequences, "submit_label": submit, "shell": "staff.html",
        "cancel_url": reverse("consent:information", args=[row.pk]),
    }  # fmt: skip


def _tone(row: InformationRequest) -> str:
    return TONES[InformationState(row.state)]
