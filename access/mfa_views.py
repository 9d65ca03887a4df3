"""The codes for who lost a phone: shown until their owner says that they are kept, and then never again."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from access import mfa
from access.actions.second_step import keep_codes
from access.decorators import fresh, member_page
from access.mfa_forms import KeptForm


@require_http_methods(["GET", "POST"])
@member_page
@fresh
def codes(request: HttpRequest) -> HttpResponse:
    """One's recovery codes, to print; going on asks to say that they are kept."""
    held = mfa.codes_of(request.user)  # type: ignore[arg-type]
    if held is None:
        raise Http404
    if mfa.are_kept(held):
        return render(request, "mfa/recovery_codes/kept.html", {"left": len(held.wrap().get_unused_codes())})
    form = KeptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _kept(request, held)
    shown = [f"{code[:4]} {code[4:]}" for code in held.wrap().get_unused_codes()]
    context = {"form": form, "codes": shown, "today": timezone.localdate()}
    return render(request, "mfa/recovery_codes/index.html", context)


def _kept(request: HttpRequest, held: Authenticator) -> HttpResponse:
    keep_codes(codes=held)
    messages.success(request, "Klaar. U logt voortaan in twee stappen in.")
    return redirect("/" if request.first_step else "mfa_index")  # type: ignore[attr-defined]
