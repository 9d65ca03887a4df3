"""The bare host: the platform's operator sees which bureaus there are, never what is in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from access import actions
from access.decorators import platform_page
from access.forms import BureauForm
from access.models import Membership, Role
from access.urlbase import base_url
from bureaus.actions import Adopter, create_bureau
from bureaus.models import Bureau
from bureaus.tenancy import in_bureau


@dataclass(frozen=True)
class Row:
    """A bureau and how many people work there: counts, no names."""

    bureau: Bureau
    address: str
    staff: int


@require_safe
@platform_page
def bureaus(request: HttpRequest) -> HttpResponse:
    rows = [_row(bureau) for bureau in Bureau.objects.order_by("legal_name")]
    return render(request, "access/platform/bureaus.html", {"rows": rows})


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


def _row(bureau: Bureau) -> Row:
    with in_bureau(bureau, origin="platform"):
        staff = Membership.objects.all().active().staff().count()
    return Row(bureau, base_url(bureau), staff)
