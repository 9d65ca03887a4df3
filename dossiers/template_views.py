"""The bureau's own templates: a list, one of them, and whether it is in use."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.checks import member_of, one_of
from access.decorators import staff_page
from access.fields import add_refusal
from access.models import Role
from bureaus import reglement
from bureaus.words import capitalised
from dossiers import actions, rules
from dossiers.forms import TemplateForm, lines_of
from dossiers.models import VerslagTemplate

KEEPERS = (Role.BEHEERDER, Role.DIRECTIE)
PER_PAGE = 50


@require_safe
@staff_page(*KEEPERS)
def templates(request: HttpRequest) -> HttpResponse:
    found = VerslagTemplate.objects.order_by("-active", "name", "id")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("pagina"))
    label = reglement.in_force().dossier.label
    shown = [(row, capitalised(label(row.kind)), [one["label"] for one in row.sections]) for row in page]
    return render(request, "dossiers/templates.html", {"templates": shown, "page": page})


@require_http_methods(["GET", "POST"])
@staff_page(*KEEPERS)
def new_template(request: HttpRequest) -> HttpResponse:
    return _form(request, None, TemplateForm(request.POST or None))


@require_http_methods(["GET", "POST"])
@staff_page(*KEEPERS)
def template(request: HttpRequest, template_id: uuid.UUID) -> HttpResponse:
    row = _one(template_id)
    initial = {"name": row.name, "kind": row.kind, "sections": lines_of(row.sections)}
    return _form(request, row, TemplateForm(request.POST or None, initial=initial))


@require_POST
@staff_page(*KEEPERS)
def switch_template(request: HttpRequest, template_id: uuid.UUID) -> HttpResponse:
    row = actions.switch_template(
        template=_one(template_id), by=member_of(request), on=request.POST.get("actie") == "aan"
    )
    messages.success(request, f"'{row.name}' is {'in gebruik' if row.active else 'uit gebruik'}.")
    return redirect("dossiers:templates")


def _form(request: HttpRequest, row: VerslagTemplate | None, form: TemplateForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_template(by=member_of(request), template=row, **form.cleaned_data)
        except rules.Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "Het sjabloon is bewaard. Stukken die al begonnen zijn, veranderen niet.")
            return redirect("dossiers:templates")
    return render(request, "dossiers/template.html", {"form": form, "template": row})


def _one(template_id: uuid.UUID) -> VerslagTemplate:
    row: VerslagTemplate = one_of(VerslagTemplate.objects.filter(pk=template_id))
    return row
