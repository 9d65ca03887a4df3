"""Figures: of people and mails for who leads or guards the bureau, of requests for who handles them. No names."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from access.models import Invitation, Mail, Membership, Role
from bureaus.models import Bureau
from bureaus.tenancy import current_bureau_id
from journal.models import Line, Result
from requests.access import ASSIGNABLE, visible
from requests.models import Pause, State

ADMINS = (Role.DIRECTIE, Role.BEHEERDER)
GUARDS = (Role.DIRECTIE, Role.FG)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Figure:
    label: str
    value: int
    url: str = ""


@dataclass(frozen=True)
class Figures:
    """`requests`: those that wait for this member; None for who handles none. `along`: what else the query brought."""

    of_bureau: list[Figure]
    requests: Figure | None = None
    along: dict[str, Any] = field(default_factory=dict)


def figures_of(member: Membership, **along: Any) -> Figures:
    """In one query, which brings these expressions of the bureau's row along; empty for whom none is meant."""
    rows = _rows() if member.has_role(*ADMINS, *GUARDS) else {}
    if member.has_role(*ASSIGNABLE):
        rows["requests"] = waiting_for(member)
    if not rows and not along:
        return Figures([])
    counted = {name: _of(found) for name, found in rows.items()}
    known: Any = Bureau.objects.filter(pk=current_bureau_id()).values(**counted, **along).get()
    mine = f"{reverse('requests:list')}?toon=mijn"
    waits = Figure("Wachten op u", known["requests"], mine) if "requests" in known else None
    of_bureau = _of_bureau(member, known) if "invited" in known else []
    return Figures(of_bureau, waits, {name: known[name] for name in along})


def _of_bureau(member: Membership, known: Any) -> list[Figure]:
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


def waiting_for(member: Membership) -> Any:
    """The requests that this member handles and that wait for them: to be answered, or carried out and closed.

    What lies with directie waits for them, and what stands still for who asks.
    """
    still = Exists(Pause.objects.filter(verzoek_id=OuterRef("pk"), ended_on=None))
    mine = visible(member).filter(handler=member)
    return mine.filter(Q(~still, state=State.OPEN) | Q(state=State.DECIDED))


def _of(rows: Any) -> Coalesce:
    """A count as a subquery of the bureau's row."""
    counted = rows.filter(bureau_id=OuterRef("pk")).order_by().values("bureau_id").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)
