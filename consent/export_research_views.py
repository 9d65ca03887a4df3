"""Research without names: asked here, decided by directie, and then made as any list."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from access.checks import demand, member_of
from access.decorators import fresh, staff_page
from access.fields import add_refusal
from access.rules import RuleBroken
from consent import export_access as access
from consent.actions.exports import NOT_DECIDED
from consent.actions.research import ask_research, decide_research
from consent.export_forms import YES, DecideForm, ExportForm, ResearchForm
from consent.export_views import around, file_of, made_of
from consent.models import ExportKind
from journal.actions import record

PER_PAGE = 25
ALREADY = "Over dit onderzoek is al besloten."


@require_safe
@staff_page(*access.RESEARCH_READERS)
def researches(request: HttpRequest) -> HttpResponse:
    """What was asked and decided, the newest first."""
    member = member_of(request)
    page = Paginator(access.researches(member), PER_PAGE).get_page(request.GET.get("pagina"))
    record(act="onderzoeken.ingezien", facts={"shown": len(page)})
    context = {
        "page": page, "article": access.article_of(ExportKind.RESEARCH), "not_offered": access.NOT_OFFERED,
        "may_ask": member.has_role(*access.ASKERS), "oversees": member.has_role(*access.READERS),
    }  # fmt: skip
    return render(request, "consent/researches.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*access.ASKERS)
def research_new(request: HttpRequest) -> HttpResponse:
    form = ResearchForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = ask_research(question=form.question(), by=member_of(request))
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "Gevraagd. De directie besluit.")
            return redirect("consent:research", row.pk)
    context = {"form": form, "article": access.article_of(ExportKind.RESEARCH), "not_offered": access.NOT_OFFERED}
    return render(request, "consent/research_new.html", context)


@require_safe
@staff_page(*access.RESEARCH_READERS)
def research(request: HttpRequest, research_id: uuid.UUID) -> HttpResponse:
    member = member_of(request)
    row = access.research_of(member, research_id)
    record(act="onderzoeken.ingezien", obj=row, facts={"shown": 1})
    context = {
        "research": row, "made": row.exports.order_by("-made_at")[:PER_PAGE], "may_run": access.may_run(member),
        "may_decide": access.may_decide(member, row),
    }  # fmt: skip
    return render(request, "consent/research.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*access.RUNNERS)
@fresh
def research_decide(request: HttpRequest, research_id: uuid.UUID) -> HttpResponse:
    """Somebody with directie who did not ask it."""
    member = member_of(request)
    row = access.research_of(member, research_id)
    demand(access.check_decide, member, row)
    if row.allowed is not None:
        raise PermissionDenied(ALREADY)
    form = DecideForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        allowed = form.cleaned_data["decision"] == YES
        try:
            decide_research(ask=row, allowed=allowed, reason=form.cleaned_data["reason"], by=member)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "Uw besluit is vastgelegd.")
            return redirect("consent:research", row.pk)
    context = {
        "title": "Mag dit onderzoek?", "intro": f"{row.title}, door {row.receiver}.", "form": form,
        "shell": "staff.html", "submit_label": "Besluit vastleggen",
        "cancel_url": reverse("consent:research", args=[row.pk]),
        "consequences": [
            "Bij ja mag de directie een lijst zonder namen maken en aan dit onderzoek geven.",
            "Wie te veel opvalt, staat er niet op: minder dan vijf mensen met dezelfde kenmerken tonen wij niet.",
            "U kunt dit besluit niet terugdraaien.",
        ],
    }  # fmt: skip
    return render(request, "confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*access.RUNNERS)
@fresh
def research_export(request: HttpRequest, research_id: uuid.UUID) -> HttpResponseBase:
    """The list itself, once directie said yes."""
    row = access.research_of(member_of(request), research_id)
    if not row.allowed:
        raise PermissionDenied(NOT_DECIDED)
    form = ExportForm(request.POST if request.method == "POST" else None, kind=ExportKind.RESEARCH, research=row)
    if request.method == "POST" and form.is_valid() and (made := made_of(request, form)):
        return file_of(made)
    told = "Pseudoniemen en kenmerken uit vaste lijsten; geen namen, geen tekst van mensen."
    context = {"title": row.title, "told": told, "back": reverse("consent:research", args=[row.pk]), "research": row}
    return render(request, "consent/export.html", context | around(form, ExportKind.RESEARCH))
