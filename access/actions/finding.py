"""A dossier by the number that somebody typed: for who may ask for one that is out of reach.

Numbers are drawn at random, so that guessing finds nothing; who tries is journaled, and stopped after a few.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from access import asked
from access.asking_rules import clean_number
from access.models import Membership
from access.reach import as_system
from access.rules import RuleBroken
from journal.actions import record
from journal.models import Line, Result

WRONG_AT_MOST, WITHIN = 10, timedelta(hours=1)
UNKNOWN = "nummer onbekend"


class UnknownNumber(RuleBroken):
    """No dossier of this bureau has the number."""


def by_number(*, number: str, by: Membership, act: str) -> Any:
    """The dossier with this number, whether or not `by` may see it.

    Raises UnknownNumber, and RuleBroken for what can be no number, or after so many wrong ones within the hour. What
    could be one is journaled under `act`: the caller catches it inside its transaction, or the line is lost with it.
    """
    asked_for = clean_number(number)
    with as_system():
        wrong = Line.objects.filter(membership_id=by.pk, at__gt=Now() - WITHIN, facts__why=UNKNOWN).count()
        found = asked.dossier_by_number(asked_for)
    if wrong >= WRONG_AT_MOST:
        _note(by, act, "te veel onbekende nummers")
        raise RuleBroken("U vulde vaak een nummer in dat niet bestaat. Probeer het over een uur opnieuw.", "number")
    if found is None:
        _note(by, act, UNKNOWN)
        raise UnknownNumber("Dit dossiernummer kennen wij niet. Kijk het nog eens na.", "number")
    return found


@transaction.atomic
def _note(by: Membership, act: str, why: str) -> None:
    """Without the number: what was typed may be a name."""
    record(act=act, obj=by, result=Result.REFUSED, facts={"why": why})
