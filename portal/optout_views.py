"""Verzet in the portal: one button for each kind, without a reason and at once; and on which lists I stood."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access.decorators import client_page
from access.rules import RuleBroken
from consent.models import How
from consent.optout_views import acted, exported_of, kinds_of
from portal.own import of_request


@require_http_methods(["GET", "HEAD", "POST"])
@client_page
def optouts(request: HttpRequest) -> HttpResponse:
    own = of_request(request)
    if own.chosen is None:
        if request.method == "POST":
            raise Http404
        return render(request, "portal/optouts.html", {"own": own})
    client, problem = own.chosen.client, ""
    if request.method == "POST":
        try:
            made = acted(request, client, How.PORTAL)
        except RuleBroken as refusal:
            problem = str(refusal)
        else:
            said = _("Wij doen dit niet meer. Dat geldt vanaf nu.") if made else _("Uw verzet is teruggenomen.")
            messages.success(request, said)
            return redirect(f"{reverse('portal:optouts')}?{request.GET.urlencode()}".rstrip("?"))
    context = {"own": own, "kinds": kinds_of(client), "exported": exported_of(client), "problem": problem}
    return render(request, "portal/optouts.html", context)
