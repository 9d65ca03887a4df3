"""An invitation by mail: one link, for one person, once, for seven days."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterable
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone

from access import rules, signals
from access.actions.mails import queue_mail
from access.actions.memberships import account_of, add_membership
from access.actions.refusals import journals_refusals
from access.models import STAFF_ROLES, Invitation, Membership, User
from access.reach import as_system
from journal.actions import record
from journal.models import Result

VALID_FOR = timedelta(days=7)


class InvitationGone(Exception):
    """Used, late, revoked or never made: which of these is not told."""


class WrongPassword(Exception):
    """The account has a password, and this is not it."""


@journals_refusals("uitnodiging.gestuurd")
@transaction.atomic
def invite(
    *,
    email: str,
    name: str,
    roles: Iterable[str],
    by: Membership | None = None,
    hired: bool = False,
    subject_id: uuid.UUID | None = None,
) -> Invitation:
    """Invite someone into the current bureau; an open invitation of the same address is replaced.

    Says nothing about accounts elsewhere. The plain token is on the result as `token`, and nowhere else.
    Raises rules.RuleBroken for roles that are not for `by` to give, or that this person has here already.
    """
    address, asked = email.strip().lower(), rules.check_roles(roles)
    if by is not None:
        rules.check_may_give(by.roles, asked)
    token = secrets.token_urlsafe(32)
    with as_system():
        _check_new_here(address, asked)
        for earlier in Invitation.objects.all().open().filter(email=address, subject_id=subject_id):
            revoke_invitation(invitation=earlier, by=by)
        invitation: Invitation = Invitation.objects.create(
            email=address,
            name=name,
            roles=asked,
            hired=hired,
            subject_id=subject_id,
            token_hash=_hash(token),
            invited_by=by,
            expires_at=timezone.now() + VALID_FOR,
        )
        _send(invitation, token)
    invitation.token = token  # type: ignore[attr-defined]
    return invitation


def _send(invitation: Invitation, token: str) -> None:
    queue_mail(
        to=invitation.email,
        kind="uitnodiging",
        once_key=f"uitnodiging:{invitation.pk}",
        facts={"days": VALID_FOR.days},
        sealed={"path": f"/uitnodiging/{token}/"},
    )
    record(act="uitnodiging.gestuurd", obj=invitation, facts={"roles": invitation.roles})


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: Membership | None = None) -> None:
    """The link works no more. Nothing happens to one that was used or revoked already."""
    with as_system():
        changed = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
        if changed.update(revoked_at=timezone.now()):
            record(act="uitnodiging.ingetrokken", obj=invitation, facts={"by": str(by.pk) if by else ""})


def open_invitation(token: str) -> Invitation:
    """The invitation of a link that still works. Raises InvitationGone."""
    with as_system():
        rows = Invitation.objects.all().open().select_related("invited_by")
        found: Invitation | None = rows.filter(token_hash=_hash(token)).first()
    if found is None or not _is_given_still(found):
        raise InvitationGone
    return found


def _is_given_still(invitation: Invitation) -> bool:
    """Who lets somebody work here still may when the link is used: who left leaves no door open."""
    by = invitation.invited_by
    if by is None or not set(invitation.roles) & STAFF_ROLES:
        return True
    return by.is_active and rules.may_give(by.roles, invitation.roles)


def note_refused(token: str, why: str = "") -> None:
    """In the journal: that a link was tried that works no more. One that was never given out is nobody's.

    `why` is for one that works still, where something else was wrong.
    """
    with as_system():
        found = Invitation.objects.filter(token_hash=_hash(token)).first()
        if found is not None:
            record(act="uitnodiging.geweigerd", obj=found, result=Result.REFUSED, reason=why or _why_gone(found))


def _why_gone(invitation: Invitation) -> str:
    if invitation.accepted_at:
        return "al gebruikt"
    if invitation.revoked_at:
        return "ingetrokken"
    return "te laat" if invitation.expires_at <= timezone.now() else "wie uitnodigde mag dat niet meer"


def has_password(invitation: Invitation) -> bool:
    """Whether the invited address has an account already. For who holds the token only, never for the inviter."""
    user = User.objects.filter(email=invitation.email).first()
    return user is not None and user.has_usable_password()


@transaction.atomic
def accept_invitation(*, token: str, password: str) -> Membership:
    """Use the link: with the password the account has, or else with the one that it gets now.

    Raises InvitationGone, WrongPassword, ValidationError for a new password that is too weak, rules.RuleBroken where
    the account became something else here since.
    """
    with as_system():
        invitation = _take(token)
        user = account_of(invitation.email)
        _check_or_set_password(user, password)
        membership = add_membership(
            user=user, name=invitation.name, roles=invitation.roles, hired=invitation.hired, by=invitation.invited_by
        )
        invitation.accepted_at = timezone.now()
        invitation.save(update_fields=["accepted_at"])
        record(act="uitnodiging.aangenomen", obj=invitation, facts={"membership": str(membership.pk)})
        signals.invitation_accepted.send(sender=Invitation, invitation=invitation, membership=membership)
    return membership


def _take(token: str) -> Invitation:
    """Locked: of two that use the link at once, the second finds it used. Raises InvitationGone."""
    rows = Invitation.objects.all().open().select_for_update(of=("self",)).select_related("invited_by")
    found: Invitation | None = rows.filter(token_hash=_hash(token)).first()
    if found is None or not _is_given_still(found):
        raise InvitationGone
    return found


def _check_or_set_password(user: User, password: str) -> None:
    if user.has_usable_password():
        if not user.is_active or not user.check_password(password):
            raise WrongPassword
        return
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    # The link proved the address.
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


def _check_new_here(email: str, roles: list[str]) -> None:
    """About the current bureau alone. Raises rules.RuleBroken."""
    member = Membership.objects.all().active().filter(user__email=email).first()
    if member is None:
        return
    if set(roles) <= set(member.roles):
        raise rules.RuleBroken("Deze persoon heeft hier al een account met deze rol.")
    rules.check_roles({*member.roles, *roles})


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
