"""The dossier as a timeline, one stuk of it, and beginning a new one."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from access.asked import Visit, visit_of
from access.checks import member_of
from access.decorators import staff_page
from access.fields import add_refusal
from access.models import Membership
from access.reach import who_can_see
from bureaus.schema import StukKind
from clients.access import may_open_clients
from clients.models import Phase
from dossiers import access, actions, rail, reading, rules
from dossiers.forms import NewStukForm, ReasonForm, herkomst_label
from dossiers.models import Dossier, Release, Stuk
from dossiers.timeline import ICONS, FilterForm, page_of
from journal.actions import record


@require_safe
@staff_page
def detail(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponse:
    """The timeline, and beside it what one wants to know at a glance."""
    member = member_of(request)
    dossier = access.dossier_of(member, dossier_id, **rail.agreed_along())
    form = FilterForm(request.GET)
    page = page_of(dossier, member, form, request.GET.get("pagina"))
    record(act="dossier.ingezien", obj=dossier, dossier=dossier, grant_id=dossier.grant_id)  # type: ignore[attr-defined]
    context = {
        "dossier": dossier, "page": page, "filters": form, "visit": _visit(dossier),
        "may_open_clients": may_open_clients(member),
    }  # fmt: skip
    return render(request, "dossiers/detail.html", context | _buttons(member, dossier) | _rail(member, dossier))


def _visit(dossier: Dossier) -> Visit | None:
    """Why and until when, for who was let in to read."""
    return visit_of(dossier.grant_id) if dossier.view_only else None  # type: ignore[attr-defined]


def _buttons(member: Membership, dossier: Dossier) -> dict[str, Any]:
    kinds = access.startable(member, dossier)
    return {
        "kinds": kinds,
        "may_talk": StukKind.GESPREKSVERSLAG in kinds,
        "may_note": StukKind.WERKAANTEKENING in kinds,
        "may_archive": access.may_archive(member, dossier),
        "may_reopen": access.may_reopen(member, dossier),
        "links": rail.links_on(member, dossier),
    }


def _rail(member: Membership, dossier: Dossier) -> dict[str, Any]:
    traject = dossier.traject
    people = [(one, rail.role_words(one, traject)) for one in who_can_see(dossier)]
    keeping = rail.keeping(dossier)
    kind = rail.traject_kind(traject)
    ended = traject.phase == Phase.ENDED
    return {
        "traject": traject, "traject_kind": kind, "ended": ended,
        "people": people, "keeping": keeping, "due": rail.due(dossier), "removed": dossier.removed,  # type: ignore[attr-defined]
        "agreed": rail.agreed(member, dossier),
    }  # fmt: skip


@require_safe
@staff_page
def stuk(request: HttpRequest, stuk_id: uuid.UUID) -> HttpResponse:
    """One stuk with all its versions; one's own concept opens in the editor."""
    member = member_of(request)
    row = access.stuk_of(member, stuk_id)
    if access.may_edit(member, row):
        return redirect("dossiers:edit", row.pk)
    record(act="stuk.ingezien", obj=row, dossier=row.dossier, grant_id=row.grant_id)  # type: ignore[attr-defined]
    return render(request, "dossiers/stuk.html", _stuk_context(member, row))


def _stuk_context(member: Membership, row: Stuk) -> dict[str, Any]:
    opened = reading.read(row, shielded=access.may_see_shielded(member))
    return {
        "stuk": row,
        "dossier": row.dossier,
        "visit": _visit(row.dossier),
        "may_open_clients": may_open_clients(member),
        "opened": opened,
        "draft": reading.draft_of(row) if row.is_concept else None,
        "kind": reading.kind_label(row),
        "icon_name": ICONS.get(StukKind(row.kind), "file-text"),
        "herkomst": herkomst_label(row.herkomst),
        "releases": list(Release.objects.filter(stuk=row)) if not row.is_concept else [],
        "may_supplement": access.may_supplement(member, row),
        "may_release": access.may_release(member, row),
        "acts": rail.acts_on(member, row),
    }


@require_http_methods(["GET", "POST"])
@staff_page
def new_stuk(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponse:
    """Choose a kind and its headings; one press from an appointment or the dossier comes here with both chosen."""
    member = member_of(request)
    dossier = access.dossier_of(member, dossier_id)
    if not access.may_change(member, dossier):
        raise PermissionDenied("U kunt in dit dossier niets schrijven.")
    form = NewStukForm(request.POST or None, kinds=access.startable(member, dossier))
    if request.method == "POST" and form.is_valid():
        row = _begin(member, dossier, form, request.POST.get("appointment", ""))
        if row is not None:
            return redirect("dossiers:edit", row.pk)
    return render(request, "dossiers/new.html", {"form": form, "dossier": dossier})


def _begin(member: Membership, dossier: Dossier, form: NewStukForm, appointment_id: str) -> Stuk | None:
    chosen = form.cleaned_data
    try:
        appointment = access.appointment_of(dossier, appointment_id)
        return actions.start_stuk(
            dossier=dossier, by=member, kind=chosen["kind"], template=chosen["template"], appointment=appointment
        )
    except rules.Refused as refusal:
        add_refusal(form, refusal)
    return None


@require_http_methods(["GET", "POST"])
@staff_page
def archive(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponse:
    """After the end: the dossier stays to be read (werkid 13.1)."""
    member = member_of(request)
    dossier = access.dossier_of(member, dossier_id)
    if request.method == "POST" and dossier.is_archived:  # the second of two clicks
        return redirect("dossiers:detail", dossier.pk)
    if not access.may_archive(member, dossier):
        raise PermissionDenied("Dit dossier kan nu niet naar het archief.")
    if request.method == "POST":
        actions.archive_dossier(dossier=dossier, by=member)
        messages.success(request, "Het dossier is gearchiveerd. U kunt het nog lezen.")
        return redirect("dossiers:detail", dossier.pk)
    return render(request, "dossiers/archive.html", {"dossier": dossier, "concepts": dossier.own_concepts})  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@staff_page
def reopen(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponse:
    member = member_of(request)
    dossier = access.dossier_of(member, dossier_id)
    if request.method == "POST" and not dossier.is_archived:  # the second of two clicks
        return redirect("dossiers:detail", dossier.pk)
    if not access.may_reopen(member, dossier):
        raise PermissionDenied("Dit dossier kan niet worden heropend.")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.reopen_dossier(dossier=dossier, by=member, reason=form.cleaned_data["reason"])
        messages.success(request, "Het dossier is heropend.")
        return redirect("dossiers:detail", dossier.pk)
    return render(request, "dossiers/reopen.html", {"dossier": dossier, "form": form})
