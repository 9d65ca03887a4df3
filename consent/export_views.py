"""The lists that leave the bureau: what left, and making one."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods, require_safe

from access.checks import member_of
from access.decorators import fresh, staff_page
from access.downloads import attachment
from access.fields import add_refusal
from access.rules import RuleBroken
from consent import export_access as access
from consent.actions.exports import Made, make_export
from consent.export_forms import ExportForm
from consent.export_rules import OF_A_PERIOD
from consent.models import ExportFormat, ExportKind
from journal.actions import record

PER_PAGE = 25
TYPES = {
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.CSV: "text/csv; charset=utf-8",
}
# What stands on it and of whom, in words.
TOLD = {
    ExportKind.SURVEY: "Naam, adres, telefoon en e-mailadres van wie een traject had dat in de periode eindigde.",
    ExportKind.SATISFACTION: "Naam, adres, telefoon en e-mailadres van wie hiervoor ja zei en dat niet introk.",
    ExportKind.NAW: "Naam en adres van wie daar geen verzet tegen maakte.",
}


@require_safe
@staff_page(*access.READERS)
def exports(request: HttpRequest) -> HttpResponse:
    """What left, the newest first; on top what the reglement lets out."""
    page = Paginator(access.exports(), PER_PAGE).get_page(request.GET.get("pagina"))
    record(act="uitvoeren.ingezien", facts={"shown": len(page)})
    may_run = access.may_run(member_of(request))
    kinds = [(one, TOLD[one], article) for one in TOLD if (article := access.article_of(one))]
    context = {"page": page, "kinds": kinds, "may_run": may_run}
    return render(request, "consent/exports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*access.RUNNERS)
@fresh
def export(request: HttpRequest, export_kind: str) -> HttpResponseBase:
    """One list: the form, and on sending it the file at once."""
    if export_kind not in {one.value for one in TOLD}:
        raise Http404
    kind = ExportKind(export_kind)
    first = {"receiver": "Blik op Werk"} if kind == ExportKind.SURVEY else {}
    form = ExportForm(request.POST if request.method == "POST" else None, kind=kind, initial=first)
    if request.method == "POST" and form.is_valid() and (made := made_of(request, form)):
        return file_of(made)
    context = {"title": capfirst(kind.label), "told": TOLD[kind], "back": reverse("consent:exports")}
    return render(request, "consent/export.html", context | around(form, kind))


def around(form: ExportForm, kind: ExportKind) -> dict[str, Any]:
    return {
        "form": getattr(form, "instead", form), "article": access.article_of(kind), "of_period": kind in OF_A_PERIOD,
        "not_offered": access.NOT_OFFERED,
    }  # fmt: skip


def file_of(made: Made) -> HttpResponseBase:
    name = f"{made.row.kind}-{timezone.localdate(made.row.made_at):%Y-%m-%d}.{made.row.format}"
    return attachment([made.content], name, TYPES[ExportFormat(made.row.format)], size=len(made.content))


def made_of(request: HttpRequest, form: ExportForm) -> Made | None:
    """None where it was refused: `form.instead` then asks it once more, or the form says why."""
    try:
        again = bool(form.cleaned_data.get("again"))
        return make_export(wanted=form.wanted(), by=member_of(request), again=again)
    except RuleBroken as refusal:
        if refusal.field == "again":
            form.instead = form.ask_again(str(refusal))  # type: ignore[attr-defined]
        else:
            add_refusal(form, refusal)
        return None
