"""A bureau of the demo before its first client: the bureau itself, who works there, who pays, who has an account."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from access.models import Membership, Role, RoleGroup
from bureaus.actions import Adopter, create_bureau, set_logo
from bureaus.models import Bureau
from bureaus.tenancy import in_bureau
from clients.models import Contract, Opdrachtgever, OpdrachtgeverContact
from demo.people import rows, shapes
from demo.people.accounts import Staff, check_demo, make_outsider, make_staff, sign_declarations
from demo.people.chance import rng_for
from demo.people.logos import logo_of
from demo.people.numbers import landline, letters
from demo.people.payers import opdrachtgevers
from demo.people.persons import person
from demo.people.places import REGIONS, STREETS
from demo.people.scenarios import STAR


class OtherDemo(RuntimeError):
    """The bureau was loaded with another seed: its payers are not those that this seed would make."""


@dataclass(frozen=True)
class House:
    """What every batch of clients of one bureau needs."""

    slug: str
    seed: int
    today: date
    bureau: Bureau
    staff: Staff
    client: Membership
    contact: Membership
    roles: dict[str, RoleGroup]
    shapes: tuple[shapes.Opdrachtgever, ...]
    payers: rows.Payers
    files: bool = True


@contextmanager
def at_work(bureau: Bureau) -> Iterator[None]:
    """One transaction of the loader in this bureau."""
    with in_bureau(bureau, origin="demo"):
        yield


@transaction.atomic
def open_house(slug: str, *, seed: int, today: date, files: bool = True) -> House:
    """Make the bureau with its accounts and payers, or find what an earlier run made. All in one transaction."""
    check_demo()
    bureau = Bureau.objects.filter(slug=slug).first()
    bureau = bureau or _make_bureau(slug, seed)
    found = opdrachtgevers(seed, slug, today)
    who = person(seed, slug, STAR, today)
    with at_work(bureau):
        staff = make_staff(seed, slug)
        sign_declarations(bureau, staff.everyone)
        client = make_outsider(slug, "client", who.name, Role.CLIENT)
        first = found[0].contacts[0]
        contact = make_outsider(slug, "opdrachtgever", first.name, Role.OPDRACHTGEVER, first.function)
        payers = _payers(found, contact)
        roles = {row.role: row for row in RoleGroup.objects.all()}
    return House(slug, seed, today, bureau, staff, client, contact, roles, found, payers, files)


def _make_bureau(slug: str, seed: int) -> Bureau:
    """With an office that can be found on the client's page, and a telephone that is nobody's."""
    rng, region = rng_for(seed, slug, "bureau"), REGIONS[slug]
    town, digits, area = region.towns[0]
    by = Adopter("beheer van het platform (demo)")
    bureau = create_bureau(
        slug=slug,
        preset=slug,
        by=by,
        address_1=f"{rng.choice(STREETS)} {rng.randrange(2, 90)}",
        postcode=f"{digits} {letters(rng)}",
        city=town,
        email=f"info@{slug}.test",
        phone=landline(rng, area),
    )
    logo = logo_of(slug)
    return set_logo(bureau=bureau, by=by, logo=logo) if logo else bureau


def _payers(found: tuple[shapes.Opdrachtgever, ...], contact: Membership) -> rows.Payers:
    if Opdrachtgever.objects.exists():
        return _payers_there(found)
    made = rows.payers(found)
    made.contacts[found[0].key][0].membership = contact
    Opdrachtgever.objects.bulk_create(made.opdrachtgevers.values())
    OpdrachtgeverContact.objects.bulk_create([one for each in made.contacts.values() for one in each])
    Contract.objects.bulk_create(made.contracts.values())
    return made


def _payers_there(found: tuple[shapes.Opdrachtgever, ...]) -> rows.Payers:
    """The saved rows of these payers. Raises OtherDemo where one of them is missing."""
    wanted, there = rows.payers(found), rows.Payers()
    known = {(row.kind, row.name): row for row in Opdrachtgever.objects.all()}
    contacts = {(row.opdrachtgever_id, row.name): row for row in OpdrachtgeverContact.objects.all()}
    contracts = {(row.opdrachtgever_id, row.number): row for row in Contract.objects.all()}
    try:
        for key, row in wanted.opdrachtgevers.items():
            payer = there.opdrachtgevers[key] = known[row.kind, row.name]
            there.contacts[key] = [contacts[payer.pk, one.name] for one in wanted.contacts[key]]
        for key, number in wanted.contracts:
            there.contracts[key, number] = contracts[there.opdrachtgevers[key].pk, number]
    except KeyError:
        raise OtherDemo(
            "This bureau was loaded with another seed or in another year; go on with those, or begin anew (make clean)."
        ) from None
    return there
