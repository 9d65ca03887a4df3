"""The list of who has the reglement and who has not: two queries, whatever the number of clients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from access.models import Membership
from bureaus import reglement
from clients.models import Client, Phase, Traject
from consent import handing_out_access as access
from consent.handing_out_rules import SAID, Facts, Standing, give_by, late_before, standing
from consent.models import HandedOut

ALL = "alle"
MISSING = "ontbreekt"
# What the filters of the list are called; the first is what it opens with.
CHOICES = (
    (MISSING, "Nog niet klaar"),
    (Standing.LATE.value, "Te laat"),
    (Standing.UNCONFIRMED.value, "Nog niet bevestigd"),
    (Standing.DONE.value, "Gegeven"),
    (ALL, "Alle"),
)


@dataclass(frozen=True)
class Row:
    """One client: by when it should be given, what was, and how that stands."""

    client: Any
    give_by: date
    state: str
    tone: str


def rows(member: Membership, choice: str) -> Any:
    """The clients within reach with a traject that runs, the oldest aanmelding first; a queryset."""
    found = _registered(access.clients_of(member)).filter(registered_on__isnull=False)
    return found.filter(_chosen(choice)).order_by("registered_on", "sort_name", "pk")


def shown(found: Sequence[Any]) -> list[Row]:
    """What the list says of these rows."""
    rule, today = reglement.in_force().handout, timezone.localdate()
    return [_row(one, rule.to_client_within_working_days, rule.confirmed_by_client, today) for one in found]


def standing_of(client: Client) -> Standing | None:
    """How it stands with one client; None where no traject runs. One query."""
    row = _registered(Client.objects.filter(pk=client.pk)).filter(registered_on__isnull=False).first()
    if row is None:
        return None
    rule = reglement.in_force().handout
    return _standing(row, rule.to_client_within_working_days, rule.confirmed_by_client, timezone.localdate())


def without(day: date) -> Any:
    """Who registered from this day on, has an account and was given nothing; for the round. A queryset."""
    found = _registered(Client.objects.all()).filter(registered_on__gte=day, given=False)
    return found.filter(membership__in=Membership.objects.all().active()).order_by("registered_on", "pk")


def _registered(clients: Any) -> Any:
    """With the first day that a running traject was registered, and what was given."""
    running = Traject.objects.filter(client_id=OuterRef("pk")).exclude(phase=Phase.ENDED).order_by("registered_on")
    handed = HandedOut.objects.all()
    last = handed.filter(client_id=OuterRef("pk")).order_by("-given_on", "-given_at")
    return clients.annotate(
        registered_on=Subquery(running.values("registered_on")[:1]),
        given=Exists(handed.filter(client_id=OuterRef("pk"))),
        proven=Exists(handed.proven().filter(client_id=OuterRef("pk"))),
        given_on=Subquery(last.values("given_on")[:1]),
        given_version=Subquery(last.values("version")[:1]),
    )


def _chosen(choice: str) -> Q:
    rule = reglement.in_force().handout
    unproven = Q(proven=False) if rule.confirmed_by_client else Q(pk__in=[])
    return {
        MISSING: Q(given=False) | (Q(given=True) & unproven),
        Standing.LATE: Q(given=False, registered_on__lt=_late(rule.to_client_within_working_days)),
        Standing.UNCONFIRMED: Q(given=True) & unproven,
        Standing.DONE: Q(given=True) & ~unproven,
    }.get(choice, Q())


def _late(working_days: int) -> date:
    return late_before(timezone.localdate(), working_days)


def _row(one: Any, working_days: int, confirmed: bool, today: date) -> Row:
    state, tone = SAID[_standing(one, working_days, confirmed, today)]
    return Row(one, give_by(one.registered_on, working_days), state, tone)


def _standing(one: Any, working_days: int, confirmed: bool, today: date) -> Standing:
    facts = Facts(one.registered_on, given=one.given, proven=one.proven)
    return standing(facts, today, working_days=working_days, confirmed=confirmed)
