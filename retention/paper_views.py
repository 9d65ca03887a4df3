"""Dossiers on paper: where they stand and who has them, what the company collects, and its certificate."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.checks import demand, member_of, one_of, person
from access.decorators import staff_page
from access.downloads import attachment
from access.fields import add_refusal
from access.models import Membership
from access.reach import database_now, is_view_only
from access.rules import RuleBroken
from bureaus import tables
from dossiers.models import Dossier
from journal.actions import record
from retention import access
from retention import papers_held as held
from retention.actions import certificates, paper_files
from retention.models import Certificate, DestructionList, PaperFile
from retention.paper_forms import CertificateForm, PaperForm

PER_PAGE = 50
TAKEN = "U hebt het papieren dossier. Breng het terug als u klaar bent."


@require_safe
@staff_page(*held.MAY_LOOK)
def overview(request: HttpRequest) -> HttpResponse:
    """Every dossier on paper by place and number, and what has been taken along."""
    _demand_used()
    shown = request.GET.get("toon", "")
    shown = shown if shown in held.SHOWN else "alles"
    text = request.GET.get("q", "").replace("\x00", "").strip()[:120]
    page, now = Paginator(held.overview(shown, text), PER_PAGE).get_page(request.GET.get("pagina")), database_now()
    counts = held.counts()
    context = {
        "page": page, "shown": shown, "q": text,
        "rows": [{"paper": one, "long": held.is_long_out(one, now)} for one in page],
        "tabs": [(key, label, counts[key]) for key, label in held.SHOWN.items()],
    }  # fmt: skip
    return render(request, "retention/papers.html", context)


@require_http_methods(["GET", "POST"])
@staff_page
def paper(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponse:
    """The paper of one dossier: its place, who has it, and each move."""
    member, dossier = member_of(request), _dossier(request, dossier_id)
    row = PaperFile.objects.filter(dossier=dossier).first()
    may, now = held.may_paper(member, dossier), {"place": row.place, "parts": row.parts} if row else None
    form = PaperForm(request.POST or None, initial=now)
    if request.method == "POST":
        demand(held.check_paper, member, dossier)
        if form.is_valid() and _noted(form, dossier, member):
            messages.success(request, "Het papieren dossier is bijgewerkt.")
            return redirect("retention:paper", dossier.pk)
    record(act="bewaring.ingezien", obj=dossier, dossier=dossier, grant_id=dossier.grant_id)  # type: ignore[attr-defined]
    moves = list(row.moves.all()[:20]) if row else []
    context = {"dossier": dossier, "paper": row, "form": form, "moves": moves, "may": may}
    context["mine"] = row is not None and row.holder_id == member.pk
    return render(request, "retention/paper.html", context)


def _noted(form: PaperForm, dossier: Dossier, member: Membership) -> bool:
    """Whether it was written down; a refusal stands beside its field."""
    try:
        paper_files.note_paper(dossier=dossier, by=member, **form.cleaned_data)
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return False
    return True


@require_POST
@staff_page
def take_out(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponse:
    return _move(request, dossier_id, paper_files.take_out, TAKEN)


@require_POST
@staff_page
def bring_back(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponse:
    return _move(request, dossier_id, paper_files.bring_back, "Het papieren dossier staat weer op zijn plaats.")


@require_http_methods(["GET", "POST"])
@staff_page(*held.ARCHIVISTS)
def certificate(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """The certificate by which a list that waits for its paper is closed."""
    member, row = member_of(request), _list(list_id)
    if Certificate.objects.filter(destruction_list=row).exists():
        return redirect("retention:list", row.pk)
    demand(held.check_certificate, member, row)
    form = CertificateForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            certificates.add_certificate(destruction_list=row, by=member, **form.cleaned_data)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "Het certificaat is toegevoegd. Het proces-verbaal wordt nu gemaakt.")
            return redirect("retention:list", row.pk)
    context = {"list": row, "form": form, "many": held.to_collect(row).count()}
    return render(request, "retention/certificate.html", context)


@require_safe
@staff_page(*held.MAY_LOOK)
def to_collect(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """What the recognised company takes along: by place and number, to print."""
    row = _list(list_id)
    items = list(held.to_collect(row))
    context = {"list": row, "items": items, "may_add": held.may_certificate(member_of(request), row)}
    return render(request, "retention/paper_list.html", context)


@require_safe
@staff_page(*held.MAY_LOOK)
def to_collect_table(request: HttpRequest, list_id: uuid.UUID) -> HttpResponseBase:  # noqa: ARG001
    row = _list(list_id)
    cells = [("dossiernummer", "plaats"), *((one.dossier_number, one.paper) for one in held.to_collect(row))]
    record(act="papierlijst.opgehaald", obj=row, facts={"list": str(row), "dossiers": len(cells) - 1})
    return attachment([tables.BOM + tables.rows(cells)], f"papier-lijst-{row}.csv", "text/csv; charset=utf-8")


def _move(
    request: HttpRequest, dossier_id: uuid.UUID, act: Callable[..., PaperFile], done: str
) -> HttpResponse:  # fmt: skip
    member, dossier = member_of(request), _dossier(request, dossier_id)
    demand(held.check_paper, member, dossier)
    row: Any = one_of(PaperFile.objects.filter(dossier=dossier))
    try:
        act(paper=row, by=member)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("retention:paper", dossier.pk)


def _dossier(request: HttpRequest, dossier_id: uuid.UUID) -> Dossier:
    """A dossier whose keeping this member looks at, in a bureau that has paper. Raises Http404.

    Who was let in to read has the texts, and no more than that (pluspunt 4.1).
    """
    member = member_of(request)
    found = access.kept_dossier(member, dossier_id)
    _demand_used()
    if not access.is_keeper(member) and is_view_only(person(member), found):
        raise Http404
    return found


def _demand_used() -> None:
    if not held.is_used():
        raise Http404


def _list(list_id: uuid.UUID) -> DestructionList:
    found: DestructionList = one_of(DestructionList.objects.defer("manifest").filter(pk=list_id))
    return found
