"""The reglement that the client was given, and one button to say that it came."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from access.checks import member_of, one_of
from access.decorators import client_page
from consent.actions.handing_out import confirm
from consent.models import HandedHow, HandedOut
from portal.own import of_request

PER_PAGE = 10


@require_safe
@client_page
def my_reglement(request: HttpRequest) -> HttpResponse:
    """The last version that was given, and those before it (werkid 5, werklokaal 9b)."""
    own = of_request(request)
    rows = HandedOut.objects.filter(client=own.chosen.client) if own.chosen else HandedOut.objects.none()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("pagina"))
    return render(request, "portal/reglement.html", {"own": own, "page": page, "paper": HandedHow.PAPER})


@require_POST
@client_page
def received(request: HttpRequest, handed_id: uuid.UUID) -> HttpResponse:
    """'Ik heb het gekregen'."""
    row = one_of(HandedOut.objects.filter(pk=handed_id))
    confirm(handed=row, by=member_of(request))
    messages.success(request, _("Dank u wel. Wij weten nu dat u het hebt gekregen."))
    return redirect("portal:reglement")
