"""To whom something of my dossier was given, and why: for the client, and for who acts for the client."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access.decorators import client_page
from bureaus.schema import Ground
from consent.models import Disclosure
from dossiers import reading
from journal.actions import record
from portal.own import of_request

PER_PAGE = 20


@require_safe
@client_page
def disclosed(request: HttpRequest) -> HttpResponse:
    """The lines of the register about this dossier, the newest first (AVG 15.1c)."""
    own = of_request(request)
    if own.chosen is None:
        return render(request, "portal/disclosed.html", {"own": own})
    found = Disclosure.objects.all().sent().filter(dossier=own.chosen).prefetch_related("stukken")
    page = Paginator(found.order_by("-sent_at", "-id"), PER_PAGE).get_page(request.GET.get("pagina"))
    rows = [
        {
            "row": one, "ground": Ground(one.ground).label,
            "stukken": [(stuk, reading.kind_label(stuk)) for stuk in one.stukken.all()],
        }
        for one in page
    ]  # fmt: skip
    record(act="verstrekkingen.ingezien", obj=own.chosen, dossier=own.chosen, facts={"rows": len(rows)})
    return render(request, "portal/disclosed.html", {"own": own, "page": page, "rows": rows})
