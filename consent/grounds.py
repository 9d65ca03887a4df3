"""Whether a client's consent holds at this moment, by the database's day: what everything that leaves asks here."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.utils import timezone

from access.reach import database_now
from clients.models import Client
from consent import rules
from consent.models import Consent


def today() -> date:
    """The day by the database's clock, here in the Netherlands; one query."""
    return timezone.localdate(database_now())


def valid_consents(*, client: Client) -> Any:
    """Those of this client that hold today, with their text; a queryset."""
    return Consent.objects.all().valid(today()).filter(client=client).select_related("text")


def locked(pk: uuid.UUID) -> Consent | None:
    """The row, held until this transaction ends, as it is now; None where it is gone.

    What leaves on a consent and what withdraws it both begin here: one of the two comes first, and the other sees it.
    """
    rows = Consent.objects.select_for_update(of=("self",)).select_related("text", "client", "dossier")
    found: Consent | None = rows.filter(pk=pk).first()
    return found


def holds(consent: Consent, day: date | None = None) -> bool:
    """Whether this row, as it was read, holds on this day; without one, today."""
    return rules.is_valid(consent.state, consent.ends_on, day or today())
