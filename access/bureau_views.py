"""The bureau's own facts, kept by those who lead and run it."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from access.bureau_forms import FactsForm
from access.checks import member_of
from access.decorators import staff_page
from access.models import Membership, Role
from bureaus import actions
from bureaus.models import Bureau


@require_http_methods(["GET", "POST"])
@staff_page(Role.DIRECTIE, Role.BEHEERDER)
def bureau(request: HttpRequest) -> HttpResponse:
    """Address, colour and logo; the legal name, KvK-nummer and host are the platform's."""
    here: Bureau = request.bureau  # type: ignore[attr-defined]
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = FactsForm(*posted, bureau=here)
    if posted and form.is_valid():
        _save(form, here, member_of(request))
        messages.success(request, "De gegevens van het bureau zijn bewaard.")
        return redirect("access:bureau")
    # A browser keeps what was typed, not the file that was chosen.
    again = form.is_bound and bool(request.FILES)
    return render(request, "access/bureau.html", {"form": form, "choose_again": again and "logo" not in form.errors})


@transaction.atomic
def _save(form: FactsForm, here: Bureau, member: Membership) -> None:
    by = actions.Adopter(name=member.name, membership_id=member.pk)
    actions.change_facts(bureau=here, by=by, facts=form.facts)
    if form.cleaned_data.get("logo"):
        actions.set_logo(bureau=here, by=by, logo=form.cleaned_data["logo"])
    elif form.cleaned_data.get("remove_logo"):
        actions.remove_logo(bureau=here, by=by)
