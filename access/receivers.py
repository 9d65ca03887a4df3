"""What this app does when something happens on another floor."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from access import actions
from bureaus.signals import bureau_created


@receiver(bureau_created, dispatch_uid="access.role_groups")
def make_the_role_groups(sender: Any, **_: Any) -> None:  # noqa: ARG001
    actions.make_role_groups()


@receiver(user_logged_in, dispatch_uid="access.bind_session")
def bind_the_session(sender: Any, request: Any, **_: Any) -> None:  # noqa: ARG001
    """A session is of the bureau where it began (0: the platform's own host) and opens nothing elsewhere."""
    if hasattr(request, "bureau"):
        request.session["bureau"] = request.bureau.pk if request.bureau else 0
