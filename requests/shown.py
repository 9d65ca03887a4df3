"""What the page of one request shows: facts and clocks, and which acts are offered to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from access.checks import person
from access.models import Membership
from dossiers import reading
from dossiers.models import Stuk
from requests import access, clocks
from requests.models import LIVING, Identity, Kind, Step, Verzoek
from requests.rules import extension_allowed


@dataclass(frozen=True)
class About:
    """The stuk that a correctie is about, as far as this member may read it."""

    title: str
    url: str


def page(member: Membership, verzoek: Verzoek) -> dict[str, Any]:
    """For templates/requests/verzoek.html, of a request that `access.request_of` found."""
    day, paused_on = timezone.localdate(verzoek.now), verzoek.paused_on  # type: ignore[attr-defined]
    return {
        "verzoek": verzoek,
        "standing": clocks.standing(verzoek, day, paused_on),
        "clocks": clocks.both(verzoek),
        "paused_on": paused_on,
        "steps": list(Step.objects.filter(verzoek=verzoek)),
        "more_scans": list(access.visible(member).filter(joined_to=verzoek).exclude(scan_file="").order_by("number")),
        "stuk": _stuk(member, verzoek),
        "dossier_seen": verzoek.dossier_seen,  # type: ignore[attr-defined]
        "living": verzoek.state in LIVING,
        "needs_identity": verzoek.kind != Kind.KLACHT and verzoek.identity_at is None,
        "skipped": verzoek.identity == Identity.SKIPPED,
        **_acts(member, verzoek, day, paused_on),
    }


def _acts(member: Membership, verzoek: Verzoek, day: date, paused_on: date | None) -> dict[str, bool]:
    """The buttons; each endpoint asks the same again."""
    living = verzoek.state in LIVING
    desk = living and access.may_desk(member, verzoek)
    unknown = verzoek.kind != Kind.KLACHT and verzoek.identity_at is None
    return {
        "may_acknowledge": desk and verzoek.acknowledged_at is None,
        "may_ask_identity": desk and unknown and paused_on is None,
        "may_show_identity": desk and unknown,
        "may_extend": living and may_extend(member, verzoek, day),
        "may_withdraw": desk,
    }


def may_extend(member: Membership, verzoek: Verzoek, day: date) -> bool:
    """Whether the button is of use: within the first month, once, and where it gives time at all."""
    if verzoek.extended_on is not None or verzoek.month_due_on is None or verzoek.due_on < verzoek.month_due_on:
        return False
    allowed = extension_allowed(verzoek.received_on, day, verzoek.paused_days)
    return allowed and access.may_handle(member, verzoek)


def _stuk(member: Membership, verzoek: Verzoek) -> About | None:
    if verzoek.stuk_id is None:
        return None
    rows = reading.with_titles(Stuk.objects.all().visible_to(person(member)).filter(pk=verzoek.stuk_id))
    row: Stuk | None = rows.first()
    if row is None:
        return About("Een stuk uit het dossier", "")
    return About(reading.titles([row])[row.pk], reverse("dossiers:stuk", args=[row.pk]))
