"""The versions of the reglement: what holds, what another would change, adopting it, and grants following it."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from access.checks import member_of, one_of
from access.declaration_rules import follows_version
from access.decorators import fresh, staff_page
from access.models import Role, role_label
from access.rules import RuleBroken
from bureaus.models import Reglement
from bureaus.reglement import version_in_force
from bureaus.words import capitalised
from dossiers.models import FollowRun
from dossiers.previewing import preview
from overviews import adopting
from overviews.reglement_forms import AccessForm
from overviews.reglement_texts import cards

PER_PAGE = 25
PROPOSAL = "voorstel"


@require_safe
@staff_page(Role.DIRECTIE, Role.BEHEERDER)
def versions(request: HttpRequest) -> HttpResponse:
    """The version in force in plain words, and those before and after it."""
    now = version_in_force()
    page = Paginator(Reglement.objects.order_by("-version"), PER_PAGE).get_page(request.GET.get("pagina"))
    context = {"now": now, "cards": cards(now.rules), "page": page, "rows": [_row(one, now) for one in page]}
    return render(request, "overviews/reglement/versions.html", context | _may(request))


@require_safe
@staff_page(Role.DIRECTIE, Role.BEHEERDER)
def version(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    """One version, and how far the bureau is in following it; a script asks for that part alone."""
    found: Reglement = one_of(Reglement.objects.filter(pk=version_id))
    run = FollowRun.objects.filter(reglement=found).first()
    if "HX-Request" in request.headers:
        return render(request, "overviews/reglement/run.html", {"run": run, "version": found})
    may_change = _may(request)["may_adopt"] and found.in_force_from > timezone.localdate()
    context = _row(found, version_in_force()) | {"run": run, "cards": cards(found.rules), "may_change": may_change}
    return render(request, "overviews/reglement/version.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(Role.DIRECTIE)
def new_version(request: HttpRequest) -> HttpResponse:
    """The access part, starting from the version in force; nothing is kept before it is adopted."""
    member, now = member_of(request), version_in_force()
    begun = adopting.filled_in(request.GET.get(PROPOSAL, ""), member)
    form = AccessForm(request.POST or None, base=now.rules, initial=begun)
    if request.method == "POST" and form.is_valid():
        return redirect(_with(reverse("reglement:effects"), adopting.sign(form, member)))
    later = adopting.later().first()
    return render(request, "overviews/reglement/new.html", {"form": form, "now": now, "later": later})


@require_http_methods(["GET", "POST"])
@staff_page(Role.DIRECTIE)
def change_version(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    """Another text, or another day, for a version whose day has not come; it goes the same way as a new one."""
    member, found = member_of(request), _later(version_id)
    begun = adopting.filled_in(request.GET.get(PROPOSAL, ""), member)
    form = AccessForm(request.POST or None, base=found.rules, initial=begun, changing=found)
    if request.method == "POST" and form.is_valid():
        return redirect(_with(reverse("reglement:effects"), adopting.sign(form, member, found)))
    return render(request, "overviews/reglement/new.html", {"form": form, "changing": found})


@require_http_methods(["GET", "POST"])
@staff_page(Role.DIRECTIE)
@fresh
def withdraw_version(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    """A version whose day has not come is taken back: it never holds."""
    found, refused = _later(version_id), ""
    if request.method == "POST":
        try:
            adopting.withdraw(version=found, by=member_of(request))
            messages.success(request, f"Versie {found.version} is ingetrokken. Er verandert niets aan wat nu geldt.")
            return redirect("reglement:versions")
        except RuleBroken as refusal:
            refused = str(refusal)
    context = {
        "title": f"Versie {found.version} intrekken?", "danger": True, "submit_label": "Versie intrekken",
        "cancel_url": reverse("reglement:version", args=[found.pk]), "refused": refused,
        "consequences": [
            f"Versie {found.version} zou gelden vanaf {found.in_force_from:%d-%m-%Y}. Dat gebeurt niet.",
            "Wat nu geldt, blijft gelden.",
            "De tekst van deze versie verdwijnt. In het logboek blijft staan dat zij er was en wie haar introk.",
        ],
    }  # fmt: skip
    return render(request, "overviews/reglement/withdraw.html", context)


def _later(version_id: uuid.UUID) -> Reglement:
    """A version that may still change. Raises Http404, PermissionDenied once it holds or held."""
    found: Reglement = one_of(Reglement.objects.filter(pk=version_id))
    if found.in_force_from <= timezone.localdate():
        raise PermissionDenied("Deze versie geldt al en verandert niet meer. Stel een nieuwe versie vast.")
    return found


@require_safe
@staff_page(Role.DIRECTIE)
def effects(request: HttpRequest) -> HttpResponse:
    """The dry run: who gains and who loses, before anything is adopted."""
    proposal = adopting.read(request.GET.get(PROPOSAL, ""), member_of(request))
    if proposal is None:
        return render(request, "overviews/reglement/none.html")
    found = preview(proposal.form.parameters)
    people = [{"change": one, "much": found.is_much(one), "roles": [role_label(role) for role in one.roles]}
              for one in found.people]  # fmt: skip
    context = {
        "proposal": proposal,
        "found": found,
        "page": Paginator(people, PER_PAGE).get_page(request.GET.get("pagina")),
        "much": sum(found.is_much(one) for one in found.people),
        "roles": [(capitalised(role_label(one.role)), one) for one in found.roles],
        "back_url": _with(_form_of(proposal), proposal.token),
        "adopt_url": _with(reverse("reglement:adopt"), proposal.token),
    }
    return render(request, "overviews/reglement/effects.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(Role.DIRECTIE)
@fresh
def adopt(request: HttpRequest) -> HttpResponse:
    """What can't be undone: asks who you are, says what will happen, and does it once."""
    member = member_of(request)
    proposal = adopting.read(request.GET.get(PROPOSAL, ""), member)
    if proposal is None:
        return render(request, "overviews/reglement/none.html")
    refused = ""
    if request.method == "POST":
        try:
            made = adopting.adopt(proposal=proposal, by=member)
            return redirect("reglement:version", made.pk)
        except RuleBroken as refusal:
            refused = str(refusal)
    return render(request, "overviews/reglement/adopt.html", _confirmation(proposal, refused))


def _confirmation(proposal: adopting.Proposal, refused: str) -> dict[str, Any]:
    number, today = proposal.number, proposal.in_force_from == timezone.localdate()
    when = "meteen" if today else "op die dag"
    return {
        "title": f"Versie {number} vaststellen?",
        "consequences": [
            f"Deze versie geldt vanaf {proposal.in_force_from:%d-%m-%Y}.",
            f"De toegang tot alle dossiers volgt {when}.",
            *_to_sign(proposal),
            "Een versie die geldt, verandert niet meer. Wilt u iets anders, dan stelt u een nieuwe versie vast.",
            "Uw naam en de datum van vaststellen blijven erbij staan.",
        ],
        "submit_label": f"Versie {number} vaststellen",
        "cancel_url": _with(reverse("reglement:effects"), proposal.token),
        "refused": refused,
    }


def _form_of(proposal: adopting.Proposal) -> str:
    """Where this proposal is written."""
    changes = proposal.changes
    return reverse("reglement:change", args=[changes.pk]) if changes else reverse("reglement:new")


def _to_sign(proposal: adopting.Proposal) -> list[str]:
    """What everyone who works here has to do before a dossier opens again."""
    asked = proposal.form.base.declarations.asked
    again = [rule.title for key, rule in asked.items() if rule.on and follows_version(key, rule)]
    first = "Iedereen die hier werkt, ook u, tekent opnieuw voordat een dossier weer opengaat"
    return [f"{first}: {', '.join(again)}."] if again else []


def _row(one: Reglement, now: Reglement) -> dict[str, Any]:
    if one.pk == now.pk:
        state = ("geldt nu", "good")
    elif one.in_force_from > timezone.localdate():
        state = ("geldt later", "busy")
    else:
        state = ("geldt niet meer", "neutral")
    return {"version": one, "state": state[0], "tone": state[1]}


def _may(request: HttpRequest) -> dict[str, bool]:
    return {"may_adopt": member_of(request).has_role(Role.DIRECTIE)}


def _with(path: str, token: str) -> str:
    return f"{path}?{urlencode({PROPOSAL: token})}"
