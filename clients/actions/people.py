"""The facts of a client, the people around them, and who acts for them."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from access.models import Membership
from clients import access, signals
from clients.actions.accounts import follow_address, revoke_open
from clients.actions.registration import insert_once, set_bsn
from clients.models import Client, ContactPerson, Gemachtigde
from clients.rules import check_period
from journal.actions import record
from vault.actions import create_key
from vault.errors import KeyExists

FACTS = (
    "initials", "first_name", "tussenvoegsel", "last_name", "birth_date", "email", "phone", "street", "postcode",
    "city", "language",
)  # fmt: skip


@transaction.atomic
def change_client(*, client: Client, by: Membership, bsn: str | None = None, **facts: Any) -> Client:
    """Change facts of a client by name; `bsn` None leaves it as it is. The journal names the fields, no more.

    Raises TypeError for what is no fact of a client, rules.Refused where another client has this BSN.
    """
    access.check_change_client(by, client)
    if strange := set(facts) - set(FACTS):
        raise TypeError(f"no facts of a client: {sorted(strange)}")
    locked: Client = Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    changed = [name for name, value in facts.items() if getattr(locked, name) != value]
    for name in changed:
        setattr(locked, name, facts[name])
    if bsn is not None and bsn != (locked.bsn or ""):
        _make_key(locked)
        set_bsn(locked, bsn)
        changed.append("bsn")
    if not changed:
        return locked
    insert_once(locked)
    if "email" in changed:
        revoke_open(locked.pk, by=by)
    record(act="client.gewijzigd", obj=locked, facts={"fields": sorted(changed)})
    return locked


@transaction.atomic
def save_contact_person(
    *, client: Client, by: Membership, person: ContactPerson | None = None, **facts: Any
) -> ContactPerson:
    """Add someone around the client, or change who is there (pluspunt 3.3). The same facts twice are one person."""
    access.check_change_client(by, client)
    _lock(client)
    if person is None and (there := ContactPerson.objects.filter(client=client, **facts).first()):
        return there
    act = "contactpersoon.gewijzigd" if person else "contactpersoon.toegevoegd"
    row = _filled(person or ContactPerson(client=client), facts)
    record(act=act, obj=row, facts={"client": str(client.pk)})
    return row


@transaction.atomic
def remove_contact_person(*, person: ContactPerson, by: Membership) -> None:
    """Take someone out; again changes nothing."""
    access.check_change_client(by, person.client)
    if ContactPerson.objects.filter(pk=person.pk).delete()[0]:
        record(act="contactpersoon.verwijderd", obj=person, facts={"client": str(person.client_id)})


@transaction.atomic
def save_gemachtigde(
    *, client: Client, by: Membership, gemachtigde: Gemachtigde | None = None, **facts: Any
) -> Gemachtigde:
    """Add who acts for the client, or change it; another period is another grant. The same facts twice are one."""
    access.check_change_client(by, client)
    check_period(
        facts.get("valid_from"), facts.get("valid_until"), "Het einde van de machtiging ligt voor het begin.",
        "valid_until",
    )  # fmt: skip
    _lock(client)
    if gemachtigde is None and (there := Gemachtigde.objects.filter(client=client, **facts).first()):
        return there
    act = "gemachtigde.gewijzigd" if gemachtigde else "gemachtigde.toegevoegd"
    old_email = gemachtigde.email if gemachtigde else ""
    row = _filled(gemachtigde or Gemachtigde(client=client), facts)
    dates = {"from": row.valid_from, "until": row.valid_until}
    record(act=act, obj=row, facts={"client": str(client.pk), **dates})
    if gemachtigde:
        follow_address(row, old_email, by=by)
    if row.membership_id:
        signals.client_account_changed.send(sender=Client, client=client, by=by)
    return row


@transaction.atomic
def remove_gemachtigde(*, gemachtigde: Gemachtigde, by: Membership) -> None:
    """End a machtiging: what it opened is closed at once. Again changes nothing."""
    client = gemachtigde.client
    access.check_change_client(by, client)
    if not Gemachtigde.objects.filter(pk=gemachtigde.pk).delete()[0]:
        return
    revoke_open(gemachtigde.pk, by=by)
    record(act="gemachtigde.verwijderd", obj=gemachtigde, facts={"client": str(client.pk)})
    signals.client_account_changed.send(sender=Client, client=client, by=by)


def _make_key(client: Client) -> None:
    """A client from before keys were made, such as one that was loaded in bulk."""
    if client.bsn_index is None:
        try:
            create_key(subject_id=client.pk)
        except KeyExists:
            return


def _lock(client: Client) -> None:
    Client.objects.select_for_update(of=("self",)).values_list("pk").get(pk=client.pk)


def _filled(row: Any, facts: dict[str, Any]) -> Any:
    for name, value in facts.items():
        setattr(row, name, value)
    row.save()
    return row
