"""A request by telephone is refused, and noted: nobody who calls is told anything (javawest 8, werkid 12)."""

from __future__ import annotations

from datetime import datetime

from access.actions.refusals import refusals_noted
from access.models import Membership
from access.reach import as_system, database_now
from access.rules import RuleBroken
from consent import call_access as access
from consent.models import RefusedCall
from dossiers.models import Dossier
from journal.actions import record

REFUSED = "telefoonverzoek.geweigerd"
LONGEST_LINE, LONGEST = 150, 2_000


def note_refused(
    *, dossier: Dossier, caller: str, asked: str, called_at: datetime, by: Membership, organisation: str = ""
) -> RefusedCall:
    """Who said to call, for which organisation, what was asked and when. The same twice is one line.

    Raises Http404, PermissionDenied, RuleBroken with its field.
    """
    access.check_note(by, dossier)
    said = {"caller": caller.strip(), "organisation": organisation.strip() or None, "asked": asked.strip()}
    with refusals_noted(REFUSED, dossier=dossier):
        _check(said, called_at)
        return _noted(dossier, said, called_at, by)


def _check(said: dict[str, str | None], called_at: datetime) -> None:
    """Raises RuleBroken with its field."""
    for name, words in (("caller", "Vul in wie de beller zei te zijn."), ("asked", "Schrijf op wat werd gevraagd.")):
        if not said[name]:
            raise RuleBroken(words, name)
    if called_at > database_now():
        raise RuleBroken("Dit tijdstip ligt in de toekomst.", "called_time")


def _noted(dossier: Dossier, said: dict[str, str | None], called_at: datetime, by: Membership) -> RefusedCall:
    with as_system():  # a second click waits until the first is there
        Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    for there in RefusedCall.objects.filter(dossier=dossier, called_at=called_at):
        if all(getattr(there, name) == value for name, value in said.items()):
            found: RefusedCall = there
            return found
    row = RefusedCall(dossier=dossier, called_at=called_at, noted_by_name=by.name)
    for name, value in said.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    record(act=REFUSED, obj=row, dossier=dossier)
    return row
