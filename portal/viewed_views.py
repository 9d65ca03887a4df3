"""'Wie heeft mijn dossier bekeken': for the client, and for who acts for the client."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from access.decorators import client_page
from bureaus import reglement
from journal.actions import record
from portal.own import of_request
from portal.viewed import PERIODS, PeriodForm, looks_at, visits

PER_PAGE = 20


@require_safe
@client_page
def viewed(request: HttpRequest) -> HttpResponse:
    """Who looked, when and why, where the reglement shows it; a person's looks of one day are one."""
    own = of_request(request)
    if not reglement.in_force().access.client.sees_who_viewed:
        raise PermissionDenied(_("Bij dit bureau kunt u hier niet zien wie er keek. Vraag het ons gerust."))
    form = PeriodForm(request.GET)
    words = {"own": own, "form": form, "periods": PERIODS, "chosen": form.chosen}
    if own.chosen is None:
        return render(request, "portal/viewed.html", words)
    page = Paginator(looks_at(own.chosen, own.member, *form.days()), PER_PAGE).get_page(request.GET.get("pagina"))
    shown = visits(own.chosen, page.object_list)
    record(act="toegang.bekeken", obj=own.chosen, dossier=own.chosen, facts={"looks": len(shown)})
    return render(request, "portal/viewed.html", words | {"page": page, "visits": shown})
