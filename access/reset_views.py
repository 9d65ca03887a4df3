"""A second step that is lost: asking for a reset, confirming it, and using the link."""

from __future__ import annotations

import uuid

from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from access import reset_rules as rules
from access import resets
from access.actions import resets as actions
from access.actions.sessions import end_sessions
from access.checks import colleague, member_of, one_of
from access.decorators import fresh, open_page, staff_page
from access.fields import add_refusal
from access.forms import AcceptForm
from access.models import FactorReset, Membership, Role
from access.reach import as_system
from access.reset_forms import AskResetForm, RefuseResetForm
from access.rules import RuleBroken
from bureaus.tenancy import has_context

PER_PAGE = 20
ADMINS = (Role.DIRECTIE, Role.BEHEERDER)
NO_ACCOUNT = "Hier is geen account met dit e-mailadres."


@require_http_methods(["GET", "POST"])
@staff_page(*ADMINS)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask it for a colleague, a client or a contact of an opdrachtgever, by address; and earlier ones."""
    member = member_of(request)
    form = AskResetForm(request.POST or None, initial={"email": request.GET.get("email", "").replace("\x00", "")[:254]})
    if request.method == "POST" and form.is_valid() and _asked(form, member):
        messages.success(request, "Uw verzoek staat klaar. Een tweede persoon moet het bevestigen.")
        return redirect("access:reset_ask")
    page = Paginator(resets.visible(member), PER_PAGE).get_page(request.GET.get("pagina"))
    return render(request, "access/resets/ask.html", {"form": form, "page": page})


def _asked(form: AskResetForm, member: Membership) -> bool:
    """Whether it was; an address of another bureau, and of a client for who may not know, is one that is not there."""
    there = Membership.objects.all().active().filter(user__email=form.cleaned_data["email"].lower())
    person = there.select_related("user").first()
    if person is None or not (member.has_role(*rules.askers_for(person)) or person.pk == member.pk):
        form.add_error("email", NO_ACCOUNT)
        return False
    try:
        actions.ask_reset(person=person, reason=form.cleaned_data["reason"], by=member)
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return False
    return True


@require_http_methods(["GET", "POST"])
@staff_page(*sorted(rules.DECIDERS))
@fresh
def decide(request: HttpRequest, reset_id: uuid.UUID) -> HttpResponse:
    """The second person confirms or refuses, on a page that says what will happen."""
    member = member_of(request)
    row: FactorReset = one_of(resets.visible(member).filter(pk=reset_id))
    form = RefuseResetForm(request.POST if request.POST.get("besluit") == "afwijzen" else None)
    refusal = ""
    if request.method == "POST":
        try:
            if _decided(request, row, form, member):
                return redirect("access:inbox")
        except RuleBroken as broken:
            refusal = str(broken)
            row = one_of(resets.visible(member).filter(pk=reset_id))
    may = rules.is_waiting(row) and rules.may_decide(member, row)
    context = {"row": row, "facts": resets.facts_of(row), "form": form, "may": may, "refusal": refusal}
    return render(request, "access/resets/decide.html", context)


def _decided(request: HttpRequest, row: FactorReset, form: RefuseResetForm, member: Membership) -> bool:
    """Raises RuleBroken."""
    if form.is_bound:
        if not form.is_valid():
            return False
        actions.refuse_reset(reset=row, reason=form.cleaned_data["reason"], by=member)
        messages.success(request, "Het verzoek is afgewezen.")
    else:
        actions.confirm_reset(reset=row, by=member)
        messages.success(request, f"De link is naar {row.person.user.email} gestuurd. Die werkt 24 uur, één keer.")
    return True


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@open_page
def use(request: HttpRequest, token: str) -> HttpResponse:
    """The link. Used, late, refused and unknown are one and the same page."""
    if not has_context():
        raise Http404
    try:
        reset = actions.find_reset(token)
        return _use(request, token, reset)
    except actions.ResetGone:
        actions.note_refused(token)
        return render(request, "access/resets/gone.html", status=410)


def _use(request: HttpRequest, token: str, reset: FactorReset) -> HttpResponse:
    form = AcceptForm(request.POST or None, known=True)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="login_failed", key=f"reset:{reset.pk}"):
            too_often: HttpResponse = ratelimit.respond_429(request)
            return too_often
        person = actions.use_reset(token=token, password=form.cleaned_data["password"])
        if person is not None:
            return _set_up_anew(request, person)
        form.add_error("password", "Dit is niet het wachtwoord van uw account.")
    return render(request, "access/resets/use.html", {"form": form, "email": reset.person.user.email})


def _set_up_anew(request: HttpRequest, person: Membership) -> HttpResponse:
    """In as who the link is for, whoever this browser was before; and at once to a new second step."""
    with as_system():
        logout(request)
        answer: HttpResponse = perform_login(request, person.user, redirect_url=reverse("access:mfa_needed"))
    return answer


@require_POST
@staff_page(*ADMINS)
def log_out_everywhere(request: HttpRequest, membership_id: uuid.UUID) -> HttpResponse:
    """A colleague's sessions at this bureau end, on every device."""
    member = colleague(membership_id)
    try:
        ended = end_sessions(membership=member, by=member_of(request))
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        many = "Er was geen sessie." if not ended else f"{ended} sessie{'s' if ended > 1 else ''} beëindigd."
        messages.success(request, f"{member.name} is overal uitgelogd. {many}")
    return redirect("access:person", member.pk)
