"""From generated values to rows that are not saved yet: clients, payers, trajecten. No query happens here."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from access.models import Membership
from clients.models import (
    Appointment,
    Client,
    ContactPerson,
    Contract,
    Gemachtigde,
    Opdrachtgever,
    OpdrachtgeverContact,
    Traject,
    TrajectPhase,
)
from clients.rules import fold
from demo.people import shapes
from demo.people.accounts import Staff
from demo.people.scenarios import LENGTHS
from vault.bsn import blind_index

READS_WELL = ("moedertaal", "B1", "B2")
# The bureaus' reglementen know one kind of jobcoaching; intern and extern differ by who pays.
KINDS = {"jobcoaching_intern": "jobcoaching", "jobcoaching_extern": "jobcoaching"}
QUARTER = Decimal("0.25")


@dataclass
class Payers:
    """The opdrachtgevers of a bureau, by the generator's keys."""

    opdrachtgevers: dict[str, Opdrachtgever] = field(default_factory=dict)
    contacts: dict[str, list[OpdrachtgeverContact]] = field(default_factory=dict)
    contracts: dict[tuple[str, str], Contract] = field(default_factory=dict)


def payers(found: tuple[shapes.Opdrachtgever, ...]) -> Payers:
    made = Payers()
    for one in found:
        row = made.opdrachtgevers[one.key] = _opdrachtgever(one)
        made.contacts[one.key] = [_opdrachtgever_contact(row, contact) for contact in one.contacts]
        for contract in one.contracts:
            made.contracts[one.key, contract.number] = Contract(
                opdrachtgever=row, number=contract.number, starts_on=contract.starts, ends_on=contract.ends
            )
    return made


def _opdrachtgever(one: shapes.Opdrachtgever) -> Opdrachtgever:
    street, _ = one.address.lines
    name = f"{one.name}, {one.department}" if one.department else one.name
    return Opdrachtgever(
        kind=one.kind,
        name=name,
        sort_name=fold(name),
        street=street,
        postcode=one.address.postcode,
        city=one.address.plaats,
    )


def _opdrachtgever_contact(row: Opdrachtgever, one: shapes.Contact) -> OpdrachtgeverContact:
    return OpdrachtgeverContact(
        opdrachtgever=row, name=one.name.full, function=one.function, email=one.email, phone=one.phone
    )


def client(who: shapes.Person) -> Client:
    street, _ = who.address.lines
    row = Client(
        initials=who.name.voorletters,
        first_name=who.name.roepnaam,
        tussenvoegsel=who.name.tussenvoegsel,
        last_name=who.name.achternaam,
        birth_date=who.born,
        bsn=who.bsn,
        bsn_index=blind_index(who.bsn),
        email=who.email,
        phone=who.phone,
        street=street,
        postcode=who.address.postcode,
        city=who.address.plaats,
        language="" if who.taalniveau in READS_WELL else who.taal,
    )
    row.set_names()
    return row


def around(row: Client, who: shapes.Person) -> Iterator[ContactPerson | Gemachtigde]:
    """The people around a client."""
    for one in who.contactpersonen:
        yield ContactPerson(
            client=row,
            name=one.name.full,
            relation=one.relation,
            phone=one.phone,
            email=one.email,
            given_by_client=one.given_by_client,
        )
    for mandate in who.gemachtigden:
        organisation = f" ({mandate.organisation})" if mandate.organisation else ""
        yield Gemachtigde(
            client=row,
            name=f"{mandate.name.full}{organisation}",
            scope=mandate.scope,
            email=mandate.email,
            phone=mandate.phone,
            valid_from=mandate.since,
            valid_until=mandate.until,
        )


def traject(row: Client, one: shapes.Traject, made: Payers, handler: Membership) -> Traject:
    return Traject(
        client=row,
        opdrachtgever=made.opdrachtgevers[one.opdrachtgever],
        contact=made.contacts[one.opdrachtgever][0],
        contract=made.contracts[one.opdrachtgever, one.contract],
        kind=KINDS.get(one.kind, one.kind),
        ordernummer=one.ordernummer,
        handler=handler,
        registered_on=one.aangemeld,
        agreed_start=one.agreed_start,
        planned_end=one.planned_end,
        hours_granted=one.hours_granted,
        phase=one.phase,
        end_reason=one.end_reason,
        result=one.end_result,
        consent_stated=one.sharing_stated,
        traject_ended_on=one.traject_ended,
        service_closed_on=one.service_closed,
        contract_ended_on=one.contract_ended,
        transfer_received_on=one.transfer_received,
    )


def phases(row: Traject, one: shapes.Traject) -> Iterator[TrajectPhase]:
    """The phases gone through, and the ones still planned after them."""
    planned = one.aangemeld
    spans = {span.phase: span for span in one.phases}
    ahead = one.phase != "beeindigd"
    names = [name for name in LENGTHS if name in spans or ahead] + ([] if ahead else ["beeindigd"])
    for order, name in enumerate(names):
        until = planned + timedelta(days=sum(LENGTHS[name]) // 2) if name in LENGTHS else planned
        span = spans.get(name)
        yield TrajectPhase(
            traject=row,
            phase=name,
            order=order,
            planned_start=planned,
            planned_end=until,
            started_on=span.starts if span else None,
            finished_on=span.ends if span else None,
        )
        planned = until


def appointments(row: Traject, one: shapes.Traject, handler: Membership) -> Iterator[tuple[str, Appointment]]:
    """Each appointment with the key of the stuk that records it."""
    for meeting in one.appointments:
        held = meeting.attendance == "aanwezig"
        yield (
            meeting.verslag,
            Appointment(
                traject=row,
                kind=meeting.kind,
                starts_at=meeting.starts,
                minutes=meeting.minutes,
                place=meeting.place,
                coach=handler,
                attendance=meeting.attendance,
                hours=(Decimal(meeting.minutes) / 60).quantize(QUARTER) + QUARTER if held else None,
            ),
        )


def second_coach_of(one: shapes.Traject, staff: Staff, index: int) -> Membership | None:
    """In some trajecten the other coach helps; never in that of the demo's own client."""
    return staff.coaches[1 - one.coach] if index % 8 == 3 else None


def handler_of(one: shapes.Traject, staff: Staff) -> Membership:
    return staff.coaches[one.coach]
