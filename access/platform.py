"""The bare host: the platform's operator sees which bureaus there are, never what is in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from access import actions
from access.actions import support
from access.checks import one_of
from access.decorators import platform_page
from access.emergency_forms import AskSupportForm
from access.fields import add_refusal
from access.forms import BureauForm
from access.models import Role, User
from access.rules import RuleBroken
from access.urlbase import base_url
from bureaus.actions import Adopter, create_bureau
from bureaus.models import Bureau
from bureaus.tenancy import in_bureau

PER_PAGE = 50


@dataclass(frozen=True)
class Row:
    """A bureau, and where it is."""

    bureau: Bureau
    address: str


@require_safe
@platform_page
def bureaus(request: HttpRequest) -> HttpResponse:
    """Which bureaus there are, and since when; nothing of what is in them."""
    found = Bureau.objects.order_by("legal_name", "pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("pagina"))
    rows = [Row(bureau, base_url(bureau)) for bureau in page]
    return render(request, "access/platform/bureaus.html", {"rows": rows, "page": page})


@require_http_methods(["GET", "POST"])
@platform_page
def new_bureau(request: HttpRequest) -> HttpResponse:
    """Make a bureau and invite who leads it; from then on it is theirs."""
    form = BureauForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        bureau = _make(form, by=request.user.email)  # type: ignore[union-attr]
        if bureau:
            messages.success(request, f"{bureau.legal_name} is gemaakt. De directie heeft een uitnodiging gekregen.")
            return redirect("platform:bureaus")
    return render(request, "access/platform/new_bureau.html", {"form": form})


@require_http_methods(["GET", "POST"])
@platform_page
def ask_support(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask a bureau to be let in, and see what came of what was asked before; nothing else of that bureau."""
    bureau = one_of(Bureau.objects.filter(slug=slug))
    with in_bureau(bureau, origin="platform", actor_label=_operator(request).email):
        asked, most = support.asked_by(_operator(request)), support.most_hours()
    form = AskSupportForm(request.POST or None, most=most)
    if request.method == "POST" and form.is_valid() and _ask(request, bureau, form):
        return redirect("platform:ask_support", slug)
    context = {"form": form, "bureau_asked": bureau, "asked": asked, "address": base_url(bureau)}
    return render(request, "access/platform/ask_support.html", context)


def _ask(request: HttpRequest, bureau: Bureau, form: AskSupportForm) -> bool:
    try:
        support.ask_support(bureau=bureau, operator=_operator(request), **form.cleaned_data)
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return False
    messages.success(request, f"{bureau.legal_name} krijgt uw vraag. U krijgt een e-mail als er is beslist.")
    return True


def _operator(request: HttpRequest) -> User:
    """Who asks; a page of the platform has no other."""
    user: User = request.user  # type: ignore[assignment]
    return user


def _make(form: BureauForm, *, by: str) -> Bureau | None:
    data: dict[str, Any] = form.cleaned_data
    try:
        with transaction.atomic():
            bureau = create_bureau(
                slug=data["slug"], preset=data["preset"], legal_name=data["legal_name"], by=Adopter(name=by)
            )
            with in_bureau(bureau, origin="platform", actor_label=by):
                actions.invite(email=data["email"], name=data["name"], roles=[Role.DIRECTIE])
            return bureau
    except ValidationError as refusal:
        _show(form, refusal)
    return None


def _show(form: BureauForm, refusal: ValidationError) -> None:
    """Each refusal beside its field, or on top where this form has no such field."""
    by_field = refusal.message_dict if hasattr(refusal, "error_dict") else {"__all__": refusal.messages}
    for name, texts in by_field.items():
        form.add_error(name if name in form.fields else None, texts)
