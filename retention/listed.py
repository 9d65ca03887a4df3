"""Destruction lists as they are read, and who may do what with one; `check_x` raises, `may_x` says so."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value

from access.checks import allowed, person
from access.models import Membership, Role
from access.reach import visible_filter
from access.rules import RuleBroken
from bureaus.terms import parse_term
from bureaus.words import word
from dossiers.models import Dossier
from retention.access import KEEPERS
from retention.models import DestructionList, ItemState, ListItem, ListStatus, Transfer
from vault.errors import VaultError

MAY_PROPOSE = (Role.DIRECTIE, Role.ADMINISTRATIE)
MAY_APPROVE = (Role.DIRECTIE,)
MAY_CANCEL = (Role.DIRECTIE, Role.FG)
MAY_LOOK = KEEPERS
# Before anything was carried out.
CHANGEABLE = (ListStatus.PROPOSED, ListStatus.APPROVED)
GONE = "(de tekst is met het dossier vernietigd)"
# At its turn nothing more is to be done with an item in one of these.
THROUGH = (ItemState.CLEARED, ItemState.DESTROYED, ItemState.KEPT)


@dataclass(frozen=True)
class Named:
    """What the log calls a dossier by; it may be gone."""

    pk: uuid.UUID
    number: str


@dataclass(frozen=True)
class Known:
    """A dossier of a list as it is now: within reach of who looks, and from which day its term has passed."""

    seen: bool
    due_on: date | None


@dataclass(frozen=True)
class Tally:
    """What stands on a list and how far it is: `many` are the items that were not excluded, `rows` all of them."""

    rows: int
    excluded: int
    done: int
    failed: int
    articles: tuple[str, ...]

    @property
    def many(self) -> int:
        return self.rows - self.excluded


# -- who may -----------------------------------------------------------------------------------------------------------
def check_propose(member: Membership) -> None:
    """Raises PermissionDenied."""
    if not member.has_role(*MAY_PROPOSE):
        raise PermissionDenied("Een vernietigingslijst maken of veranderen hoort niet bij uw rol.")


def check_changeable(row: DestructionList) -> None:
    """A list changes until it is carried out. Raises RuleBroken."""
    if row.status not in CHANGEABLE:
        raise RuleBroken(f"Deze lijst verandert niet meer: {row.get_status_display()}.")


def check_change(member: Membership, row: DestructionList) -> None:
    """Exclude or take back in. Raises PermissionDenied, RuleBroken."""
    check_propose(member)
    check_changeable(row)


def check_approve(member: Membership, row: DestructionList) -> None:
    """Directie, and never one's own list where the reglement asks four eyes. Raises PermissionDenied, RuleBroken."""
    if not member.has_role(*MAY_APPROVE):
        raise PermissionDenied(f"Een vernietigingslijst keurt alleen {word('directie', article=True)} goed.")
    if row.status == ListStatus.APPROVED:
        raise RuleBroken(f"{row.approved_by_name} keurde deze lijst al goed.")
    check_changeable(row)
    if had_a_hand(member, row):
        other = word("directie", article=True)
        raise RuleBroken(f"U stelde deze lijst zelf voor of veranderde hem. Een ander van {other} keurt hem goed.")


def had_a_hand(member: Membership, row: DestructionList) -> bool:
    """Whether four eyes keep this member from approving: once proposed or changed by you, it is always yours too."""
    return row.four_eyes and member.pk in (row.proposed_by_id, *row.shaped_by)


def check_cancel(member: Membership, row: DestructionList) -> None:
    """Until it is carried out. Raises PermissionDenied, RuleBroken."""
    if not member.has_role(*MAY_CANCEL):
        boss = word("directie", article=True)
        raise PermissionDenied(f"Intrekken doet alleen {boss} of de functionaris gegevensbescherming.")
    if row.status not in CHANGEABLE:
        raise RuleBroken(f"Intrekken kan niet meer: {row.get_status_display()}.")


def check_retry(member: Membership) -> None:
    """Who proposes lists sees to it that they are carried out. Raises PermissionDenied."""
    if not member.has_role(*MAY_PROPOSE):
        raise PermissionDenied("Opnieuw proberen hoort niet bij uw rol.")


def check_retry_item(member: Membership, item: ListItem) -> None:
    """What failed. Raises PermissionDenied, RuleBroken."""
    check_retry(member)
    if item.state != ItemState.FAILED:
        raise RuleBroken(f"Opnieuw proberen kan niet meer: {item.get_state_display()}.")


def check_let_stand(member: Membership, item: ListItem) -> None:
    """What failed while it was still whole. Raises PermissionDenied, RuleBroken."""
    check_retry(member)
    if item.state != ItemState.FAILED:
        raise RuleBroken(f"Laten staan kan niet meer: {item.get_state_display()}.")
    if item.erased_at is not None:
        raise RuleBroken("De gegevens zijn al weg; er staan alleen nog bestanden. Probeer het opnieuw.")


def may_propose(member: Membership) -> bool:
    return allowed(check_propose, member)


def may_change(member: Membership, row: DestructionList) -> bool:
    return allowed(check_change, member, row)


def may_approve(member: Membership, row: DestructionList) -> bool:
    return allowed(check_approve, member, row)


def may_cancel(member: Membership, row: DestructionList) -> bool:
    return allowed(check_cancel, member, row)


def may_retry(member: Membership) -> bool:
    return allowed(check_retry, member)


def may_retry_item(member: Membership, item: ListItem) -> bool:
    return allowed(check_retry_item, member, item)


def may_let_stand(member: Membership, item: ListItem) -> bool:
    return allowed(check_let_stand, member, item)


# -- rows --------------------------------------------------------------------------------------------------------------
def lists() -> QuerySet[Any]:
    """Every list with its counts, the newest first."""
    counted = {
        "many": Count("items", filter=~Q(items__state=ItemState.EXCLUDED)),
        "excluded": Count("items", filter=Q(items__state=ItemState.EXCLUDED)),
        "failed": Count("items", filter=Q(items__state=ItemState.FAILED)),
    }
    rows: QuerySet[Any] = DestructionList.objects.defer("manifest").annotate(**counted).order_by("-year", "-number")
    return rows


def waiting(member: Membership) -> QuerySet[Any] | None:
    """The lists that this member may approve: something is on it, and they had no hand in it; None for no directie."""
    if not member.has_role(*MAY_APPROVE):
        return None
    there = ListItem.objects.filter(destruction_list_id=OuterRef("pk"), state=ItemState.OPEN)
    rows: QuerySet[Any] = DestructionList.objects.filter(Exists(there), status=ListStatus.PROPOSED)
    return rows.exclude(four_eyes=True, proposed_by=member).exclude(four_eyes=True, shaped_by__contains=[member.pk])


def to_destroy(row: DestructionList) -> int:
    """How many items are on it: the number that who approves types."""
    return int(row.items.filter(state=ItemState.OPEN).count())


def tally(row: DestructionList) -> Tally:
    """One query."""
    named = ArrayAgg("article", filter=~Q(article=""), distinct=True, order_by="article", default=Value([]))
    counted = row.items.order_by().aggregate(
        rows=Count("pk"),
        excluded=Count("pk", filter=Q(state=ItemState.EXCLUDED)),
        done=Count("pk", filter=Q(state__in=THROUGH)),
        failed=Count("pk", filter=Q(state=ItemState.FAILED)),
        articles=named,
    )
    return Tally(**counted | {"articles": tuple(counted["articles"])})


def visible(member: Membership, dossier_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Of these the dossiers that this member may open: only those become a link."""
    return {key for key, one in known(member, dossier_ids).items() if one.seen}


def known(member: Membership, dossier_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Known]:
    """Of these the dossiers that are there, whether this member may open them, and their date as last computed."""
    rows = Dossier.objects.filter(pk__in=list(dossier_ids)).annotate(seen=visible_filter(person(member))).order_by()
    return {key: Known(seen, on) for key, seen, on in rows.values_list("pk", "seen", "due_date__due_on")}


def no_longer_due(dossier_ids: Iterable[uuid.UUID], today: date) -> set[uuid.UUID]:
    """Of these the dossiers whose date was moved since, by what was last computed; looked at anew at their turn."""
    rows = Dossier.objects.filter(pk__in=list(dossier_ids)).exclude(due_date__due_on__lte=today).order_by()
    return set(rows.values_list("pk", flat=True))


def text_of(item: ListItem) -> str:
    """The words typed with an exclusion; gone with the dossier's key."""
    try:
        return item.excluded_text or ""
    except VaultError:
        return GONE


def named(row: ListItem | Transfer) -> Named:
    return Named(row.dossier_id, row.dossier_number)


def cools_until(approved_at: datetime, cooling_off: str) -> datetime:
    """The end of the cooling-off period of a list that is approved at this moment."""
    start = approved_at.date()
    days: timedelta = parse_term(cooling_off).after(start) - start
    return approved_at + days
