"""Writing: the editor, its autosave, and the step by which a concept becomes part of the dossier."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from access.checks import member_of
from access.decorators import staff_page
from access.models import Membership
from bureaus.words import listed
from dossiers import access, actions, rail, reading, rules
from dossiers.actions.drafts import Conflict, NoDraft, find_draft, save_found
from dossiers.actions.stukken import settle
from dossiers.forms import EditorForm, as_fields, herkomst_label, typed
from dossiers.models import Draft, Release, Stuk, VerslagTemplate
from dossiers.reading import Reading
from journal.actions import record


@sensitive_post_parameters()
@require_POST
@staff_page
def autosave(request: HttpRequest, stuk_id: uuid.UUID) -> HttpResponse:
    """Saves what is in the editor; docs/ui.md has the answers. Two queries besides those that say who acts."""
    try:
        draft = find_draft(stuk_id=stuk_id, by=member_of(request), lock=True)
        content, fields = typed(request.POST, draft)
        draft = save_found(draft=draft, version=_version(request), content=content, fields=fields)
    except Conflict as conflict:
        return JsonResponse({"version": conflict.draft.version, "fields": as_fields(conflict.draft)}, status=409)
    except rules.Refused as refusal:
        return JsonResponse({"errors": {refusal.field: [str(refusal)]}}, status=422)
    return JsonResponse({"version": draft.version, "saved_at": f"{timezone.localtime(draft.saved_at):%H:%M}"})


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@staff_page
def edit(request: HttpRequest, stuk_id: uuid.UUID) -> HttpResponse:
    """The editor. Every button saves first; what another window saved is never overwritten."""
    member = member_of(request)
    draft = _my_draft(member, stuk_id, lock=request.method == "POST")
    if isinstance(draft, HttpResponse):
        return draft
    if request.method == "GET":
        return _editor(request, draft, EditorForm(draft=draft))
    form = EditorForm(request.POST, draft=draft)
    content, fields = typed(request.POST, draft)
    try:
        save_found(draft=draft, version=_version(request), content=content, fields=fields)
    except Conflict:
        return _editor(request, draft, form, status=409, other=True)
    except rules.Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _editor(request, draft, form)
    settle(stuk=draft.stuk, fields=fields)
    return _after_saving(request, draft, form)


def _after_saving(request: HttpRequest, draft: Draft, form: EditorForm) -> HttpResponse:
    action = request.POST.get("actie", "")
    if action == "kopjes":
        return _other_headings(request, draft)
    if action == "verder" and not draft.stuk.is_worknote:
        return redirect("dossiers:finish", draft.stuk_id) if form.is_valid() else _editor(request, draft, form)
    messages.success(request, "Uw tekst is bewaard. Alleen u kunt hem zien.")
    return redirect("dossiers:detail", draft.dossier_id)


def _other_headings(request: HttpRequest, draft: Draft) -> HttpResponse:
    chosen = request.POST.get("template", "")
    template = next((one for one in _templates(draft) if str(one.pk) == chosen), None)
    if template is not None:
        content = rules.with_headings(draft.content, template.sections)
        save_found(draft=draft, version=draft.version, content=content)
        messages.success(request, f"De kopjes van '{template.name}' staan klaar. Wat u schreef is gebleven.")
    return redirect("dossiers:edit", draft.stuk_id)


@require_http_methods(["GET", "POST"])
@staff_page
def finish(request: HttpRequest, stuk_id: uuid.UUID) -> HttpResponse:
    """The last look before a text can't be changed any more: vaststellen, or put an aanvulling below the stuk."""
    member = member_of(request)
    draft = _my_draft(member, stuk_id)
    if isinstance(draft, HttpResponse):
        return draft
    stuk = draft.stuk
    form = EditorForm(as_fields(draft), draft=draft)
    if stuk.is_worknote or not form.is_valid():
        return redirect("dossiers:edit", stuk.pk)
    if request.method == "POST":
        return _finished(request, member, draft)
    fields = as_fields(draft)
    context = {"draft": draft, "stuk": stuk, "dossier": stuk.dossier, "kind": reading.kind_label(stuk), "form": form}
    context |= {"herkomst": herkomst_label(fields["herkomst"]), "health": bool(fields["health"]) or stuk.health}
    context |= _what_it_replaces(draft)
    return render(request, "dossiers/finish.html", context)


def _finished(request: HttpRequest, member: Membership, draft: Draft) -> HttpResponse:
    """A refusal, or another window that was first, leads back to the editor, where all of it still stands."""
    stuk, version = draft.stuk, _version(request)
    try:
        with transaction.atomic():
            if stuk.is_concept:
                actions.vaststellen(stuk=stuk, by=member, version=version)
            else:
                actions.aanvullen(stuk=stuk, by=member, version=version)
    except Conflict:
        messages.warning(request, "De tekst is in een ander venster veranderd. Kijk hem nog eens na.")
        return redirect("dossiers:edit", stuk.pk)
    except rules.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("dossiers:edit", stuk.pk)
    messages.success(request, "Vastgesteld. Het staat nu in het dossier.")
    return redirect("dossiers:stuk", stuk.pk)


@require_POST
@staff_page
def supplement(request: HttpRequest, stuk_id: uuid.UUID) -> HttpResponse:
    """Begin an aanvulling below a stuk that is vastgesteld, or go on with one's own."""
    member = member_of(request)
    row = access.stuk_of(member, stuk_id)
    try:
        actions.start_aanvulling(stuk=row, by=member)
    except rules.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("dossiers:stuk", row.pk)
    return redirect("dossiers:edit", row.pk)


@require_http_methods(["GET", "POST"])
@staff_page
def discard(request: HttpRequest, stuk_id: uuid.UUID) -> HttpResponse:
    """Throwing away can't be undone: a page of its own."""
    member = member_of(request)
    draft = _my_draft(member, stuk_id)
    if isinstance(draft, HttpResponse):
        return draft
    if request.method == "POST":
        actions.discard_draft(stuk=draft.stuk, by=member)
        messages.success(request, "Uw tekst is weggegooid.")
        return redirect("dossiers:detail", draft.dossier_id)
    return render(request, "dossiers/discard.html", {"draft": draft, "stuk": draft.stuk, "dossier": draft.dossier})


def _my_draft(member: Membership, stuk_id: uuid.UUID, *, lock: bool = False) -> Draft | HttpResponse:
    """One's own draft; where there is none (thrown away, or vastgesteld by a first click) on to the stuk itself.

    Raises Http404 where that is out of reach too.
    """
    try:
        return find_draft(stuk_id=stuk_id, by=member, lock=lock)
    except rules.Refused:
        return redirect("dossiers:stuk", stuk_id)
    except NoDraft:
        row = access.stuk_of(member, stuk_id)
        return redirect("dossiers:stuk", row.pk)


def _editor(
    request: HttpRequest, draft: Draft, form: EditorForm, *, status: int = 200, other: bool = False
) -> HttpResponse:
    stuk = draft.stuk
    context: dict[str, Any] = {
        "draft": draft,
        "stuk": stuk,
        "dossier": draft.dossier,
        "form": form,
        "kind": reading.kind_label(stuk),
        "templates": _templates(draft) if stuk.is_concept else [],
        "before": None if stuk.is_concept else _what_stands(member_of(request), stuk),
        "worknote_term": rail.worknote_term() if stuk.is_worknote else "",
        "other": other,
    }
    context |= _what_it_replaces(draft)
    return render(request, "dossiers/editor.html", context, status=status)


def _what_stands(member: Membership, stuk: Stuk) -> Reading | None:
    """The stuk above one's aanvulling: read by who still sees it, and that is in the log as anywhere else."""
    try:
        row = access.stuk_of(member, stuk.pk)
    except Http404:
        return None
    record(act="stuk.ingezien", obj=row, dossier=row.dossier, grant_id=row.grant_id)  # type: ignore[attr-defined]
    return reading.read(row)


def _what_it_replaces(draft: Draft) -> dict[str, Any]:
    """Who still reads what this text takes the place of, and whether the opdrachtgever has it now."""
    if not draft.replaces:
        return {}
    released = Release.objects.filter(stuk=draft.stuk, withdrawn_at=None).exists()
    readers = access.shielded_readers()
    return {"shielded_readers": listed(readers) if readers else "", "released": released}


def _templates(draft: Draft) -> list[VerslagTemplate]:
    return list(VerslagTemplate.objects.filter(active=True, kind=draft.stuk.kind))


def _version(request: HttpRequest) -> int:
    """The version that the writer saw; what is no number is one that never was."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
