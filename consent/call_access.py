"""Who notes that somebody telephoned about a client, and who reads it.

Whoever answers the telephone here and stands in the dossier notes it; it is read as the register of disclosures is.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from access import reach
from access.checks import allowed, one_of, person
from access.models import Membership, Role
from access.reach import visible_filter
from consent import disclosing
from consent.models import RefusedCall
from dossiers.models import Dossier

NOTERS = (Role.COACH, Role.DIRECTIE, Role.ADMINISTRATIE)
# Who may pick up the telephone: everybody who works here.
ANSWERERS = (*NOTERS, Role.FG, Role.BEHEERDER)


def check_note(member: Membership, dossier: Dossier) -> None:
    """Who sees the dossier, and was not let in to read alone. Raises Http404 out of reach, PermissionDenied."""
    if getattr(dossier, "reached_by", None) == member.pk:  # dossiers.access brought it along
        view_only = dossier.view_only  # type: ignore[attr-defined]
    else:
        one_of(Dossier.objects.all().visible_to(person(member)).filter(pk=dossier.pk))
        view_only = reach.is_view_only(person(member), dossier)
    if view_only or not member.has_role(*NOTERS):
        raise PermissionDenied(reach.READ_ONLY)


def may_note(member: Membership, dossier: Dossier) -> bool:
    return allowed(check_note, member, dossier)


def may_answer(member: Membership) -> bool:
    return member.has_role(*ANSWERERS)


def dossier_of(member: Membership, pk: uuid.UUID) -> Dossier:
    """A dossier about which this member notes a call. Raises Http404, PermissionDenied."""
    rows = Dossier.objects.all().visible_to(person(member)).filter(pk=pk)
    row: Dossier = one_of(rows)
    check_note(member, row)
    return row


def calls(member: Membership) -> Any:
    """What this member reads of them, each with `seen`: whether they see its dossier; the newest first, a queryset."""
    rows = RefusedCall.objects.all().annotate(seen=visible_filter(person(member), outer="dossier_id"))
    rows = rows.select_related("dossier__client").order_by("-called_at", "-id")
    oversees = member.has_role(*disclosing.OVERSEERS) and bool(reach.principals(person(member)))
    return rows if oversees else rows.filter(Q(seen=True))
