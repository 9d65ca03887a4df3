"""What requests put into directie's inbox: refusals that wait for a second look."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from access import inbox
from access.inbox import Item
from access.models import Membership, Role
from requests import access
from requests.models import State, Step
from retention.rules import say

SHOWN = 20


def waiting(member: Membership) -> Any:
    """Never one's own proposal, nor what is about oneself; None for who is not directie."""
    if not member.has_role(Role.DIRECTIE):
        return None
    return access.visible(member).filter(state=State.SECOND_LOOK).exclude(proposed_by=member)


def items_for(member: Membership) -> Iterable[Item]:
    """Those that this member may look at, what is due first. One query."""
    rows = waiting(member)
    if rows is None:
        return []
    given = Step.objects.filter(verzoek_id=OuterRef("pk"), kind=Step.Kind.SUBMITTED).order_by("-at").values("at")[:1]
    found = rows.select_related("proposed_by", "dossier").annotate(at=Coalesce(Subquery(given), "entered_at"))
    return [_item(row) for row in found.order_by("due_on", "pk")[:SHOWN]]


def _item(row: Any) -> Item:
    page = reverse("requests:second_look", args=[row.pk])
    facts = [
        ("Soort", str(row.get_kind_display())), ("Voorstel", str(row.get_decision_display())),
        ("Antwoord uiterlijk", say(row.due_on)),
    ]  # fmt: skip
    return Item(
        kind="Tweede blik", title=f"Verzoek {row.number}: {row.get_decision_display()}?", facts=facts,
        asked_at=row.at, by_name=row.proposed_by.name, url=page, decide_url=page, icon="mailbox", key=str(row.pk),
    )  # fmt: skip


inbox.provide(items_for, waiting=waiting, title="Besluiten op verzoeken")
