"""Bringing files into a dossier, and fetching them."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from access.checks import demand, member_of, one_of, person
from access.decorators import staff_page
from access.models import Membership
from access.reach import check_not_view_only
from dossiers import rules
from dossiers.access import check_change
from dossiers.actions.documents import add_document, documentable
from dossiers.document_forms import DocumentForm
from dossiers.documents.serve import serve
from dossiers.models import Dossier, StoredFile, Stuk


@require_http_methods(["GET", "POST"])
@staff_page
def upload(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponse:
    """Add a stuk of files to a dossier."""
    member = member_of(request)
    dossier = _dossier_to_write(request, dossier_id)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = DocumentForm(
        *posted,
        kinds=documentable(member, dossier),
        bound_to=f"{dossier.pk} {member.pk}",
        initial={"kind": request.GET.get("soort", "")[:40]},
    )
    if posted and form.is_valid() and (stuk := _add(form, dossier, member)):
        return _added(request, stuk)
    return render(request, "dossiers/documents/upload.html", {"form": form, "dossier": dossier})


@require_GET
@staff_page
def file(request: HttpRequest, file_id: uuid.UUID) -> HttpResponseBase:
    """One file of a stuk that this person sees; not for who was let in to read (pluspunt 4.1)."""
    rows = StoredFile.objects.filter(pk=file_id, stuk__in=Stuk.objects.visible_to(request.user))
    found: StoredFile = one_of(rows.select_related("stuk", "dossier"))
    check_not_view_only(person(member_of(request)), found.dossier)
    return serve(found)


def _add(form: DocumentForm, dossier: Dossier, member: Membership) -> Stuk | None:
    try:
        return add_document(dossier=dossier, by=member, **form.facts())
    except rules.Refused as refusal:
        form.refuse(refusal)
    return None


def _added(request: HttpRequest, stuk: Stuk) -> HttpResponse:
    """To the new stuk; a script that showed the progress is told where that is."""
    messages.success(request, "Toegevoegd aan het dossier.")
    for note in stuk.notes:  # type: ignore[attr-defined]
        messages.warning(request, note)
    page = reverse("dossiers:stuk", args=[stuk.pk])
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return HttpResponse(status=204, headers={"X-Location": page})
    return redirect(page)


def _dossier_to_write(request: HttpRequest, dossier_id: uuid.UUID) -> Dossier:
    """Raises Http404 out of reach, PermissionDenied for who only reads and for an archived dossier."""
    rows = Dossier.objects.visible_to(request.user).select_related("client", "traject__opdrachtgever")
    found: Dossier = one_of(rows.filter(pk=dossier_id))
    demand(check_change, member_of(request), found)
    return found
