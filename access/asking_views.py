"""Asking to look into a dossier (pluspunt 4.1), one's own requests, and directie's answer."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access import asked
from access.actions import asking as actions
from access.asking_forms import AllowForm, AskForm, RefuseForm
from access.asking_inbox import item_of
from access.asking_rules import time_left
from access.checks import demand, member_of, one_of
from access.decorators import fresh, staff_page
from access.fields import add_refusal
from access.models import AccessRequest, Role
from access.rules import RuleBroken
from bureaus import reglement
from bureaus.words import word
from vault import keys

PER_PAGE = 20


@require_http_methods(["GET", "POST"])
@staff_page
def ask(request: HttpRequest) -> HttpResponse:
    """Ask directie for one dossier, by its number."""
    member = member_of(request)
    demand(asked.check_ask, member)
    form = AskForm(request.POST or None, initial={"number": request.GET.get("nummer", "").replace("\x00", "")[:40]})
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask(by=member, **form.cleaned_data)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            boss = word("directie", article=True, capital=True)
            messages.success(request, f"Uw verzoek is verstuurd. {boss} beslist erover; u krijgt een mail.")
            return redirect("access:my_requests")
    return render(request, "access/asking/ask.html", {"form": form, "asking": reglement.in_force().access.asking})


@require_safe
@staff_page
def my_requests(request: HttpRequest) -> HttpResponse:
    """What I asked, what came of it, and how long I may still look."""
    member = member_of(request)
    page = Paginator(asked.own(member), PER_PAGE).get_page(request.GET.get("pagina"))
    keys.prefetch({row.sealed_under for row in page})
    rows = [_mine(row) for row in page]
    context = {"page": page, "rows": rows, "may_ask": asked.may_ask(member)}
    return render(request, "access/asking/mine.html", context)


def _mine(row: AccessRequest) -> dict[str, Any]:
    living = row.living  # type: ignore[attr-defined]
    left = time_left(row.opens_until, timezone.now()) if living and row.opens_until else ""
    texts = {"reason": asked.text_of(row, "reason"), "answer": asked.text_of(row, "answer")}
    return {"row": row, "left": left, "state": _state(row, living=living), **texts}


def _state(row: AccessRequest, *, living: bool) -> tuple[str, str]:
    """What became of it in words, and the tone of that."""
    if row.state == AccessRequest.State.GRANTED:
        return ("u mag nu lezen", "good") if living else ("voorbij", "neutral")
    tones = {"open": "busy", "geweigerd": "bad"}
    words = {"geweigerd": "afgewezen"}
    return words.get(row.state, row.get_state_display()), tones.get(row.state, "neutral")


@require_POST
@staff_page
def withdraw(request: HttpRequest, asked_id: uuid.UUID) -> HttpResponse:
    member = member_of(request)
    row = one_of(asked.own(member).filter(pk=asked_id))
    try:
        actions.withdraw(request=row, by=member)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Uw verzoek is ingetrokken.")
    return redirect("access:my_requests")


@require_POST
@staff_page
def stop(request: HttpRequest, asked_id: uuid.UUID) -> HttpResponse:
    """Done before the time is over; directie may end it as well."""
    member = member_of(request)
    rows = AccessRequest.objects.filter(kind=AccessRequest.Kind.ASKED)
    rows = rows if member.has_role(Role.DIRECTIE) else rows.filter(asker=member)
    row = one_of(rows.filter(pk=asked_id))
    actions.stop(request=row, by=member)
    messages.success(request, "De inzage is beëindigd. Het dossier gaat niet meer open.")
    return redirect("access:my_requests" if row.asker_id == member.pk else "access:inbox")


@require_http_methods(["GET", "POST"])
@staff_page(Role.DIRECTIE)
def decide(request: HttpRequest, asked_id: uuid.UUID) -> HttpResponseBase:
    """One request, and the two answers; the list of approvals posts here too."""
    rows = AccessRequest.objects.filter(kind=AccessRequest.Kind.ASKED).select_related("asker")
    row: AccessRequest = one_of(rows.filter(pk=asked_id))
    if request.method == "POST":
        return _refused(request, row) if request.POST.get("besluit") == "afwijzen" else _allowed(request, row)
    return _page(request, row)


@fresh
def _allowed(request: HttpRequest, row: AccessRequest) -> HttpResponse:
    form = AllowForm(request.POST, row=row)
    if _done(form, lambda **given: actions.allow(request=row, by=member_of(request), **given)):
        messages.success(request, f"{row.asker_name} mag dossier {row.dossier_number} nu lezen.")
        return redirect("access:inbox")
    return _page(request, row, allow=form)


def _refused(request: HttpRequest, row: AccessRequest) -> HttpResponse:
    form = RefuseForm(request.POST, row=row)
    if _done(form, lambda **given: actions.refuse(request=row, by=member_of(request), **given)):
        messages.success(request, f"Het verzoek van {row.asker_name} is afgewezen.")
        return redirect("access:inbox")
    return _page(request, row, refuse=form)


def _done(form: Any, act: Any) -> bool:
    if not form.is_valid():
        return False
    try:
        act(**form.cleaned_data)
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return False
    return True


def _page(request: HttpRequest, row: AccessRequest, **forms: Any) -> HttpResponse:
    """Where a decision was refused (somebody was first), the page shows how it stands now."""
    if request.method == "POST":
        row = AccessRequest.objects.select_related("asker").get(pk=row.pk)
    is_own = row.asker_id == member_of(request).pk
    dossiers = asked.dossiers_of([row])
    facts = asked.own_facts(row) if is_own else asked.facts_of([row], dossiers)[row.pk]
    context = {
        "item": item_of(row, facts, dossiers.get(row.pk), **forms),
        "row": row,
        "may_decide": asked.may_decide(member_of(request), row),
        "is_own": is_own,
        "answer": asked.text_of(row, "answer"),
        "living": asked.is_living(row),
        "refusals": [str(error) for form in forms.values() for error in form.non_field_errors()],
    }
    return render(request, "access/asking/decide.html", context)
