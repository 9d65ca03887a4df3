"""One's own account, invitations, and who works here."""

from __future__ import annotations

import uuid
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from allauth.account.utils import perform_login
from allauth.account.views import login as login_page
from allauth.account.views import password_reset, password_reset_from_key
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access import actions, freshness, mfa, reset_rules, rules, sessions
from access.actions import calendars
from access.actions.invitations import InvitationGone, WrongPassword, has_password, note_refused
from access.checks import colleague, member_of, one_of
from access.decorators import fresh, member_page, open_page, staff_page
from access.forms import AcceptForm, EndForm, InviteForm, NameForm, RolesForm
from access.models import STAFF_ROLES, Invitation, Membership, Role
from access.reach import as_system
from access.reset_rules import DECIDERS
from access.rules import RuleBroken
from bureaus.tenancy import has_context

ADMINS = (Role.DIRECTIE, Role.BEHEERDER)
PER_PAGE = 50


@require_http_methods(["GET", "POST"])
@member_page
def account(request: HttpRequest) -> HttpResponse:
    """What is mine: name, password, second factor, sessions."""
    member: Membership | None = request.membership  # type: ignore[attr-defined]
    form = NameForm(request.POST or None, initial={"name": member.name if member else ""})
    if member and request.method == "POST" and form.is_valid():
        try:
            actions.rename(membership=member, name=form.cleaned_data["name"], function=member.function)
        except RuleBroken as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, "Uw naam is gewijzigd.")
            return redirect("access:account")
    has_factor = mfa.has_factor(request.user)  # type: ignore[arg-type]
    has_days = member is not None and member.has_role(*calendars.FOR)
    context = {"form": form, "member": member, "has_factor": has_factor, "has_days": has_days}
    return render(request, "access/account.html", context)


@open_page
def login(request: HttpRequest) -> HttpResponse:
    """The login page says why somebody is there whose session ended."""
    request.why_here = sessions.sentence(request.GET.get("reden", ""))  # type: ignore[attr-defined]
    answer: HttpResponse = login_page(request)
    return answer


@require_http_methods(["GET", "POST"])
@member_page
def session(request: HttpRequest) -> HttpResponse:
    """For the page's script: how long this session has. Asking with POST is an act, and so prolongs it."""
    left = request.session_left  # type: ignore[attr-defined]
    return JsonResponse({"left": left.seconds, "why": left.why, "user": str(request.user.pk)})


@open_page
def reset(request: HttpRequest) -> HttpResponse:
    """Ask for a new password; the answer is the same for every address, and for whoever asks.

    Logged in or not: the walls around accounts would make an error, and so a tell-tale, of a colleague's address.
    """
    with _any_account():
        answer: HttpResponse = password_reset(request)
    return answer


@open_page
def reset_from_key(request: HttpRequest, **link: str) -> HttpResponse:
    """A link to choose a new password, also for who is logged in as somebody else: the key decides whose it is."""
    with _any_account():
        answer: HttpResponse = password_reset_from_key(request, **link)
    return answer


def _any_account() -> AbstractContextManager[Any]:
    return as_system() if has_context() else nullcontext()


@require_safe
@member_page
def mfa_needed(request: HttpRequest) -> HttpResponse:
    """Why a second step is asked, and the two ways to get one."""
    if mfa.has_factor(request.user):  # type: ignore[arg-type]
        return redirect("mfa_view_recovery_codes" if request.first_step else "/")  # type: ignore[attr-defined]
    return render(request, "access/mfa_needed.html")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@open_page
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """An invitation's link. Used, late, withdrawn and unknown are one and the same page."""
    if not has_context():
        raise Http404
    try:
        invitation = actions.open_invitation(token)
        return _accept(request, token, invitation)
    except InvitationGone:
        note_refused(token)
        return render(request, "access/invitation_gone.html", status=410)


def _accept(request: HttpRequest, token: str, invitation: Invitation) -> HttpResponse:
    known = has_password(invitation)
    form = AcceptForm(request.POST or None, known=known)
    if request.method == "POST" and form.is_valid():
        if known and not ratelimit.consume(request, action="login_failed", key=f"invitation:{invitation.pk}"):
            refusal: HttpResponse = ratelimit.respond_429(request)
            return refusal
        member = _try(token, form)
        if member:
            return _welcome(request, member)
    return render(request, "access/accept.html", {"form": form, "invitation": invitation, "known": known})


def _try(token: str, form: AcceptForm) -> Membership | None:
    try:
        return actions.accept_invitation(token=token, password=form.cleaned_data["password"])
    except WrongPassword:
        note_refused(token, "wachtwoord")
        form.add_error("password", "Dit is niet het wachtwoord van uw account.")
    except ValidationError as refusal:
        form.add_error("password", refusal)
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
    return None


def _welcome(request: HttpRequest, member: Membership) -> HttpResponse:
    """In by the same door as everyone: an account with a second factor is asked for it."""
    if request.user.is_authenticated:
        return redirect("/")
    answer: HttpResponse = perform_login(request, member.user)
    return answer


@require_safe
@staff_page(*ADMINS)
def people(request: HttpRequest) -> HttpResponse:
    """Who works here, who was asked to, and who did."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    found = Membership.objects.all().staff().select_related("user").order_by("active_until", "name", "id")
    if text:
        found = found.filter(Q(name__icontains=text) | Q(user__email__icontains=text))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("pagina"))
    asked = Invitation.objects.all().open().filter(roles__overlap=sorted(STAFF_ROLES)).order_by("-created_at", "id")
    invited = Paginator(asked, PER_PAGE).get_page(request.GET.get("uitgenodigd"))
    return render(request, "access/people.html", {"page": page, "invited": invited, "q": text, "too_few": _too_few()})


def _too_few() -> bool:
    """Where a second step is demanded, whether losing one could shut somebody who leads here out for good."""
    return settings.MFA_REQUIRED and reset_rules.too_few(Membership.objects.all().active().with_role(*DECIDERS))


@require_http_methods(["GET", "POST"])
@staff_page(*ADMINS)
def invite(request: HttpRequest) -> HttpResponse:
    """Who gives power over the access of others shows first who they are."""
    member = member_of(request)
    form = InviteForm(request.POST or None, by=member)
    if request.method == "POST" and form.is_valid():
        if rules.gives_power(form.cleaned_data["roles"]) and (answer := freshness.ask(request)):
            return answer
        try:
            actions.invite(by=member, **form.cleaned_data)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "De uitnodiging is onderweg. De link werkt zeven dagen.")
            return redirect("access:people")
    return render(request, "access/invite.html", {"form": form})


@require_POST
@staff_page(*ADMINS)
def withdraw(request: HttpRequest, invitation_id: uuid.UUID) -> HttpResponse:
    invitation = one_of(Invitation.objects.filter(pk=invitation_id))
    actions.revoke_invitation(invitation=invitation, by=member_of(request))
    messages.success(request, "De uitnodiging is ingetrokken. De link werkt niet meer.")
    return redirect("access:people")


@require_http_methods(["GET", "POST"])
@staff_page(*ADMINS)
def person(request: HttpRequest, membership_id: uuid.UUID) -> HttpResponse:
    """One colleague: roles, and the way to end the membership. Looking asks nothing; changing asks who you are."""
    member = colleague(membership_id)
    by = member_of(request)
    form = RolesForm(request.POST or None, by=by, initial={"roles": member.roles})
    if request.method == "POST" and form.is_valid():
        if answer := freshness.ask(request):
            return answer
        try:
            actions.change_roles(membership=member, roles=form.cleaned_data["roles"], by=by)
        except RuleBroken as refusal:
            form.add_error("roles", str(refusal))
        else:
            messages.success(request, "De rollen zijn gewijzigd.")
            return redirect("access:people")
    return render(request, "access/person.html", {"form": form, "member": member})


@require_http_methods(["GET", "POST"])
@staff_page(*ADMINS)
@fresh
def end(request: HttpRequest, membership_id: uuid.UUID) -> HttpResponse:
    """A page of its own: what ends can't be undone, only begun again."""
    member = colleague(membership_id)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            by = member_of(request)
            actions.end_membership(membership=member, by=by, reason=form.cleaned_data["reason"])
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Het account van {member.name} opent hier niets meer.")
            return redirect("access:people")
    return render(request, "access/end.html", {"form": form, "member": member})
