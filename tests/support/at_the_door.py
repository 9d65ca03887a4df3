"""Who stands at the door of a dossier or a bureau: an emergency that waits for a verdict, the platform that asks in."""

from __future__ import annotations

from typing import Any

from access.actions import support
from access.models import AccessRequest, Membership, User
from bureaus.tenancy import in_bureau
from tests.support.portal import Case


def at_the_door(case: Case, opener: Membership, operator: User) -> dict[str, dict[str, Any]]:
    """One of each, and the ids by which their pages are found; neither opens anything."""
    asked = support.ask_support(
        bureau=case.bureau, operator=operator, hours=2, reason="Het bureau meldde dat een lijst niet laadt."
    )
    with in_bureau(case.bureau):
        opened = AccessRequest(
            kind=AccessRequest.Kind.EMERGENCY, state=AccessRequest.State.GRANTED, dossier_id=case.dossier.pk,
            dossier_number=case.dossier.number, asker=opener, asker_name=opener.name, hours=4,
            sealed_under=case.dossier.pk, reason="De behandelaar was niet te bereiken en het kon niet wachten.",
        )  # fmt: skip
        opened.save(force_insert=True)
    pages = ("access:support_visit", "access:support_decide", "access:support_end")
    ids: dict[str, dict[str, Any]] = {name: {"request_id": asked.pk} for name in pages}
    return ids | {
        "access:emergency_review": {"request_id": opened.pk},
        "platform:ask_support": {"slug": case.bureau.slug},
    }
