"""The verwerkersovereenkomsten of the bureau: until when each runs, and what is done before it ends."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from access.checks import member_of
from access.decorators import staff_page
from access.downloads import attachment, opens_sealed
from access.fields import add_refusal
from access.models import Membership
from access.rules import RuleBroken
from bureaus import reglement
from bureaus.terms import parse_term
from consent import agreement_access as access
from consent.actions import agreements as acts
from consent.agreement_forms import AgreementForm, EndForm, RenewForm
from consent.agreement_rules import TONES, state
from consent.models import ProcessorAgreement
from journal.actions import record
from vault.files import open_sealed

PER_PAGE = 25
CHOICES = (("", "Lopend"), ("afgesloten", "Afgesloten"), ("alle", "Alle"))


@require_safe
@staff_page(*access.READERS)
def agreements(request: HttpRequest) -> HttpResponse:
    """What ends first stands first."""
    choice = request.GET.get("staat", "")
    choice = choice if choice in dict(CHOICES) else ""
    rows = access.agreements().select_related("renewal").order_by(F("ends_on").asc(nulls_last=True), "id")
    if choice != "alle":
        rows = rows.filter(closed_at__isnull=choice == "")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("pagina"))
    record(act="overeenkomsten.ingezien", facts={"shown": len(page)})
    context = {"page": page, "rows": [_row(one) for one in page], "choice": choice, "choices": CHOICES}
    return render(request, "consent/agreements.html", context | _around(request))


@require_safe
@staff_page(*access.READERS)
def agreement(request: HttpRequest, processor_id: uuid.UUID) -> HttpResponse:
    row = access.agreement_of(processor_id)
    record(act="overeenkomsten.ingezien", obj=row, facts={"shown": 1})
    return render(request, "consent/agreement.html", _row(row) | _around(request))


@require_http_methods(["GET", "POST"])
@staff_page(*access.KEEPERS)
def new(request: HttpRequest) -> HttpResponse:
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = AgreementForm(*given)
    if given and form.is_valid() and (row := _kept(form, member_of(request))):
        messages.success(request, "De overeenkomst is vastgelegd.")
        return redirect("consent:agreement", row.pk)
    context = {"form": form, "title": "Overeenkomst vastleggen", "back": reverse("consent:agreements")}
    return render(request, "consent/agreement_form.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(*access.KEEPERS)
def renew(request: HttpRequest, processor_id: uuid.UUID) -> HttpResponse:
    """The next one with the same party."""
    row = access.agreement_of(processor_id)
    if request.method == "GET" and row.closed_at is not None:
        return redirect("consent:agreement", row.pk)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = RenewForm(*given, initial={"purpose": row.purpose})
    if given and form.is_valid() and (made := _kept(form, member_of(request), row)):
        messages.success(request, "De overeenkomst is verlengd.")
        return redirect("consent:agreement", made.pk)
    back = reverse("consent:agreement", args=[row.pk])
    context = {"form": form, "title": f"Overeenkomst met {row.with_whom} verlengen", "back": back}
    return render(request, "consent/agreement_form.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(*access.KEEPERS)
def end(request: HttpRequest, processor_id: uuid.UUID) -> HttpResponse:
    row = access.agreement_of(processor_id)
    if request.method == "GET" and row.closed_at is not None:
        return redirect("consent:agreement", row.pk)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            acts.end_agreement(agreement=row, by=member_of(request), **form.cleaned_data)
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "De overeenkomst is beëindigd.")
        return redirect("consent:agreement", row.pk)
    context = {
        "title": f"Overeenkomst met {row.with_whom} beëindigen?", "danger": True, "form": form, "shell": "staff.html",
        "submit_label": "Beëindigen", "cancel_url": reverse("consent:agreement", args=[row.pk]),
        "consequences": [
            "Er komt geen waarschuwing meer voor deze overeenkomst.",
            "Wat er stond blijft te lezen, met uw naam, de dag en de reden.",
        ],
    }  # fmt: skip
    return render(request, "confirm.html", context)


@require_safe
@staff_page(*access.READERS)
@opens_sealed
def scan(request: HttpRequest, processor_id: uuid.UUID) -> HttpResponseBase:  # noqa: ARG001
    """The signed paper."""
    row = access.agreement_of(processor_id)
    if not row.scan_file:
        raise Http404
    chunks = open_sealed(subject_id=row.pk, name=row.scan_file)
    record(act="overeenkomst.scan_opgehaald", obj=row)
    return attachment(chunks, row.scan_name, size=row.scan_size)


def _kept(form: RenewForm, by: Membership, old: ProcessorAgreement | None = None) -> ProcessorAgreement | None:
    given: dict[str, Any] = {"agreed": form.agreed(), "scan": form.cleaned_data["scan"], "by": by}
    try:
        return acts.renew(agreement=old, **given) if old else acts.add_agreement(**given)
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return None


def _row(row: ProcessorAgreement) -> dict[str, Any]:
    before, renewed = reglement.in_force().disclosure.agreement_warning_before, getattr(row, "renewal", None)
    said = state(row.ends_on, timezone.localdate(), before, closed=row.closed_at is not None, renewed=bool(renewed))
    return {"agreement": row, "state": said.value, "tone": TONES[said], "renewal": renewed}


def _around(request: HttpRequest) -> dict[str, Any]:
    rule = reglement.in_force().disclosure
    return {"may_keep": access.may_keep(member_of(request)), "before": parse_term(rule.agreement_warning_before),
            "article": rule.source("agreement_warning_before")}  # fmt: skip
