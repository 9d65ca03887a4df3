"""What this app does when something happens to an account."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from access.models import Invitation, Membership, Role
from access.signals import invitation_accepted, membership_changed, membership_ended
from clients.actions import accounts


@receiver(invitation_accepted, dispatch_uid="clients.bind")
def bind(sender: Any, invitation: Invitation, membership: Membership, **_: Any) -> None:  # noqa: ARG001
    accounts.bind_accepted(invitation, membership)


@receiver(membership_changed, dispatch_uid="clients.acts_no_more")
def unbind_who_acts_no_more(sender: Any, membership: Membership, by: Membership | None = None, **_: Any) -> None:  # noqa: ARG001
    """An account that lost the role of gemachtigde acts for nobody any more."""
    if Role.GEMACHTIGDE not in membership.roles:
        accounts.unbind_gemachtigde(membership, by=by)


@receiver(membership_ended, dispatch_uid="clients.unbind")
def unbind(sender: Any, membership: Membership, by: Membership | None = None, **_: Any) -> None:  # noqa: ARG001
    accounts.unbind_all(membership, by=by)
