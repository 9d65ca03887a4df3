"""The opdrachtgever's own screens: its trajecten and what was released to it. Nothing else."""

from __future__ import annotations

import uuid

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from access.decorators import opdrachtgever_page
from clients.models import Phase
from dossiers.documents.serve import serve
from dossiers.releasing import as_opdrachtgever_sees
from journal.actions import record
from portal import payer
from retention import handed

PER_PAGE = 25


@require_safe
@opdrachtgever_page
def trajecten(request: HttpRequest) -> HttpResponse:
    """The trajecten that name this person as contact, with where each stands."""
    asked = payer.Asked.of(request.GET)
    found = payer.search(payer.trajecten_of(request), asked).order_by("client__sort_name", "-registered_on", "id")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("pagina"))
    rows = payer.rows_of(payer.with_figures(page.object_list))
    record(act="opdrachten.gezocht" if asked else "opdrachten.ingezien", facts={"found": page.paginator.count})
    words = {"page": page, "rows": rows, "asked": asked, "phases": Phase.choices}
    return render(request, "portal/trajecten.html", words)


@require_safe
@opdrachtgever_page
def traject(request: HttpRequest, traject_id: uuid.UUID) -> HttpResponse:
    """One traject: only the facts that the reglement's view of this kind of opdrachtgever names."""
    found = payer.one_traject(request, traject_id)
    row = payer.row_of(found)
    stukken = payer.with_release(payer.released_stukken(request)).filter(dossier=found.dossier)
    released = Paginator(stukken.exclude(released_at=None).order_by("-date", "-id"), PER_PAGE)
    page = released.get_page(request.GET.get("stukken"))
    words = {"row": row, "page": page, "released": payer.released_of(list(page.object_list))}
    words["transfer"] = handed.for_receiver(found.dossier, found.opdrachtgever_id)
    if row.view.attendance:
        held = payer.formal().filter(traject=found).order_by("-starts_at", "id")
        words["appointments"] = Paginator(held, PER_PAGE).get_page(request.GET.get("pagina"))
    record(act="opdracht.ingezien", obj=found, dossier=found.dossier, facts={"fields": sorted(row.view.fields)})
    return render(request, "portal/traject.html", words)


@require_safe
@opdrachtgever_page
def released(request: HttpRequest, stuk_id: uuid.UUID) -> HttpResponse:
    """One released stuk, up to the version that was released; own statements about it stand below it (javawest 6.2)."""
    stuk = payer.one_released(request, stuk_id)
    if stuk.released_version is None:  # a statement that goes along: it is read where it belongs
        return redirect("portal:released", stuk_id=stuk.about_id)
    record(act="stuk.ingezien", obj=stuk, dossier=stuk.dossier, facts={"version": stuk.released_version})
    words = {
        "stuk": stuk,
        "row": payer.row_of(stuk.dossier.traject),
        "seen": as_opdrachtgever_sees(stuk, stuk.released_version),
    }
    return render(request, "portal/released.html", words)


@require_safe
@opdrachtgever_page
def released_file(request: HttpRequest, file_id: uuid.UUID) -> HttpResponseBase:
    return serve(payer.one_released_file(request, file_id))
