"""What asking puts into directie's inbox."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from access import asked, inbox
from access.asking_forms import AllowForm, RefuseForm
from access.inbox import Item
from access.models import AccessRequest, Membership


def items_for(member: Membership) -> Iterable[Item]:
    """The requests that this member may decide about."""
    waiting = asked.waiting(member)
    if waiting is None:
        return []
    rows = asked.with_keys(waiting.select_related("asker").order_by("asked_at", "pk"))
    dossiers = asked.dossiers_of(rows)
    facts = asked.facts_of(rows, dossiers)
    return [item_of(row, facts[row.pk], dossiers.get(row.pk)) for row in rows]


def item_of(row: AccessRequest, facts: list[asked.Fact], dossier: Any | None, **forms: Any) -> Item:
    """One request as the list and its own page show it; `allow` and `refuse` are forms that were sent."""
    return Item(
        kind="Inzage gevraagd",
        title=f"{row.asker_name} vraagt inzage in dossier {row.dossier_number}",
        facts=facts,
        asked_at=row.asked_at,
        by_name=row.asker_name,
        url=reverse("access:asked", args=[row.pk]),
        icon="eye",
        key=str(row.pk),
        template="access/asking/answers.html",
        context=_answers(row, dossier, forms),
    )


def _answers(row: AccessRequest, dossier: Any | None, forms: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "blocked": asked.blocked(dossier),
        "allow": forms.get("allow") or AllowForm(row=row),
        "refuse": forms.get("refuse") or RefuseForm(row=row),
        "refusing": "refuse" in forms,
    }


inbox.provide(items_for, waiting=asked.waiting, title="Verzoeken om inzage")
