"""The aanmelding: a client, perhaps new, and the traject that someone orders for them."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction

from access.models import Membership, Role
from bureaus import reglement
from bureaus.leases import one_at_a_time
from bureaus.schema import TrajectKind
from bureaus.words import word
from clients import access, signals
from clients.actions.opdrachtgevers import save_opdrachtgever
from clients.models import Client, Contract, Opdrachtgever, OpdrachtgeverContact, Traject, TrajectPhase
from clients.rules import Refused, check_period, dossier_of, phases_of, planned_periods
from journal.actions import record
from vault.actions import create_key
from vault.bsn import blind_index
from vault.rules import normalise_bsn

KNOWN = "Deze persoon is misschien al bekend bij het bureau. Vraag de directie of administratie."


@dataclass(frozen=True)
class Person:
    """Who the traject is for."""

    last_name: str
    first_name: str = ""
    initials: str = ""
    tussenvoegsel: str = ""
    birth_date: date | None = None
    bsn: str = ""
    email: str = ""
    phone: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    language: str = ""


@dataclass(frozen=True)
class NewTraject:
    """What is ordered, by whom, and who does it. `new_kind` and `new_name` are of an opdrachtgever not known yet."""

    kind: str
    handler: Membership
    registered_on: date
    opdrachtgever: Opdrachtgever | None = None
    new_kind: str = ""
    new_name: str = ""
    contact: OpdrachtgeverContact | None = None
    contract: Contract | None = None
    ordernummer: str = ""
    agreed_start: date | None = None
    planned_end: date | None = None
    hours_granted: Decimal | None = None
    second_coach: Membership | None = None
    consent_stated: bool = False


@transaction.atomic
def register_client_and_traject(
    *, token: uuid.UUID, client: Client | Person, order: NewTraject, by: Membership
) -> Traject:
    """Take on a traject, for a client within reach or a new one; its dossier is opened in the same transaction.

    `token` is drawn with the form and becomes the traject's id: sent twice it makes one. Raises rules.Refused.
    """
    access.check_register(by)
    one_at_a_time("aanmelding", token)
    there: Traject | None = Traject.objects.filter(pk=token).first()
    if there is not None:
        return there
    payer = order.opdrachtgever or save_opdrachtgever(kind=order.new_kind, name=order.new_name, by=by)
    check_order(order, payer.kind)
    who = _checked(client, by) if isinstance(client, Client) else _new_client(client)
    traject = _insert(token, who, payer, order)
    signals.traject_registered.send(sender=Traject, traject=traject, by=by)
    traject = Traject.objects.select_related("dossier", "client").get(pk=traject.pk)
    facts = {"kind": traject.kind, "opdrachtgever": payer.kind, "new_client": isinstance(client, Person)}
    record(act="traject.aangemeld", obj=traject, dossier=dossier_of(traject), facts=facts)
    return traject


def check_order(order: NewTraject, payer_kind: str) -> None:
    """The reglement's kinds, what the opdrachtgever states (pluspunt 3.4), dates and people. Raises rules.Refused."""
    check_kind(order.kind, payer_kind)
    if reglement.in_force().disclosure.aanmelding_needs_statement and not order.consent_stated:
        raise Refused(needs_statement(), "consent_stated")
    check_period(order.agreed_start, order.planned_end, "Het einde ligt voor het begin.", "planned_end")
    check_coaches(order.handler, order.second_coach)
    check_of_payer(order.opdrachtgever, order.contact, order.contract)


def needs_statement() -> str:
    """pluspunt 3.4, for who forgot it."""
    client, payer = word("client", article=True), word("opdrachtgever", article=True)
    return (
        f"Zonder de verklaring dat {client} instemt met het delen van deze gegevens kan de aanmelding nog niet door."
        f" Vraag {payer} erom."
    )


def check_kind(kind: str, payer_kind: str) -> TrajectKind:
    """A kind that is on, and meant for this kind of opdrachtgever. Raises rules.Refused."""
    rule = reglement.in_force().dossier.trajects_on().get(kind)
    if rule is None:
        raise Refused("Dit soort traject staat in dit bureau niet aan.", "kind")
    if rule.for_opdrachtgevers and payer_kind not in rule.for_opdrachtgevers:
        kinds = ", ".join(one.label for one in rule.for_opdrachtgevers)
        raise Refused(f"{rule.name} is er alleen voor: {kinds}.", "kind")
    return rule


def check_coaches(handler: Membership, second: Membership | None) -> None:
    """Coaches who work here now, and not one person twice. Raises rules.Refused."""
    for field, coach in (("handler", handler), ("second_coach", second)):
        if coach is not None and not (coach.is_active and coach.has_role(Role.COACH)):
            raise Refused(f"Kies iemand die hier nu als {word('coach')} werkt.", field)
    if second is not None and second.pk == handler.pk:
        raise Refused(f"De tweede {word('coach')} is iemand anders dan de behandelaar.", "second_coach")


def check_of_payer(
    payer: Opdrachtgever | None, contact: OpdrachtgeverContact | None, contract: Contract | None
) -> None:
    """Contact and contract are of the opdrachtgever of this traject. Raises rules.Refused."""
    for field, one in (("contact", contact), ("contract", contract)):
        if one is not None and (payer is None or one.opdrachtgever_id != payer.pk):
            raise Refused(f"Dit hoort niet bij de gekozen {word('opdrachtgever')}.", field)


def _checked(client: Client, by: Membership) -> Client:
    """A client that is known already has to be within reach, for more than to read. Raises Http404, rules.Refused."""
    found = access.client_of(by, client.pk)
    access.check_take_on(by, found)
    return found


def _new_client(person: Person) -> Client:
    facts = asdict(person) | {"bsn": None}
    client = Client(**facts)
    create_key(subject_id=client.pk)
    set_bsn(client, person.bsn)
    insert_once(client)
    record(act="client.gemaakt", obj=client, facts={"bsn": bool(person.bsn)})
    return client


def set_bsn(client: Client, number: str) -> None:
    """Seal a BSN, with the index that finds it; '' takes it away. Raises ValueError where it is none."""
    client.bsn = normalise_bsn(number) if number else None
    client.bsn_index = blind_index(number) if number else None


def insert_once(client: Client) -> None:
    """Save, where no other client of the bureau has this BSN. Raises rules.Refused."""
    try:
        with transaction.atomic():
            client.save()
    except IntegrityError as error:
        if "clients_client_bsn_once" not in str(error):
            raise
        raise Refused(KNOWN, "bsn") from None


def _insert(token: uuid.UUID, client: Client, payer: Opdrachtgever, order: NewTraject) -> Traject:
    facts = {name: value for name, value in vars(order).items() if not name.startswith("new_")}
    ended = order.contract.ends_on if order.contract else None
    traject = Traject(pk=token, client=client, **facts | {"opdrachtgever": payer, "contract_ended_on": ended})
    traject.save(force_insert=True)
    TrajectPhase.objects.bulk_create(planned_phases(traject))
    return traject


def planned_phases(traject: Traject) -> list[TrajectPhase]:
    """The phases that the kind of traject goes through by the reglement; the first has begun."""
    names = phases_of(reglement.in_force().dossier.traject_kinds[traject.kind].phases)
    begin = traject.agreed_start or traject.registered_on
    first = [(traject.registered_on, max(begin, traject.registered_on))]
    spans = first + planned_periods(len(names) - 1, begin, traject.planned_end)
    rows = [TrajectPhase(traject=traject, phase=name, order=order) for order, name in enumerate(names)]
    for row, (start, end) in zip(rows, spans, strict=False):
        row.planned_start, row.planned_end = start, end
    rows[0].started_on = traject.registered_on
    return rows
