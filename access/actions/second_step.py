"""What somebody does with their own second step."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction

from access import mfa
from bureaus.tenancy import has_context
from journal.actions import record


@transaction.atomic
def keep_codes(*, codes: Authenticator) -> None:
    """Their owner says that the recovery codes are kept: from here on they are not shown any more. Again changes
    nothing."""
    held: Authenticator = Authenticator.objects.select_for_update(of=("self",)).get(pk=codes.pk)
    if mfa.are_kept(held):
        return
    held.wrap().mark_as_viewed()
    # Who acts is in the line. The platform's operator has no journal to be in.
    if has_context():
        record(act="herstelcodes.bewaard")
