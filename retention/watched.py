"""The watchlist: every dossier that asks for attention, under the reason why; counted for the whole bureau at once.

By number, never by name: who watches over terms may see none of the dossiers (DOMAIN 5). What blocks is asked of
`retention.terms` for the rows that are shown.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    UUIDField,
    Value,
)
from django.db.models.functions import Coalesce, TruncMonth
from django.urls import reverse

from access.models import Membership
from bureaus import leases, reglement
from bureaus.schema import Trigger
from bureaus.terms import parse_term
from clients.access import PAYER_KEEPERS, READERS
from clients.models import Phase
from dossiers.models import Dossier
from retention import listable, terms
from retention.access import seen_of
from retention.models import (
    TO_DO,
    DestructionList,
    DueDate,
    Hold,
    ItemState,
    KeptBecause,
    LegalRecord,
    ListItem,
    ListStatus,
)
from retention.rules import MONTH_NAMES, add_term
from retention.tabs import Tab, counted

MONTHS = 24
_SHORT = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
Shown = Callable[[list[Any], Membership], list[dict[str, Any]]]


@dataclass(frozen=True, kw_only=True)
class Reason(Tab):
    """A reason to look. `template` shows its rows, as `shown` makes them."""

    shown: Shown
    template: str
    icon: str
    # Shown also when there is nothing in it.
    always: bool = True


@dataclass(frozen=True)
class Counts:
    """How many of each; what the digest compares with last week's."""

    overdue: int = 0
    soon: int = 0
    blocked: int = 0
    missing: int = 0
    transfers: int = 0
    failed: int = 0
    partial: int = 0
    reviews: int = 0
    within: Mapping[str, int] = field(default_factory=dict)


def counts(today: date) -> Counts:
    """Two queries for the whole bureau."""
    # Under names of their own: an aggregate hides a column of the same name from the next one.
    asked = {f"n_{name}": Count("pk", filter=condition) for name, condition in _conditions(today).items()}
    found = {name.removeprefix("n_"): n for name, n in _watched().aggregate(**asked).items()}
    within = {term: found.pop(f"within_{term}") for term in warnings()}
    left = {"records": LegalRecord.objects.all(), "whole": left_whole()}
    known = counted(failed=failed(), reviews=Hold.objects.to_review(today), **left)
    known["partial"] = sum(known.pop(name) for name in left)
    return Counts(soon=next(iter(within.values()), 0), within=within, **found, **known)


def tabs(today: date) -> list[Reason]:
    """The reasons to look, in the order of their weight, with their counts."""
    number, rows, is_ = counts(today), _rows(), _conditions(today)
    near = [
        Reason(term, f"Binnen {parse_term(term)}", rows.filter(is_[f"within_{term}"]),
               f"Er verloopt geen termijn binnen {parse_term(term)}.", number.within[term],
               shown=_due, template="due", icon="calendar-due")
        for term in warnings()
    ]  # fmt: skip
    return [
        Reason("voorbij", "Termijn voorbij", rows.filter(is_["overdue"]),
               "Van geen enkel dossier is de termijn voorbij.", number.overdue,
               shown=_due, template="due", icon="alert-triangle"),
        *near,
        Reason("geblokkeerd", "Geblokkeerd", rows.filter(is_["blocked"]),
               "Geen dossier wordt langer bewaard dan zijn termijn.", number.blocked,
               shown=_due, template="due", icon="lock"),
        Reason("zonder-datum", "Zonder datum", rows.filter(is_["missing"]),
               "Van elk beëindigd traject is de datum bekend.", number.missing,
               shown=_missing, template="missing", icon="calendar-off"),
        Reason("overdragen", "Over te dragen", rows.filter(is_["transfers"]),
               "Er is niets over te dragen.", number.transfers,
               shown=_due, template="due", icon="transfer", always=False),
        Reason("bekijken", "Blokkades bekijken", Hold.objects.to_review(today).select_related("dossier"),
               "Er is geen blokkade die u nu opnieuw moet bekijken.", number.reviews,
               shown=_holds, template="holds", icon="eye", always=False),
        Reason("mislukt", "Niet gelukt", _failed_rows(),
               "Er is geen vernietiging mislukt.", number.failed,
               shown=_failed, template="failed", icon="circle-x", always=False),
        Reason("gedeeltelijk", "Deels bewaard", _left(),
               "Er is geen dossier waarvan na een vernietiging nog iets is gebleven.", number.partial,
               shown=_what_is_left, template="left", icon="files", always=False),
    ]  # fmt: skip


def warnings() -> list[str]:
    """How long before its date a dossier is announced: the reglement's terms, the shortest first."""
    start = date(2000, 1, 1)
    return sorted(reglement.in_force().retention.destruction.warn_before, key=lambda term: add_term(start, term))


def failed() -> Any:
    """What could not be destroyed, and stands here until it is: also while it is tried again."""
    again = Q(leased_until=None) | Q(leased_until__gt=F("started_at") + leases.ITEM)
    begun = Q(again, state__in=TO_DO, started_at__isnull=False)
    return ListItem.objects.filter(Q(state=ItemState.FAILED) | begun).order_by()


def _failed_rows() -> Any:
    rows = failed().select_related("destruction_list").defer(listable.MANIFEST)
    return rows.order_by("dossier_number", "id")


def left_whole() -> Any:
    """Dossiers that a list which was carried out left as they were, and that no list took up since."""
    items = ListItem.objects.filter(stuk_id=None, record_id=None).exclude(kept_because=KeptBecause.WITHDRAWN)
    since = Q(destruction_list__proposed_at__gt=OuterRef("destruction_list__proposed_at"))
    later = items.filter(since, dossier_id=OuterRef("dossier_id"))
    there = Dossier.objects.filter(pk=OuterRef("dossier_id"))
    through = (ListStatus.PAPER, ListStatus.DONE, ListStatus.CANCELLED)
    kept = items.filter(state=ItemState.KEPT, destruction_list__status__in=through)
    return kept.filter(Exists(there), ~Exists(later)).order_by()


@dataclass(frozen=True)
class Chart:
    title: str
    figures: Sequence[Mapping[str, Any]]

    @property
    def is_empty(self) -> bool:
        return not any(one["value"] for one in self.figures)


def charts(today: date) -> list[Chart]:
    """What falls due per month in two years, a picture a year; one query."""
    months = [_month(today, at) for at in range(MONTHS + 1)]
    rows = DueDate.objects.filter(due_on__gte=months[0], due_on__lt=months[-1]).order_by()
    found = {one["month"]: one["n"] for one in rows.values(month=TruncMonth("due_on")).annotate(n=Count("pk"))}
    figures = [{"label": _SHORT[one.month - 1], "value": found.get(one, 0)} for one in months[:-1]]
    half = MONTHS // 2
    return [_chart(months[:half], figures[:half]), _chart(months[half:-1], figures[half:])]


def _chart(months: Sequence[date], figures: Sequence[Mapping[str, Any]]) -> Chart:
    """Twelve months, so that each has its name once and the years stand in the title."""
    first, last = (f"{MONTH_NAMES[one.month - 1]} {one.year}" for one in (months[0], months[-1]))
    return Chart(f"Van {first} tot en met {last}", figures)


def _month(today: date, at: int) -> date:
    year, month = divmod(12 * today.year + today.month - 1 + at, 12)
    return date(year, month + 1, 1)


# -- which -----------------------------------------------------------------------------------------------------------
def _watched() -> Any:
    """The due dates, each with whether something keeps its dossier: the same as `terms.blocks`, for counting."""
    holds = Hold.objects.living().filter(dossier_id=OuterRef("dossier_id"))
    running = Exists(terms.other_running("dossier__")) | ~Q(dossier__traject__phase=Phase.ENDED)
    kept = ExpressionWrapper(Q(Exists(holds)) | Q(running), output_field=BooleanField())
    return DueDate.objects.order_by().annotate(kept=kept)


def _rows() -> Any:
    return _watched().select_related("dossier__traject__handler", "dossier__traject__contract").order_by("due_on", "id")


def _left() -> Any:
    """What is left of dossiers that were to be destroyed: a few fields by law, or all of it."""
    records = LegalRecord.objects.order_by().values(
        "dossier_id", "dossier_number", since=F("kept_from"), until=F("due_on"), why=F("article"),
        list_id=Value(None, output_field=UUIDField()),
    )  # fmt: skip
    whole = left_whole().values(
        "dossier_id", "dossier_number", since=Coalesce("holds_checked_at", "started_at"),
        until=Value(None, output_field=DateField()), why=F("kept_because"), list_id=F("destruction_list_id"),
    )  # fmt: skip
    return records.union(whole, all=True).order_by("dossier_number")


def _conditions(today: date) -> dict[str, Q]:
    unkept = Q(kept=False)
    near = {f"within_{term}": unkept & Q(due_on__gt=today, due_on__lte=add_term(today, term)) for term in warnings()}
    longest = max([today, *(add_term(today, term) for term in warnings())])
    ended = Q(due_on=None, dossier__traject__phase=Phase.ENDED)
    received = Q(missing=Trigger.TRANSFER_RECEIVED.value)
    return {
        **near,
        "overdue": unkept & Q(due_on__lte=today),
        "blocked": Q(kept=True, due_on__lte=longest),
        "missing": ended & ~received,
        "transfers": ended & received,
    }


# -- what is shown of them -------------------------------------------------------------------------------------------
def _due(rows: list[Any], member: Membership) -> list[dict[str, Any]]:  # noqa: ARG001
    ids = [row.dossier_id for row in rows]
    blocks, lists = terms.blocks(ids), _listed(ids)
    return [
        {
            "row": row,
            "number": row.dossier.number,
            "url": _page(row.dossier_id),
            "blocks": blocks.get(row.dossier_id, []),
            "listed": lists.get(row.dossier_id),
        }
        for row in rows
    ]


def _missing(rows: list[Any], member: Membership) -> list[dict[str, Any]]:
    """Which date is missing, and who can fill it in."""
    found, seen = _due(rows, member), seen_of(member, [row.dossier_id for row in rows])
    for one in found:
        row = one["row"]
        one["what"] = " en ".join(Trigger(name).label for name in row.missing.split(",") if name)
        one["who"] = row.dossier.traject.handler.name
        one["traject_url"] = _traject(row, member) if row.dossier_id in seen else ""
        one["contract_url"] = _contract(row, member)
    return found


def _traject(row: Any, member: Membership) -> str:
    return reverse("clients:traject", args=[row.dossier.traject_id]) if member.has_role(*READERS) else ""


def _contract(row: Any, member: Membership) -> str:
    """The end of a contract stands with the opdrachtgever, once for all its trajecten."""
    contract = row.dossier.traject.contract
    if contract is None or Trigger.CONTRACT_ENDED not in row.missing or not member.has_role(*PAYER_KEEPERS):
        return ""
    return reverse("clients:contract", args=[contract.opdrachtgever_id, contract.pk])


def _holds(rows: list[Any], member: Membership) -> list[dict[str, Any]]:  # noqa: ARG001
    return [{"row": one, "number": one.dossier.number, "url": _page(one.dossier_id)} for one in rows]


def _failed(rows: list[Any], member: Membership) -> list[dict[str, Any]]:  # noqa: ARG001
    return [
        {
            "row": one,
            "number": one.dossier_number,
            "listed": one.destruction_list,
            "list_url": _list(one.destruction_list_id),
            "again": one.state != ItemState.FAILED,
        }
        for one in rows
    ]


def _what_is_left(rows: list[Any], member: Membership) -> list[dict[str, Any]]:  # noqa: ARG001
    lists = DestructionList.objects.defer("manifest").in_bulk({one["list_id"] for one in rows} - {None})
    return [one if one["list_id"] is None else _whole(one, lists[one["list_id"]]) for one in rows]


def _whole(one: dict[str, Any], row: DestructionList) -> dict[str, Any]:
    return {
        **one,
        "why": KeptBecause.words(one["why"]),
        "url": _page(one["dossier_id"]),
        "listed": row,
        "list_url": _list(row.pk),
    }


def _listed(dossier_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    """On which open list each stands as a whole."""
    return {
        key: {"name": str(one.destruction_list), "url": _list(one.destruction_list_id)}
        for key, one in listable.busy(dossier_ids).items()
    }


def _page(dossier_id: uuid.UUID) -> str:
    return reverse("retention:dossier", args=[dossier_id])


def _list(list_id: uuid.UUID) -> str:
    return reverse("retention:list", args=[list_id])
