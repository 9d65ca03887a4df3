"""Entries in the register of starters: by hand, and by the product's own actions."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import Any

from django.db import models

from access.models import Membership
from access.reach import as_system
from bureaus.tenancy import in_bureau
from clients.models import Client
from consent.actions import starters
from consent.actions.starters import Entered
from consent.models import Consent, StarterAsk, StarterEntry, StarterLink
from tests.support.people import acting
from tests.support.portal import Case
from vault.actions import create_key
from vault.errors import KeyExists

CHOSEN: dict[str, Any] = {
    "kind": "ambacht", "sector": "verzorging", "phase": "eerste", "region": "gr", "turnover": "10", "investment": "2",
    "hours": "24", "learned": ["klanten"],
}  # fmt: skip
LESSONS = "Begin klein en vraag hulp bij de boekhouding."


def starter_rows(client: Client) -> dict[str, models.Model]:
    """One row in each table, by name; inside the bureau, with the system's reach."""
    with suppress(KeyExists):
        create_key(subject_id=client.pk)
    link = StarterLink.objects.create(client=client, business_name="Kapsalon Knip", made_by_name="Alice")
    entry = StarterEntry(behind=link, **CHOSEN)
    create_key(subject_id=entry.pk)
    entry.lessons = LESSONS
    entry.save(force_insert=True)
    ask = StarterAsk.objects.create(
        for_client=client, entry_id=entry.pk, consent_id=uuid.uuid4(), tells=["naam"], asked_by_name="Alice"
    )
    return {"starter_link": link, "starter_entry": entry, "starter_ask": ask}


def starter_ids(case: Case) -> dict[str, Any]:
    """For the table of permissions."""
    with in_bureau(case.bureau), as_system():
        rows = starter_rows(case.client)
    return {"entry_id": rows["starter_entry"].pk, "ask_id": rows["starter_ask"].pk}


def entered(case: Case, **more: Any) -> StarterEntry:
    """The coach makes the entry of this client."""
    said = {"lessons": LESSONS, "business_name": "Kapsalon Knip"} | more
    words = {name: said.pop(name) for name in ("lessons", "business_name")}
    with acting(case.coach):
        return starters.keep_entry(client=case.client, entered=Entered(CHOSEN | said, **words), by=case.coach)


def asked_who(entry: StarterEntry, case: Case, *tells: str, by: Membership | None = None) -> StarterAsk:
    """The coach of `case` asks it for that client."""
    with acting(by or case.coach):
        wanted = tells or ("naam", "telefoon")
        return starters.ask_who(entry=entry, client=case.client, tells=wanted, by=by or case.coach)


def told_of(ask: StarterAsk, case: Case, *, by: Membership | None = None) -> dict[str, str]:
    with acting(by or case.coach):
        return dict(starters.tell_who(ask=ask, by=by or case.coach))


def question_of(ask: StarterAsk) -> Consent:
    with in_bureau(ask.bureau_id):
        found: Consent = Consent.objects.select_related("text", "client").get(pk=ask.consent_id)
        return found
