"""Who keeps the verwerkersovereenkomsten, and who reads them."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied

from access.checks import allowed, one_of
from access.models import Membership, Role
from consent.models import ProcessorAgreement

KEEPERS = (Role.DIRECTIE, Role.ADMINISTRATIE)
READERS = (*KEEPERS, Role.FG)


def agreements() -> Any:
    """Of the whole bureau: they name no client."""
    return ProcessorAgreement.objects.select_related("opdrachtgever")


def agreement_of(pk: uuid.UUID) -> ProcessorAgreement:
    """Raises Http404."""
    found: ProcessorAgreement = one_of(agreements().select_related("renewal").filter(pk=pk))
    return found


def check_keep(member: Membership) -> None:
    """Raises PermissionDenied."""
    if not member.has_role(*KEEPERS):
        raise PermissionDenied("U leest de overeenkomsten. Een ander houdt ze bij.")


def may_keep(member: Membership) -> bool:
    return allowed(check_keep, member)
