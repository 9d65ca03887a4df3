"""What the yearly access review puts into the inbox of directie and the FG."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils import formats, timezone

from access import inbox, reviewed
from access import review_rules as rules
from access.inbox import Item
from access.models import AccessReview, Membership


def items_for(member: Membership) -> Iterable[Item]:
    """At most one: to begin, to go on with, or to close. Two queries; the same as `reviewed.waiting` says in one."""
    if not member.has_role(*reviewed.MAY_LOOK):
        return []
    running = reviewed.running()
    if running is not None:
        return _running(running, member)
    return _due() if reviewed.may_run(member) else []


def _running(review: AccessReview, member: Membership) -> list[Item]:
    total, left, own = reviewed.progress_for(review, member)
    if not own and (left or not reviewed.may_run(member)):
        return []
    page = reverse("access:review", args=[review.pk])
    return [
        Item(
            kind="Controle van de toegang",
            title="De controle van de toegang loopt" if left else "De controle van de toegang kan worden afgesloten",
            facts=[("Besloten", f"{total - left} van {total}"), ("Door u te besluiten", str(own))],
            asked_at=review.started_at, by_name=review.started_by_name, url=page, decide_url=page, icon="shield-check",
            key=str(review.pk),
        )
    ]  # fmt: skip


def _due() -> list[Item]:
    due, today = reviewed.due_on(), timezone.localdate()
    if not rules.stage(due, today):
        return []
    page = reverse("access:reviews")
    late = " (te laat)" if due < today else ""
    return [
        Item(
            kind="Controle van de toegang",
            title="Ga na wie bij welke dossiers kan",
            facts=[("Klaar op", formats.date_format(due, "j F Y") + late)],
            asked_at=timezone.now(), by_name="", url=page, decide_url=page, icon="shield-check", key="controle",
        )
    ]  # fmt: skip


inbox.provide(items_for, waiting=reviewed.waiting, title="Controle van de toegang", page="access:reviews")
