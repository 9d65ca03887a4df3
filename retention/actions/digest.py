"""What directie is told of the watchlist: at most one mail a week, of numbers alone, and none when there is no news."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse

from access.actions.mails import tell, with_role
from access.models import Mail, Role
from access.reach import as_system
from bureaus.terms import parse_term
from retention import watched

KIND = "bewaartermijnen"
# What the mail counts; more of the others is news, but never an alarm.
TOLD = ("overdue", "soon", "blocked", "missing", "transfers", "failed", "reviews")


@transaction.atomic
def send_digest(today: date) -> int:
    """Mail directie how many dossiers ask for attention; how many mails were queued.

    Once in a week (from Monday on), and only where a term is over, something failed, or the numbers are other than
    those of the last mail.
    """
    with as_system():
        found = asdict(watched.counts(today))
        numbers = {name: found[name] for name in TOLD}
        if not (numbers["overdue"] or numbers["failed"] or numbers != _last()):
            return 0
        year, week, _ = today.isocalendar()
        near = watched.warnings()
        soon = str(parse_term(near[0])) if near else ""
        page = reverse("retention:watchlist")
        bosses = with_role(Role.DIRECTIE)
        return tell(bosses, kind=KIND, once=f"{year}-W{week:02}", path=page, numbers=numbers, term=soon)


def _last() -> dict[str, Any]:
    """The numbers of the last mail; before the first one, nothing waited."""
    facts = Mail.objects.filter(kind=KIND).order_by("-created_at", "-pk").values_list("facts", flat=True).first()
    return dict((facts or {}).get("numbers") or dict.fromkeys(TOLD, 0))
