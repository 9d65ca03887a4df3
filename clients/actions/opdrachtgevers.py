"""Who pays: the organisation, the people there, and the contracts under which trajecten run."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from access.models import Membership
from clients import access, signals
from clients.actions.accounts import call_by_word, follow_address
from clients.models import Contract, Opdrachtgever, OpdrachtgeverContact, OpdrachtgeverKind
from clients.rules import Refused, check_period
from journal.actions import record


@transaction.atomic
def save_opdrachtgever(
    *, kind: str, name: str, by: Membership, opdrachtgever: Opdrachtgever | None = None, **facts: Any
) -> Opdrachtgever:
    """Add an opdrachtgever or change one; each kind and name once in a bureau. Raises rules.Refused."""
    access.check_keep_payers(by)
    if kind not in OpdrachtgeverKind.values or not name:
        raise Refused("Kies de soort en vul de naam in.", "name")
    same = Opdrachtgever.objects.filter(kind=kind, name__iexact=name).exclude(kind=OpdrachtgeverKind.PARTICULIER)
    there = same.exclude(pk=opdrachtgever.pk if opdrachtgever else None).first()
    if there is not None:
        raise Refused(f"{there.name} staat al in de lijst.", "name")
    row, was = opdrachtgever or Opdrachtgever(), opdrachtgever.kind if opdrachtgever else kind
    act = "opdrachtgever.gewijzigd" if opdrachtgever else "opdrachtgever.toegevoegd"
    _save(row, {"kind": kind, "name": name, **facts}, Refused("Deze naam staat al in de lijst.", "name"))
    record(act=act, obj=row, facts={"kind": kind})
    if was != kind:
        call_by_word(row)
        signals.opdrachtgever_changed.send(sender=Opdrachtgever, opdrachtgever=row, by=by)
    return row


@transaction.atomic
def save_contact(
    *, opdrachtgever: Opdrachtgever, by: Membership, contact: OpdrachtgeverContact | None = None, **facts: Any
) -> OpdrachtgeverContact:
    """Add a person at the opdrachtgever, or change one. The same facts twice are one person."""
    access.check_keep_payers(by)
    Opdrachtgever.objects.select_for_update(of=("self",)).values_list("pk").get(pk=opdrachtgever.pk)
    there = OpdrachtgeverContact.objects.filter(opdrachtgever=opdrachtgever, **facts).first()
    if contact is None and there is not None:
        return there
    old_email = contact.email if contact else ""
    row = contact or OpdrachtgeverContact(opdrachtgever=opdrachtgever)
    _save(row, facts, Refused("Dit contact staat al in de lijst."))
    record(act="contact.gewijzigd" if contact else "contact.toegevoegd", obj=row)
    if contact:
        follow_address(row, old_email, by=by)
    return row


@transaction.atomic
def save_contract(
    *, opdrachtgever: Opdrachtgever, by: Membership, contract: Contract | None = None, **facts: Any
) -> Contract:
    """Add or change a contract; its end is a trigger date of its trajecten (jmwerkt 8.1.2). Raises rules.Refused."""
    access.check_keep_payers(by)
    check_period(facts.get("starts_on"), facts.get("ends_on"), "Het einde ligt voor het begin.", "ends_on")
    row = contract or Contract(opdrachtgever=opdrachtgever)
    was = row.ends_on
    _save(row, facts, Refused("Er is al een contract met dit nummer.", "number"))
    moved = row.trajecten.update(contract_ended_on=row.ends_on) if contract and was != row.ends_on else 0
    dates = {"starts_on": row.starts_on, "ends_on": row.ends_on, "trajecten": moved}
    record(act="contract.gewijzigd" if contract else "contract.toegevoegd", obj=row, facts=dates)
    if contract and was != row.ends_on:
        signals.contract_changed.send(sender=Contract, contract=row, by=by)
    return row


def _save(row: Any, facts: dict[str, Any], double: Refused) -> None:
    for name, value in facts.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if "_once" not in str(error):
            raise
        raise double from None
