"""Figures for who leads or guards the bureau: counts of people and mails, for which no dossier is opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from access.models import Invitation, Mail, Membership, Role
from bureaus.models import Bureau
from bureaus.tenancy import current_bureau_id
from journal.models import Line, Result

ADMINS = (Role.DIRECTIE, Role.BEHEERDER)
GUARDS = (Role.DIRECTIE, Role.FG)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Figure:
    label: str
    value: int
    url: str = ""


def figures_of(member: Membership) -> list[Figure]:
    """In one query; empty for whom none is meant."""
    if not member.has_role(*ADMINS, *GUARDS):
        return []
    counts = Bureau.objects.filter(pk=current_bureau_id()).values(**{name: _of(rows) for name, rows in _rows().items()})
    known: Any = counts.get()
    people = reverse("access:people") if member.has_role(*ADMINS) else ""
    shown = [
        (ADMINS + GUARDS, Figure("Uitgenodigd, nog niet binnen", known["invited"], people)),
        (ADMINS + GUARDS, Figure("Account, nooit ingelogd", known["never"], people)),
        (ADMINS, Figure("Mails die niet aankwamen", known["failed"])),
        (GUARDS, Figure("Toegang geweigerd, laatste zeven dagen", known["refused"])),
    ]
    return [figure for roles, figure in shown if member.has_role(*roles)]


def _rows() -> dict[str, Any]:
    week_ago = timezone.now() - WEEK
    return {
        "invited": Invitation.objects.all().open(),
        "never": Membership.objects.all().active().staff().filter(user__last_login=None),
        "failed": Mail.objects.filter(status=Mail.Status.FAILED),
        "refused": Line.objects.filter(result=Result.REFUSED, at__gte=week_ago),
    }


def _of(rows: Any) -> Coalesce:
    """A count as a subquery of the bureau's row."""
    counted = rows.filter(bureau_id=OuterRef("pk")).order_by().values("bureau_id").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)
