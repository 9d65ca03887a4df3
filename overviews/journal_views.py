"""The log of the bureau, for the FG and directie: read, opened line by line, exported. Looking is itself in it."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from access.checks import one_of
from access.decorators import fresh, staff_page
from access.downloads import attachment
from access.models import Role
from journal.actions import record
from journal.models import Line
from overviews import journal_export as export
from overviews import journal_reading as reading
from overviews.journal_forms import JournalFilter

OVERSEERS = (Role.FG, Role.DIRECTIE)
VISIT = 15 * 60  # seconds in which the same look is one visit
KEPT = "logboek"  # in the session: what was last looked for, and when


@require_safe
@staff_page(*OVERSEERS)
def journal(request: HttpRequest) -> HttpResponse:
    """All lines of the bureau, newest first."""
    form = JournalFilter(request.GET)
    chosen = form.chosen()
    words: dict[str, Any] = {"form": form, "chain": reading.chain()}
    if chosen is not None:
        _note_visit(request, chosen.facts)
        asked = {"before": request.GET.get("voor", ""), "after": request.GET.get("na", "")}
        words |= {"page": reading.page(chosen.condition, **asked), "filtered": bool(chosen.facts), **_links(request)}
    return render(request, "overviews/journal.html", words)


@require_safe
@staff_page(*OVERSEERS)
def journal_line(request: HttpRequest, line_id: uuid.UUID) -> HttpResponse:
    """One line, and its facts in words."""
    line: Line = one_of(reading.line_of(line_id))
    _note_visit(request, None)
    words = {"row": reading.row_of(line), "line": line, "facts": reading.details(line), "name": reading.name_of(line)}
    return render(request, "overviews/journal_line.html", words)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*OVERSEERS)
@fresh
def journal_export(request: HttpRequest) -> HttpResponseBase:
    """What goes into the file, and then the file; after showing again who you are."""
    form = JournalFilter(request.GET)
    chosen = form.chosen()
    if chosen is None:
        return redirect(f"{reverse('overviews:journal')}?{request.GET.urlencode()}")
    if request.method != "POST":
        count = Line.objects.filter(chosen.condition).count()
        return render(request, "overviews/journal_export.html", {"count": count, "form": form, **_links(request)})
    begun = export.begin(chosen.condition, chosen.facts)
    name = f"logboek-{timezone.localdate():%Y-%m-%d}.csv"
    return attachment(export.stream(begun), name, "text/csv; charset=utf-8")


def _links(request: HttpRequest) -> dict[str, str]:
    """The filter as it stands in the address, without the place in the list."""
    query = request.GET.copy()
    for name in ("voor", "na"):
        query.pop(name, None)
    return {"query": query.urlencode()}


def _note_visit(request: HttpRequest, facts: dict[str, Any] | None) -> None:
    """Once per visit: turning pages and opening lines belongs to it; looking for something else does not."""
    asked = None if facts is None else json.dumps(facts, sort_keys=True)
    last, at = request.session.get(KEPT, ("", 0))
    if time.time() - at < VISIT and asked in (None, last):
        return
    request.session[KEPT] = (asked or "", time.time())
    record(act="logboek.ingezien", facts=facts or {})
