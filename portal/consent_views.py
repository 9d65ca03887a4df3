"""What a client agreed to, in the portal: all of it with its words and day; answering and taking back on one page."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access.checks import member_of
from access.decorators import client_page
from access.fields import add_refusal
from access.rules import RuleBroken
from consent import access, grounds, shown
from consent.actions import consents
from consent.models import Consent, InformationRequest
from journal.actions import record
from portal.consent_forms import AnswerForm
from portal.own import of_client, of_request
from vault import keys

YES, NO, BACK = "ja", "nee", "intrekken"


@require_safe
@client_page
def mine(request: HttpRequest) -> HttpResponse:
    """What waits for an answer first, then what holds, then what was before."""
    own = of_request(request)
    rows = list(access.own(own.member).select_related("text", "client").order_by("-asked_at", "-id"))
    keys.prefetch([one.client_id for one in rows])
    record(act="toestemmingen.ingezien", facts={"shown": len(rows)})
    day, several = grounds.today(), len({one.client_id for one in rows}) > 1
    found = [{"row": one, "stands": shown.stands(one, day), "whose": one.client if several else None} for one in rows]
    parts = {
        "waiting": [one for one in found if one["stands"].open],
        "holding": [one for one in found if one["stands"].holds],
        "other": [one for one in found if not (one["stands"].open or one["stands"].holds)],
    }
    return render(request, "portal/consents.html", {"own": own, "questions": _questions(rows), **parts})


@require_http_methods(["GET", "HEAD", "POST"])
@client_page
def one(request: HttpRequest, consent_id: uuid.UUID) -> HttpResponse:
    """One question: yes or no, neither chosen beforehand; and where a yes is taken back, as easily (AVG 7.3)."""
    member = member_of(request)
    row = access.own_consent(member, consent_id)
    form = AnswerForm(request.POST if request.POST.get("antwoord") == YES else None, signed=row.text.signed)
    problem = ""
    if request.method == "POST":
        try:
            if _answered(request, row, form):
                return redirect("portal:consent", row.pk)
        except RuleBroken as refusal:
            problem = "" if refusal.field in form.fields else str(refusal)
            if refusal.field in form.fields:
                add_refusal(form, refusal)
            row = access.own_consent(member, consent_id)
    return render(request, "portal/consent.html", _context(request, row, form) | {"problem": problem})


def _answered(request: HttpRequest, row: Consent, form: AnswerForm) -> bool:
    """Whether it was done. Raises RuleBroken: another tab was first, or it was taken back."""
    member, said = member_of(request), request.POST.get("antwoord", "")
    if said == YES and form.is_valid():
        consents.give(consent=row, by=member, **form.cleaned_data)
        messages.success(request, _("Dank u wel. U hebt ja gezegd. U kunt dit hier altijd intrekken."))
        return True
    if said == NO:
        consents.refuse(consent=row, by=member)
        messages.success(request, _("Dank u wel. U hebt nee gezegd. Uw traject gaat gewoon door."))
        return True
    if said == BACK:
        consents.withdraw(consent=row, by=member)
        messages.success(request, _("U hebt uw toestemming ingetrokken. Dat geldt vanaf nu."))
        return True
    if said != YES:
        raise RuleBroken(_("Kies ja of nee."))
    return False


def _context(request: HttpRequest, row: Consent, form: AnswerForm) -> dict[str, Any]:
    keys.prefetch([row.client_id])
    record(act="toestemming.ingezien", obj=row, dossier=row.dossier, facts={"number": row.number})
    return {
        "own": of_client(request, row.client_id), "consent": row, "form": form,
        "stands": shown.stands(row, grounds.today()), "newer_words": shown.newer_words(row),
        "directions": shown.directions(row), "questions": _questions([row]),
    }  # fmt: skip


def _questions(consents_shown: list[Consent]) -> list[InformationRequest]:
    """What was asked of others on these, the newest first; within reach by the database's wall (javawest 6.2)."""
    rows = InformationRequest.objects.all().asked().filter(consent__in=consents_shown).select_related("consent")
    found = list(rows.order_by("-asked_at", "-id"))
    keys.prefetch({one.dossier_id for one in found})
    return found
