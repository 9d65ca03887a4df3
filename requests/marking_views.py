"""Marking what is of others in one stuk, and seeing what then goes along (werkid 10.2)."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access.checks import demand, member_of, one_of
from access.decorators import staff_page
from access.fields import add_refusal
from access.models import Membership
from access.rules import RuleBroken
from dossiers import reading
from dossiers.models import StoredFile, Stuk
from journal.actions import record
from requests import access, marked, marking_page
from requests.actions import handling, marking
from requests.blackout import calls
from requests.marking_forms import AreaForm, FileForm, WordsForm
from requests.models import Mark, Verzoek
from vault import keys


@require_http_methods(["GET", "POST"])
@staff_page(*access.READERS)
def redact(request: HttpRequest, verzoek_id: uuid.UUID, stuk_id: uuid.UUID) -> HttpResponse:
    """The stuk with what was marked in it, and the forms that mark more."""
    member, row, stuk = _found(request, verzoek_id, stuk_id)
    shown = marking_page.shown(row, stuk, request.GET)
    forms = _forms(request, row)
    if request.method == "POST" and _sent(request, forms, shown, member):
        messages.success(request, "Aangewezen. Het staat niet in de kopie.")
        return redirect(request.get_full_path())
    record(act="stuk.ingezien", obj=stuk, dossier=stuk.dossier, facts={"request": row.number})
    context = {"verzoek": row, "stuk": stuk, "kind": reading.kind_label(stuk), **shown.context()}
    sides = [forms["area_form"][name] for name in AreaForm.SIDES]
    return render(request, "requests/redact.html", context | forms | {"sides": sides})


@require_POST
@staff_page(*access.READERS)
def unmark(request: HttpRequest, mark_id: uuid.UUID) -> HttpResponse:
    """It goes along after all."""
    member = member_of(request)
    found: Mark = one_of(Mark.objects.filter(pk=mark_id).select_related("verzoek__dossier"))
    access.request_of(member, found.verzoek_id)
    try:
        marking.unmark(mark=found, by=member)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect("requests:verzoek", found.verzoek_id)
    messages.success(request, "Weggehaald. Dit gaat weer mee.")
    return redirect("requests:redact", found.verzoek_id, found.stuk_id)


@require_GET
@staff_page(*access.READERS)
def redact_page(
    request: HttpRequest, verzoek_id: uuid.UUID, stuk_id: uuid.UUID, file_id: uuid.UUID, page: int
) -> HttpResponse:
    """One page of a PDF as a picture that we made, with what was marked; never the file itself (ADR 11)."""
    _, row, stuk = _found(request, verzoek_id, stuk_id)
    file: StoredFile = one_of(StoredFile.objects.filter(pk=file_id, stuk=stuk, content_type=marked.PDF))
    left = marked.of(row, [stuk]).get(stuk.pk, marked.NOTHING)
    boxes = [box for at, box in left.areas(file.pk) if at == page - 1]
    try:
        picture = calls.picture(marking_page.data_of(file), page - 1, left.sought, boxes)
    except (calls.CantDo, *marking_page.UNREADABLE):
        raise Http404 from None
    facts = {"stuk": str(stuk.pk), "kind": stuk.kind, "page": page}
    record(act="document.opgehaald", obj=file, dossier=stuk.dossier, facts=facts)
    return HttpResponse(picture, content_type="image/jpeg", headers={"Cache-Control": "no-store"})


# -- shared ------------------------------------------------------------------------------------------------------------
def _found(request: HttpRequest, verzoek_id: uuid.UUID, stuk_id: uuid.UUID) -> tuple[Membership, Verzoek, Stuk]:
    member = member_of(request)
    row = access.request_of(member, verzoek_id)
    keys.prefetch([row.client_id])
    demand(handling.check_judge, member, row)
    return member, row, marking.stuk_of(row, stuk_id, member)


def _forms(request: HttpRequest, row: Verzoek) -> dict[str, Any]:
    """The three; what was sent in the one that was sent."""
    kinds = {"words_form": WordsForm, "area_form": AreaForm, "file_form": FileForm}
    sent = request.POST.get("wat", "") if request.method == "POST" else ""
    return {name: kind(request.POST if kind.prefix == sent else None, verzoek=row) for name, kind in kinds.items()}


def _sent(request: HttpRequest, forms: dict[str, Any], shown: marking_page.Shown, member: Membership) -> bool:
    form = next((one for one in forms.values() if one.is_bound), None)
    if form is None or not form.is_valid():
        return False
    given = {name: form.cleaned_data[name] for name in ("reason_code", "reason")}
    given |= {"verzoek": shown.verzoek, "stuk": shown.stuk, "by": member}
    try:
        if isinstance(form, WordsForm):
            shown.check_there(form.cleaned_data["words"])
            marking.mark_words(words=form.cleaned_data["words"], **given)
        elif isinstance(form, AreaForm):
            marking.mark_area(file=shown.file_or_404(), page=shown.page, area=form.area(), **given)
        else:
            marking.mark_file(file=shown.file_named(request.POST.get("file", "")), **given)
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return False
    return True
