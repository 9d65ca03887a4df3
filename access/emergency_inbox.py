"""What emergency access and support put into the inbox of who decides."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone

from access import asked, inbox, rules
from access.actions import emergency, support
from access.asked import moment, text_of
from access.inbox import Item
from access.models import AccessRequest, Membership


def emergencies_for(member: Membership) -> Iterable[Item]:
    """Emergency access that this member still has to judge; it stays until it is."""
    waiting = emergency.waiting(member)
    rows = asked.with_keys(waiting) if waiting is not None else []
    return [_emergency(row) for row in rows]


def support_for(member: Membership) -> Iterable[Item]:
    """The platform's operator at the door."""
    waiting = support.waiting(member)
    rows = asked.with_keys(waiting) if waiting is not None else []
    return [_support(row) for row in rows]


def _emergency(row: AccessRequest) -> Item:
    late = timezone.now() - row.asked_at > rules.REVIEW_WITHIN
    page = reverse("access:emergency_review", args=[row.pk])
    facts = [("Reden", text_of(row, "reason")), ("Open", f"van {moment(row.asked_at)} tot {_until(row)}")]
    if late:
        facts.insert(0, ("Te laat", f"Dit wacht langer dan {rules.REVIEW_WITHIN.days} dagen op een oordeel."))
    return Item(
        kind="Noodtoegang te laat beoordeeld" if late else "Noodtoegang te beoordelen",
        title=f"{row.asker_name} opende dossier {row.dossier_number} met noodtoegang",
        facts=facts, asked_at=row.asked_at, by_name=row.asker_name, url=page, decide_url=page,
        icon="alert-triangle" if late else "first-aid-kit", key=str(row.pk),
    )  # fmt: skip


def _support(row: AccessRequest) -> Item:
    facts = [("Waarvoor", text_of(row, "reason")), ("Hoe lang", f"{row.hours} uur")]
    facts.append(("Dossier", row.dossier_number or "geen enkel dossier"))
    return Item(
        kind="Ondersteuning gevraagd",
        title="Het platform vraagt toegang voor ondersteuning",
        facts=facts, asked_at=row.asked_at, by_name=row.asker_name, icon="lock-access", key=str(row.pk),
        url=reverse("access:support_visit", args=[row.pk]),
        decide_url=reverse("access:support_decide", args=[row.pk]),
    )  # fmt: skip


def _until(row: AccessRequest) -> str:
    return moment(row.opens_until) if row.opens_until else "onbekend"


inbox.provide(
    emergencies_for,
    waiting=emergency.waiting,
    title="Noodtoegang te beoordelen",
    page="access:emergencies",
    urgent=True,
)
inbox.provide(support_for, waiting=support.waiting, title="Verzoeken om ondersteuning")
