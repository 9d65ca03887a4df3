"""The register of incidents: for directie and the FG alone. Looking at it is journaled as well."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.checks import member_of, one_of
from access.decorators import fresh, staff_page
from access.downloads import attachment
from access.fields import add_refusal
from access.reach import database_now
from access.rules import RuleBroken
from journal.actions import record
from requests import incidents_read as reading
from requests.actions import incidents as actions
from requests.models import Incident
from requests.register_forms import IncidentForm, ToldForm

PER_PAGE = 25


@require_safe
@staff_page(*reading.WRITERS)
def incidents(request: HttpRequest) -> HttpResponse:
    """Every breach, the newest first, with the clock of what is still to be notified."""
    state = reading.asked(request.GET.dict())
    page = Paginator(reading.found(state), PER_PAGE).get_page(request.GET.get("pagina"))
    record(act="incidenten.ingezien", facts={"shown": len(page), "page": page.number})
    context = {"page": page, "rows": reading.rows_of(page), "state": state, "states": reading.STATES.items()}
    return render(request, "requests/incidents.html", context)


@require_safe
@staff_page(*reading.WRITERS)
def incident(request: HttpRequest, incident_id: uuid.UUID) -> HttpResponse:
    """One breach: what happened, what the clock says, what is still to be done."""
    row = _incident(incident_id)
    record(act="incident.ingezien", obj=row, facts={"number": row.number})
    context = {"incident": row, "clock": reading.clock_of(row, database_now()), "missing": reading.missing(row)}
    return render(request, "requests/incident.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*reading.WRITERS)
def incident_new(request: HttpRequest) -> HttpResponse:
    """A breach is written down, whether or not it is notified (AVG 33.5)."""
    now = timezone.localtime()
    first = {"aware_on": now.date(), "aware_time": now.time().replace(second=0, microsecond=0)}
    form = IncidentForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.document_incident(by=member_of(request), **form.facts())
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"Incident {row.number} staat in het register.")
            return redirect("requests:incident", row.pk)
    return render(request, "requests/incident_form.html", {"form": form, "incident": None})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*reading.WRITERS)
def incident_edit(request: HttpRequest, incident_id: uuid.UUID) -> HttpResponse:
    row = _incident(incident_id)
    form = IncidentForm(request.POST or None, initial=_known(row))
    return _about(request, row, form, actions.amend_incident, "requests/incident_form.html")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*reading.WRITERS)
def incident_told(request: HttpRequest, incident_id: uuid.UUID) -> HttpResponse:
    """The supervisor was notified, the people were told; or why not."""
    row = _incident(incident_id)
    form = ToldForm(request.POST or None, initial=_told(row))
    return _about(request, row, form, actions.note_told, "requests/incident_told.html")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*reading.WRITERS)
def incident_close(request: HttpRequest, incident_id: uuid.UUID) -> HttpResponse:
    row = _incident(incident_id)
    if request.method == "POST":
        try:
            actions.close_incident(incident=row, by=member_of(request))
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"Incident {row.number} is afgesloten.")
        return redirect("requests:incident", row.pk)
    lines = ["Het incident blijft in het register staan.", "Komt er nog iets aan het licht, dan kunt u het heropenen."]
    words = {
        "title": f"Incident {row.number} afsluiten", "consequences": lines, "submit_label": "Afsluiten",
        "cancel_url": reverse("requests:incident", args=[row.pk]),
    }  # fmt: skip
    return render(request, "confirm.html", words)


@require_POST
@staff_page(*reading.WRITERS)
def incident_reopen(request: HttpRequest, incident_id: uuid.UUID) -> HttpResponse:
    row = _incident(incident_id)
    actions.reopen_incident(incident=row, by=member_of(request))
    messages.success(request, f"Incident {row.number} is weer open.")
    return redirect("requests:incident", row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*reading.WRITERS)
@fresh
def incidents_export(request: HttpRequest) -> HttpResponseBase:
    """The whole register with its words, after showing again who you are: for the supervisor who asks for it."""
    if request.method != "POST":
        return render(request, "requests/incidents_export.html", {"count": Incident.objects.count()})
    table, count = reading.as_table()
    record(act="incidenten.geexporteerd", facts={"count": count})
    name = f"incidentenregister-{timezone.localdate():%Y-%m-%d}.csv"
    return attachment([table], name, "text/csv; charset=utf-8", size=len(table))


def _about(request: HttpRequest, row: Incident, form: Any, act: Any, template: str) -> HttpResponse:
    """One incident and what is written about it; what is closed is opened first."""
    if row.closed_at is not None:
        messages.info(request, actions.CLOSED)
        return redirect("requests:incident", row.pk)
    if request.method == "POST" and form.is_valid():
        try:
            act(incident=row, by=member_of(request), **form.facts())
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "Het register is bijgewerkt.")
            return redirect("requests:incident", row.pk)
    context = {"incident": row, "form": form, "clock": reading.clock_of(row, database_now())}
    return render(request, template, context)


def _incident(incident_id: uuid.UUID) -> Incident:
    found: Incident = one_of(Incident.objects.filter(pk=incident_id))
    return found


def _known(row: Incident) -> dict[str, Any]:
    held = {name: getattr(row, name) for name in IncidentForm.base_fields if not name.startswith("aware")}
    return held | _moment("aware", row.aware_at)


def _told(row: Incident) -> dict[str, Any]:
    held = {"reference": row.reference, "why_not": row.why_not or ""}
    return held | _moment("notified", row.notified_at) | _moment("people_told", row.people_told_at)


def _moment(name: str, at: datetime | None) -> dict[str, Any]:
    if at is None:
        return {}
    local = timezone.localtime(at)
    return {f"{name}_on": local.date(), f"{name}_time": local.time().replace(second=0, microsecond=0)}
