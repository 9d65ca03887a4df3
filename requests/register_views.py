"""The register of processing activities: to read, as a paper, and as a table for who has to add it to another."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from access.decorators import staff_page
from access.downloads import attachment
from access.models import Role
from journal.actions import record
from requests import processing

READERS = (Role.DIRECTIE, Role.FG, Role.BEHEERDER)


@require_safe
@staff_page(*READERS)
def processing_register(request: HttpRequest) -> HttpResponse:
    """What is kept of whom, why, for how long and who gets it, as software and reglement have it now (AVG 30)."""
    return render(request, "requests/processing.html", {"register": processing.register()})


@require_safe
@staff_page(*READERS)
def processing_paper(request: HttpRequest) -> HttpResponseBase:  # noqa: ARG001
    return _fetched(processing.as_pdf(processing.register()), "pdf", "application/pdf")


@require_safe
@staff_page(*READERS)
def processing_table(request: HttpRequest) -> HttpResponseBase:  # noqa: ARG001
    return _fetched(processing.as_table(processing.register()), "csv", "text/csv; charset=utf-8")


def _fetched(content: bytes, ending: str, content_type: str) -> HttpResponseBase:
    record(act="verwerkingsregister.opgehaald", facts={"kind": ending})
    name = f"verwerkingsregister-{timezone.localdate():%Y-%m-%d}.{ending}"
    return attachment([content], name, content_type, size=len(content))
