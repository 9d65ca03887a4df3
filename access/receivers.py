"""What this app does when something happens on another floor."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from access import actions, sessions
from access.actions import calendars, reviews
from access.middleware import membership_with_groups, narrow_to, origin_of
from access.models import Membership
from access.signals import membership_ended
from bureaus.signals import bureau_created
from bureaus.tenancy import in_bureau
from journal.actions import record


@receiver(bureau_created, dispatch_uid="access.role_groups")
def make_the_role_groups(sender: Any, **_: Any) -> None:  # noqa: ARG001
    actions.make_role_groups()


@receiver(membership_ended, dispatch_uid="access.settle_reviews")
def settle_the_review(sender: Any, membership: Membership, **_: Any) -> None:  # noqa: ARG001
    """Who left needs no verdict any more."""
    reviews.settle_departed(membership=membership)


@receiver([password_changed, password_reset], dispatch_uid="access.end_calendars")
def end_the_calendars(sender: Any, user: Any, **_: Any) -> None:  # noqa: ARG001
    """Who has the old password may have the address as well."""
    calendars.end_links_of_account(user_id=user.pk)


@receiver(user_logged_in, dispatch_uid="access.bind_session")
def bind_the_session(sender: Any, request: Any, user: Any, **_: Any) -> None:  # noqa: ARG001
    """A session is of the bureau where it began (0: the platform's own host) and opens nothing elsewhere."""
    if not hasattr(request, "bureau"):
        return
    request.session["bureau"] = request.bureau.pk if request.bureau else 0
    member = membership_with_groups(user.pk) if request.bureau else None
    if member is not None:
        with in_bureau(member.bureau_id):
            narrow_to(member, origin=origin_of(request))
            sessions.begin(request, member)
            record(act="inloggen.gelukt", obj=member)
    elif request.bureau is None:
        sessions.begin(request, None)
