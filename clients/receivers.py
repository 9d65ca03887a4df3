"""What this app does when something happens to an account."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from access.models import Invitation, Membership
from access.signals import invitation_accepted, membership_ended
from clients.actions import accounts


@receiver(invitation_accepted, dispatch_uid="clients.bind")
def bind(sender: Any, invitation: Invitation, membership: Membership, **_: Any) -> None:  # noqa: ARG001
    accounts.bind_accepted(invitation, membership)


@receiver(membership_ended, dispatch_uid="clients.unbind")
def unbind(sender: Any, membership: Membership, by: Membership | None = None, **_: Any) -> None:  # noqa: ARG001
    accounts.unbind_all(membership, by=by)
