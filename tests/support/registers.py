"""An incident in the register, as who keeps it writes it down."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from access.models import Membership
from requests.actions.incidents import document_incident
from requests.models import Incident
from tests.support.people import acting

MAIL = {"what": "Een mail ging naar het verkeerde adres.", "whose": "De naam en het plan van een deelnemer."}


def breach(by: Membership, *, hours_ago: float = 3, **facts: Any) -> Incident:
    """Known since so many hours."""
    with acting(by):
        aware_at = timezone.now() - timedelta(hours=hours_ago)
        return document_incident(by=by, aware_at=aware_at, **MAIL | facts)
