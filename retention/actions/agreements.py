"""Terms that were agreed below the reglement: in a contract with an opdrachtgever, or for one traject (DOMAIN 3)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction

from access.models import Membership
from access.reach import as_system, database_now
from bureaus import reglement
from bureaus.schema import Action, DataClass, Trigger
from clients.models import Contract, Traject
from dossiers.models import Dossier
from journal.actions import record
from retention import terms
from retention.access import check_agree
from retention.actions.due_dates import refresh_due_dates
from retention.models import AGREED, TermAgreement
from retention.rules import Refused, check_agreed

_FACTS = ("term", "trigger", "action", "basis")
NOTHING = "geen"
BASIS_LENGTH = 80  # characters: it stands behind the date as the article does


@transaction.atomic
def agree_term(
    *, by: Membership, data_class: DataClass | str, term: str, trigger: Trigger | str, action: Action | str, basis: str,
    traject: Traject | None = None, contract: Contract | None = None, seen: str = "",
) -> TermAgreement:  # fmt: skip
    """Lay down another term for one traject, or for all trajecten of a contract; it replaces the one before.

    `term` is ISO 8601, or 'transfer'; `seen` what `agreed_now` said when the page was opened. Their due dates follow at
    once. The same again changes nothing. Raises PermissionDenied, Refused, also where something else was agreed since.
    """
    check_agree(by)
    subject = _subject(traject, contract)
    row = TermAgreement(
        **subject, data_class=str(data_class), term=term, trigger=str(trigger), action=str(action), basis=basis.strip()
    )
    _check(row)
    with as_system():
        _lock(traject, contract)
        there: TermAgreement | None = TermAgreement.objects.filter(
            ended_at=None, data_class=row.data_class, **subject
        ).first()
        if there is not None and all(getattr(there, name) == getattr(row, name) for name in _FACTS):
            return there
        _check_seen(seen, subject)
        if there is not None:
            _end(there, by)
        row.made_by, row.made_by_name = by, by.name
        row.save(force_insert=True)
        _record("termijn.afgesproken", row, {"before": there.term if there else ""})
        refresh_due_dates(_dossiers_of(row))
    return row


@transaction.atomic
def end_agreement(*, agreement: TermAgreement, by: Membership) -> TermAgreement:
    """From now on the level above holds again. Again changes nothing. Raises PermissionDenied."""
    check_agree(by)
    with as_system():
        _lock(agreement.traject, agreement.contract)
        row: TermAgreement = TermAgreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
        if row.ended_at is None:
            _end(row, by)
            _record("termijn.beeindigd", row, {})
            refresh_due_dates(_dossiers_of(row))
    return row


def agreed_now(*, traject: Traject | None = None, contract: Contract | None = None) -> str:
    """What is agreed at this moment, as a page notes it: two of these are the same, or something was changed."""
    return _told(_subject(traject, contract))


def _told(subject: dict[str, Any]) -> str:
    there = TermAgreement.objects.filter(ended_at=None, **subject).order_by("pk").values_list("pk", flat=True)
    return ",".join(one.hex for one in there) or NOTHING


def _check_seen(seen: str, subject: dict[str, Any]) -> None:
    """Who has an older page open would replace what they never saw. Raises Refused."""
    if seen and seen != _told(subject):
        raise Refused("Er is intussen iets anders afgesproken. Er is niets vastgelegd. Lees eerst wat er nu geldt.")


def _subject(traject: Traject | None, contract: Contract | None) -> dict[str, Any]:
    if (traject is None) == (contract is None):
        raise TypeError("an agreement is of one traject or of one contract")
    return {"traject": traject, "contract": contract}


def _check(row: TermAgreement) -> None:
    if row.data_class not in AGREED:
        raise Refused("Kies een soort gegevens uit de lijst.", "data_class")
    if not row.basis:
        raise Refused("Schrijf op waar deze afspraak staat.", "basis")
    if len(row.basis) > BASIS_LENGTH:
        raise Refused(f"Gebruik ten hoogste {BASIS_LENGTH} tekens.", "basis")
    try:
        own = terms.rule_of(row)
    except ValueError:  # pydantic's is one
        words = "Dit is geen termijn. Vul een heel getal in, en kies jaar, maanden, weken of dagen."
        raise Refused(words, "amount") from None
    general = reglement.in_force().retention.rule(row.data_class)
    check_agreed(general, own, DataClass(row.data_class))


def _lock(traject: Traject | None, contract: Contract | None) -> None:
    """Of two at once the second finds the first. A dossier before its traject, as who erases it does."""
    if traject is not None:
        Dossier.objects.select_for_update(of=("self",)).filter(traject=traject).first()
        if Traject.objects.select_for_update(of=("self",)).filter(pk=traject.pk).first() is None:
            raise Refused("Dit traject is er niet meer.")
    if contract is not None:
        Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)


def _end(row: TermAgreement, by: Membership) -> None:
    row.ended_at, row.ended_by_name = database_now(), by.name
    row.save(update_fields=["ended_at", "ended_by_name"])


def _dossiers_of(row: TermAgreement) -> list[uuid.UUID]:
    of = {"traject_id": row.traject_id} if row.traject_id else {"traject__contract_id": row.contract_id}
    return list(Dossier.objects.filter(**of).order_by("pk").values_list("pk", flat=True))


def _record(act: str, row: TermAgreement, more: dict[str, Any]) -> None:
    """`basis` is what somebody typed: it stays with the agreement and out of the journal."""
    dossier = Dossier.objects.filter(traject_id=row.traject_id).first() if row.traject_id else None
    facts = {"data_class": row.data_class, "term": row.term, "trigger": row.trigger, "action": row.action, **more}
    record(act=act, obj=row, dossier=dossier, facts=facts)
