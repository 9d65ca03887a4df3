"""Which resets of a second step a member sees, and what they put into the inbox."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.urls import reverse

from access import inbox
from access import reset_rules as rules
from access.inbox import Item
from access.models import CLIENT_ROLES, FactorReset, Membership, role_label


def visible(member: Membership) -> QuerySet[FactorReset]:
    """Those of the bureau; that of a client's account only for who may know of clients."""
    rows: QuerySet[FactorReset] = FactorReset.objects.select_related("person__user", "asked_by", "decided_by")
    if member.has_role(*rules.DECIDERS_FOR_CLIENTS):
        return rows
    return rows.exclude(person__roles__overlap=sorted(CLIENT_ROLES))


def waiting(member: Membership) -> QuerySet[FactorReset] | None:
    """Those that this member may decide about now."""
    if not member.has_role(*rules.DECIDERS):
        return None
    open_now = visible(member).filter(state=FactorReset.State.OPEN, expires_at__gt=Now())
    return open_now.exclude(asked_by=member).exclude(person=member)


def items_for(member: Membership) -> Iterable[Item]:
    return [item_of(row) for row in waiting(member) or ()]


def item_of(row: FactorReset) -> Item:
    page = reverse("access:reset_decide", args=[row.pk])
    return Item(
        kind="Tweede stap kwijt",
        title=f"{row.asked_by.name} vraagt een nieuwe tweede stap voor {row.person.name}",
        facts=facts_of(row),
        asked_at=row.asked_at,
        by_name=row.asked_by.name,
        url=page,
        decide_url=page,
        icon="shield-lock",
        key=str(row.pk),
    )


def facts_of(row: FactorReset) -> list[tuple[str, str]]:
    roles = ", ".join(role_label(role) for role in row.person.roles)
    return [
        ("Voor", f"{row.person.name} ({roles})"),
        ("E-mailadres", row.person.user.email),
        ("Gevraagd door", row.asked_by.name),
        ("Reden", row.reason),
    ]


inbox.provide(items_for, waiting=waiting, title="Tweede stap kwijt")
