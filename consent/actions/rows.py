"""The row of a consent as every act takes it: held, answered, left, and with what its line in the log says."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from access.models import Membership
from access.reach import database_now
from consent import grounds, signals
from consent.models import Consent, How, State
from journal.actions import record

ANSWER = (
    "state", "how", "answered_at", "answered_by_name", "signed_name", "signed_on", "ends_on", "scan_file", "scan_name",
    "scan_size", "scan_sha256",
)  # fmt: skip
LEFT = ("state", "withdrawn_at", "withdrawn_by_name", "withdrawn_how")


def held(consent: Consent) -> Consent:
    """The row, held until this transaction ends. Raises Http404 where it is gone."""
    row = grounds.locked(consent.pk)
    if row is None:
        raise Http404
    return row


def facts_of(row: Consent) -> dict[str, Any]:
    """What every line of the log about a consent says: which words were asked, and none of them."""
    return {"number": row.number, "purpose": row.purpose, "version": row.text.version}


def answer(row: Consent, state: State, *, by: Membership, how: How, **more: Any) -> None:
    """Write down what was answered, once. Within the act's own transaction."""
    row.state, row.how, row.answered_at, row.answered_by_name = state, how, database_now(), by.name
    for name, value in more.items():
        setattr(row, name, value)
    row.save(update_fields=list(ANSWER))
    record(act=f"toestemming.{state}", obj=row, dossier=row.dossier, facts=facts_of(row) | {"how": str(how)})


def leave(row: Consent, *, by: Membership | None, how: How | None) -> None:
    """It holds no more from this moment, or needs no answer any more; without `by` and `how` by itself. Within the
    act's own transaction."""
    given, how_said = row.state == State.GIVEN, str(how or "")
    row.state, row.withdrawn_at, row.withdrawn_by_name, row.withdrawn_how = (
        State.WITHDRAWN, database_now(), by.name if by else "", how_said,
    )  # fmt: skip
    row.save(update_fields=list(LEFT))
    act = "toestemming.ingetrokken" if given else "toestemming.teruggenomen"
    record(act=act, obj=row, dossier=row.dossier, facts=facts_of(row) | {"how": how_said})
    if given:
        signals.withdrawn.send(sender=Consent, consent=row, by=by)
