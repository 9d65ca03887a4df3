"""The aanmelding in steps."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from access.checks import demand, member_of, person
from access.decorators import staff_page
from access.rules import RuleBroken
from clients import access, actions
from clients.access import WRITERS
from clients.models import Traject
from clients.registering import CHECK, DOUBLE, Registering
from clients.rules import Refused, dossier_of


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def register(request: HttpRequest) -> HttpResponse:
    """One address for all steps; `?client=` takes on another traject of someone known."""
    member = member_of(request)
    demand(access.check_register, member)
    known = request.GET.get("client", "") if request.method == "GET" else ""
    steps = Registering(member, request.POST, known)
    made = steps.made() if request.method == "POST" else None
    if made or steps.go():
        traject = made or _register(request, steps)
        if traject is not None:
            return _to(request, traject)
    context = {"steps": steps, "is_check": steps.step == CHECK, "is_double": steps.step == DOUBLE}
    return render(request, "clients/register.html", context)


def _register(request: HttpRequest, steps: Registering) -> Traject | None:
    try:
        return actions.register_client_and_traject(
            token=steps.token, client=steps.client(), order=steps.order(), by=member_of(request)
        )
    except RuleBroken as refusal:
        steps.refuse(refusal if isinstance(refusal, Refused) else Refused(str(refusal)))
    return None


def _to(request: HttpRequest, traject: Traject) -> HttpResponse:
    """To the traject; for who did the aanmelding but does not work on it, back to the list."""
    dossier = dossier_of(traject)
    number = f" Het dossiernummer is {dossier.number}." if dossier else ""
    messages.success(request, f"De aanmelding is vastgelegd.{number}")
    user = person(member_of(request))
    if Traject.objects.all().visible_to(user).filter(pk=traject.pk).exists():
        return redirect("clients:traject", traject.pk)
    return redirect("clients:trajecten")
