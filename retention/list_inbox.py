"""What destruction lists put into directie's inbox."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils import formats

from access import inbox
from access.inbox import Item
from access.models import Membership
from retention import listed
from retention.models import DestructionList

SHOWN = 20  # a bureau that did not look for months has more; the page of lists shows them all


def items_for(member: Membership) -> Iterable[Item]:
    """The lists that this member may approve, what waits longest first. One query."""
    waiting = listed.waiting(member)
    if waiting is None:
        return []
    rows = listed.lists().filter(pk__in=waiting.values("pk")).order_by("proposed_at", "pk")
    return [_item(row) for row in rows[:SHOWN]]


def _item(row: DestructionList) -> Item:
    many: int = row.many  # type: ignore[attr-defined]
    what = "1 dossier" if many == 1 else f"{many} dossiers"
    facts = [("Waarom", str(row.get_kind_display())), ("Voorgesteld door", row.proposed_by_name)]
    if row.answer_by is not None:
        facts.append(("Klaar uiterlijk", formats.date_format(row.answer_by, "j F Y")))
    return Item(
        kind="Vernietigen",
        title=f"Lijst {row}: {what} vernietigen?",
        facts=facts,
        asked_at=row.proposed_at,
        by_name=row.proposed_by_name,
        url=reverse("retention:list", args=[row.pk]),
        decide_url=reverse("retention:list", args=[row.pk]),
        icon="trash",
        key=str(row.pk),
    )


inbox.provide(items_for, waiting=listed.waiting, title="Vernietigingslijsten", page="retention:lists")
