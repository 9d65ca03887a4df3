"""Somebody telephones: what to say, and the note that nothing was given."""

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
from consent import call_access as access
from consent import disclosing
from consent.actions.calls import note_refused
from consent.call_forms import CallForm
from dossiers.models import Dossier


@require_safe
@staff_page(*access.ANSWERERS)
def script(request: HttpRequest) -> HttpResponse:
    """The words alone, of no dossier: whoever picks up the telephone has them at hand."""
    return render(request, "consent/call_script.html")


@require_http_methods(["GET", "POST"])
@staff_page(*access.NOTERS)
def call(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponse:
    """The words to say, which name nobody, and the form below them."""
    member = member_of(request)
    dossier = access.dossier_of(member, dossier_id)
    form = CallForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _noted(form, dossier, member):
        messages.success(request, "Genoteerd als geweigerd. Er is niets gegeven.")
        return redirect("consent:disclosures_of_client", dossier.client_id)
    may_disclose = disclosing.may_disclose(member, dossier)
    return render(request, "consent/call.html", {"dossier": dossier, "form": form, "may_disclose": may_disclose})


def _noted(form: CallForm, dossier: Dossier, member: Membership) -> bool:
    try:
        note_refused(dossier=dossier, by=member, **form.facts())
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return False
    return True
