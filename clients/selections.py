"""What lists show: rows within reach of who asks, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import and_
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Count, DecimalField, Exists, F, Func, OuterRef, Prefetch, Q, Subquery, Sum

from access.checks import person
from access.models import Invitation, Membership
from access.reach import visible_filter
from clients.models import Appointment, Client, Opdrachtgever, Phase, Traject, TrajectPhase
from clients.rules import fold
from vault.bsn import blind_index

LONGEST_SEARCH = 100


def clients_for(member: Membership, text: str = "", state: str = "") -> Any:
    """Clients within reach, in the Dutch order; by name or dossiernummer."""
    seen = Traject.objects.all().visible_to(person(member))
    found = Client.objects.all().visible_to(person(member))
    if text:
        found = _searched(found, seen, text)
    if state:
        running = _one_of(seen.running().values("client_id"))
        found = found.filter(running if state == "lopend" else ~running)
    # Of the few clients on a page: asked of each dossier, where the reach as a whole would be found a third time.
    shown = Traject.objects.filter(visible_filter(person(member), outer="dossier__pk"))
    shown = shown.select_related("opdrachtgever", "handler", "dossier")
    return found.prefetch_related(Prefetch("trajecten", shown)).order_by("sort_name", "id")


def _one_of(rows: Any) -> Q:
    """The row's id is among these, which are found once: a nested EXISTS is only fast with fresh statistics."""
    ids = ArraySubquery(rows.order_by())
    return Q(Func(F("pk"), ids, template="(%(expressions)s))", arg_joiner=" = ANY(", output_field=BooleanField()))


def typed(text: str) -> str:
    """A search as typed, without what a database can't read."""
    return text.replace("\x00", "").strip()[:LONGEST_SEARCH]


def client_with_bsn(member: Membership, bsn: str) -> Client | None:
    """Whoever has this number, within reach."""
    found: Client | None = Client.objects.all().visible_to(person(member)).filter(bsn_index=blind_index(bsn)).first()
    return found


def _searched(found: Any, seen: Any, text: str) -> Any:
    by_name = reduce(and_, (Q(search_name__contains=one) for one in fold(text).split()), Q())
    numbered = list(seen.filter(dossier__number=text.upper()).values_list("client_id", flat=True))
    return found.filter(by_name | Q(pk__in=numbered)) if by_name else found.filter(pk__in=numbered)


def trajecten_for(member: Membership, chosen: dict[str, str]) -> Any:
    """Trajecten within reach, with their phases and hours."""
    rows = Traject.objects.all().visible_to(person(member))
    if chosen.get("staat") != "alle":
        rows = rows.filter(phase=Phase.ENDED) if chosen.get("staat") == "beeindigd" else rows.running()
    if chosen.get("fase"):
        rows = rows.filter(phase=chosen["fase"])
    if chosen.get("soort"):
        rows = rows.filter(kind=chosen["soort"])
    if chosen.get("van") == "mij":
        rows = rows.filter(Q(handler=member) | Q(second_coach=member))
    rows = rows.select_related("client", "opdrachtgever", "handler", "dossier").annotate(hours_used=_hours_used())
    return with_phases(rows).order_by("client__sort_name", "-registered_on", "id")


def with_phases(rows: Any) -> Any:
    return rows.prefetch_related(Prefetch("phases", TrajectPhase.objects.order_by("order")))


def _hours_used() -> Subquery:
    held = Appointment.objects.filter(traject=OuterRef("pk")).order_by().values("traject")
    total = held.annotate(total=Sum("hours")).values("total")
    return Subquery(total, output_field=DecimalField(max_digits=8, decimal_places=2))


def hours_used(traject: Traject) -> Any:
    return traject.appointments.aggregate(total=Sum("hours"))["total"] or 0


def payers(member: Membership, text: str = "") -> Any:
    """The opdrachtgevers that this member knows by name, each with how many contacts and contracts it has."""
    rows = Opdrachtgever.objects.all().known_to(person(member))
    rows = rows.annotate(
        contact_count=Count("contacts", distinct=True), contract_count=Count("contracts", distinct=True)
    )
    return (rows.filter(sort_name__contains=fold(text)) if text else rows).order_by("sort_name", "id")


def is_invited() -> Exists:
    """Whether an invitation of the row is still open."""
    return Exists(Invitation.objects.all().open().filter(subject_id=OuterRef("pk")))


def invited(subject_ids: Iterable[UUID]) -> set[UUID]:
    """Of these clients, gemachtigden or contacts, the ones whose invitation is still open."""
    rows = Invitation.objects.all().open().filter(subject_id__in=list(subject_ids))
    return set(rows.values_list("subject_id", flat=True))


@dataclass(frozen=True)
class Doubles:
    """Who may be the same person: clients within reach, and whether there is one out of reach with the same BSN."""

    found: list[Client] = field(default_factory=list)
    same_bsn: bool = False
    elsewhere: bool = False


def doubles_of(member: Membership, *, last_name: str, birth_date: date | None, bsn: str) -> Doubles:
    """Look for someone known already. Out of reach only the same BSN is told of, and no more than that."""
    reach = Client.objects.all().visible_to(person(member))
    index = blind_index(bsn) if bsn else None
    if index is not None and Client.objects.filter(bsn_index=index).exists():
        same = list(reach.filter(bsn_index=index))
        return Doubles(same, same_bsn=bool(same), elsewhere=not same)
    if birth_date is None:
        return Doubles()
    alike = reach.filter(birth_date=birth_date, sort_name__startswith=f"{fold(last_name)},")
    return Doubles(list(alike.order_by("sort_name", "id")[:10]))
