"""What a client makes verzet against, entered by who works here after a letter or at the desk."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from access.checks import demand, member_of
from access.decorators import staff_page
from access.rules import RuleBroken
from clients.models import Client
from consent import access
from consent.actions.answering import BY_STAFF
from consent.actions.optouts import opt_in, opt_out
from consent.consent_views import steps
from consent.models import ExportedClient, How, OptOut, OptOutKind
from journal.actions import record

OUT, IN = "verzet", "terug"
SHOWN = 25
WORDS = {
    OptOutKind.NAW: "Namen en adressen die naar een ander gaan.",
    OptOutKind.MARKETING: "Post, mail of een telefoontje met een aanbod.",
    OptOutKind.SURVEYS: "Een enquête over hoe tevreden iemand is, zoals die van Blik op Werk.",
    OptOutKind.RESEARCH: "Onderzoek en cijfers, ook zonder naam.",
}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*access.READERS)
def optouts(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    member = member_of(request)
    client = access.client_of(member, client_id)
    problem = ""
    if request.method == "POST":
        demand(access.check_ask, member, client)
        try:
            return _done(request, client)
        except RuleBroken as refusal:
            problem = str(refusal)
    record(act="verzet.ingezien", obj=client)
    context = {
        "client": client, "kinds": kinds_of(client), "may": access.may_ask(member, client), "problem": problem,
        "hows": [(one.value, How(one).label) for one in BY_STAFF], "exported": exported_of(client),
        "steps": steps(member, client), "given": request.POST.get("hoe", ""),
    }  # fmt: skip
    return render(request, "consent/optouts.html", context)


def kinds_of(client: Client) -> list[dict[str, Any]]:
    """Each kind with its words and the verzet that is there, if any; one query."""
    living = {one.kind: one for one in OptOut.objects.all().living().filter(client=client)}
    return [{"kind": kind, "words": words, "row": living.get(kind)} for kind, words in WORDS.items()]


def exported_of(client: Client) -> list[ExportedClient]:
    """On which lists this client stood, the newest first."""
    return list(ExportedClient.objects.filter(client=client).order_by("-sent_at", "-id")[:SHOWN])


def acted(request: HttpRequest, client: Client, how: str) -> bool:
    """Whether there is a verzet now. Raises Http404, PermissionDenied, RuleBroken."""
    said = request.POST.get("stand", "")
    kind = request.POST.get("soort", "") if said in (OUT, IN) else ""
    (opt_out if said == OUT else opt_in)(client=client, kind=kind, by=member_of(request), how=how)
    return said == OUT


def _done(request: HttpRequest, client: Client) -> HttpResponse:
    how = request.POST.get("hoe", "")
    made = acted(request, client, how if how != How.PORTAL else "")  # the portal is the client's own
    messages.success(
        request, "Het verzet is vastgelegd. Het geldt vanaf nu." if made else "Het verzet is teruggenomen."
    )
    return redirect("consent:optouts", client.pk)
