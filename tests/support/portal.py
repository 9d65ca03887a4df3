"""A client, their coach and payer, and a dossier with something in it: what the portals are tried on."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.models import DossierGrant, Ground, Membership, Role
from access.reach import VIEW, permission_id
from bureaus.models import Bureau, Reglement
from bureaus.reglement import forget, version_in_force
from bureaus.schema import StukKind, dump
from bureaus.tenancy import in_bureau
from clients.models import (
    Appointment,
    AppointmentKind,
    Attendance,
    Client,
    Gemachtigde,
    Opdrachtgever,
    OpdrachtgeverContact,
    OpdrachtgeverKind,
    Phase,
    Traject,
    TrajectPhase,
)
from dossiers import actions
from dossiers.models import Dossier, Draft, Stuk, StukVersion
from tests.support.people import acting, make_member, sign_all
from tests.support.servers import MANY, analyze

_numbers = itertools.count(1)


@dataclass
class Case:
    """One client of a bureau, with everybody around them."""

    bureau: Bureau
    coach: Membership
    member: Membership
    client: Client
    payer: Membership
    contact: OpdrachtgeverContact
    traject: Traject
    dossier: Dossier


def make_case(bureau: Bureau, first_name: str = "Vera", *, kind: str = OpdrachtgeverKind.UWV, **traject) -> Case:
    """A running traject whose client and contact of the opdrachtgever have accounts."""
    number = next(_numbers)
    coach = make_member(bureau, f"Coach{number}", Role.COACH)
    member = make_member(bureau, f"{first_name}{number}", Role.CLIENT)
    payer = make_member(bureau, f"Payer{number}", Role.OPDRACHTGEVER)
    with in_bureau(bureau):
        client = Client.objects.create(
            first_name=first_name, tussenvoegsel="van den", last_name=f"Berg{number}", membership=member,
            street="Dorpsweg 4", postcode="9641 AB", city="Veendam", phone="0598-600100", email=f"v{number}@thuis.test",
        )  # fmt: skip
        opdrachtgever, _ = Opdrachtgever.objects.get_or_create(kind=kind, name=f"Opdrachtgever {kind}")
        contact = OpdrachtgeverContact.objects.create(opdrachtgever=opdrachtgever, name=payer.name, membership=payer)
    made = add_traject(bureau, client, coach, contact, **traject)
    return Case(bureau, coach, member, client, payer, contact, made, made.dossier)


def add_traject(bureau: Bureau, client: Client, coach: Membership, contact: OpdrachtgeverContact, **more) -> Traject:
    """Another traject of a client, with its dossier."""
    values = {
        "kind": "werkfit", "phase": Phase.COACHING, "registered_on": "2026-01-05", "agreed_start": "2026-02-01",
        "planned_end": timezone.localdate() + timedelta(days=200), "hours_granted": 41,
        "ordernummer": f"ORD-{next(_numbers)}",
    }  # fmt: skip
    with in_bureau(bureau):
        traject = Traject.objects.create(
            client=client, opdrachtgever=contact.opdrachtgever, contact=contact, handler=coach, **(values | more)
        )
        actions.open_dossier(traject=traject, by=None)
        return Traject.objects.select_related("dossier").get(pk=traject.pk)


def write(case: Case, title: str, text: str, *, kind: str = StukKind.GESPREKSVERSLAG, final: bool = True) -> Stuk:
    """The coach writes a stuk; `final` makes it part of the dossier."""
    with acting(case.coach):
        stuk = actions.start_stuk(dossier=case.dossier, by=case.coach, kind=kind)
        draft = Draft.objects.get(stuk=stuk)
        content = {"title": title, "sections": [{"label": "Besproken", "text": text}]}
        actions.save_draft(stuk=stuk, by=case.coach, version=draft.version, content=content)
        return actions.vaststellen(stuk=stuk, by=case.coach, herkomst="medewerker") if final else stuk


def supplement(case: Case, stuk: Stuk, text: str) -> Stuk:
    with acting(case.coach):
        draft = actions.start_aanvulling(stuk=stuk, by=case.coach)
        content = {"title": "Aanvulling", "sections": [{"label": "", "text": text}]}
        actions.save_draft(stuk=stuk, by=case.coach, version=draft.version, content=content)
        return actions.aanvullen(stuk=stuk, by=case.coach)


def state(case: Case, title: str, text: str, about: Stuk | None = None) -> Stuk:
    with acting(case.member):
        return actions.add_statement(dossier=case.dossier, by=case.member, title=title, text=text, about=about)


def release(case: Case, stuk: Stuk):
    with acting(case.coach):
        return actions.release(stuk=stuk, by=case.coach)


def meet(case: Case, attendance: str = Attendance.PRESENT, *, days: int = -7, hours=1.5, kind=AppointmentKind.TALK):
    with in_bureau(case.bureau):
        return Appointment.objects.create(
            traject=case.traject, kind=kind, starts_at=timezone.now() + timedelta(days=days), attendance=attendance,
            coach=case.coach, hours=hours, place="Kantoor Veendam",
        )  # fmt: skip


def plan_phases(case: Case) -> None:
    today = timezone.localdate()
    with in_bureau(case.bureau):
        for at, phase in enumerate([Phase.INTAKE, Phase.PLAN, Phase.COACHING]):
            start = today + timedelta(days=30 * (at - 2))
            ended = start + timedelta(days=29) if at < 2 else None
            TrajectPhase.objects.create(
                traject=case.traject, phase=phase, order=at, started_on=start, finished_on=ended,
                planned_start=start, planned_end=start + timedelta(days=29),
            )  # fmt: skip


def authorise(case: Case, name: str = "Greet", *, until=None) -> Membership:
    """A gemachtigde with an account."""
    member = make_member(case.bureau, f"{name}{next(_numbers)}", Role.GEMACHTIGDE)
    with in_bureau(case.bureau):
        Gemachtigde.objects.create(
            client=case.client, name=name, scope="alles", membership=member, valid_until=until,
            valid_from=timezone.localdate() - timedelta(days=90),
        )  # fmt: skip
        actions.sync_grants(dossier=case.dossier, by=None)
    return member


def many_stukken(case: Case, number: int) -> None:
    """So many gespreksverslagen at once, as vaststellen leaves them."""
    with in_bureau(case.bureau):
        stukken = [
            Stuk(
                dossier=case.dossier, kind=StukKind.GESPREKSVERSLAG, state="vastgesteld", purpose="Om te tellen.",
                herkomst="medewerker", date=timezone.localdate() - timedelta(days=at), author=case.coach,
                author_name=case.coach.name, vastgesteld_at=timezone.now(), version=1,
            )
            for at in range(number)
        ]  # fmt: skip
        Stuk.objects.bulk_create(stukken)
        StukVersion.objects.bulk_create(
            StukVersion(
                stuk=stuk, dossier=case.dossier, number=1, made_by=case.coach, made_by_name=case.coach.name,
                content={"title": f"Gesprek {at}", "sections": [{"label": "", "text": "Tekst."}]},
            )
            for at, stuk in enumerate(stukken)
        )  # fmt: skip


def many_trajecten(case: Case, number: int) -> None:
    """So many other clients of the same payer, each with phases and appointments."""
    with in_bureau(case.bureau):
        clients = [Client(first_name=f"Nr{at}", last_name=f"Bulk{next(_numbers)}") for at in range(number)]
        for client in clients:
            client.set_names()
        Client.objects.bulk_create(clients)
        trajecten = [
            Traject(
                client=client, opdrachtgever=case.contact.opdrachtgever, contact=case.contact, handler=case.coach,
                kind="werkfit", phase=Phase.PLAN, registered_on="2026-02-01",
            )
            for client in clients
        ]  # fmt: skip
        Traject.objects.bulk_create(trajecten)
        dossiers = [Dossier(number=f"T-{next(_numbers):06}", client=one.client, traject=one) for one in trajecten]
        Dossier.objects.bulk_create(dossiers)
        DossierGrant.objects.bulk_create(
            DossierGrant(
                content_object=one, group_id=case.payer.private_group_id, permission_id=permission_id(VIEW),
                ground=Ground.OPDRACHTGEVER, granted_by_name="Test",
            )
            for one in dossiers
        )  # fmt: skip
        TrajectPhase.objects.bulk_create(
            TrajectPhase(traject=one, phase=phase, order=at)
            for one in trajecten
            for at, phase in enumerate([Phase.INTAKE, Phase.PLAN])
        )
        Appointment.objects.bulk_create(
            Appointment(traject=one, kind="gesprek", starts_at=timezone.now(), attendance="aanwezig", coach=case.coach)
            for one in trajecten
        )
        if number >= MANY:
            analyze()


def in_force_with(bureau: Bureau, **parts) -> None:
    """A next version of the reglement, from today: `in_force_with(b, access={"client": {"own_statement": False}})`."""
    with in_bureau(bureau):
        now = version_in_force()
        parameters = _merged(dump(now.rules), parts)
        day = timezone.localdate()
        Reglement.objects.create(
            version=now.version + 1, title=now.title, parameters=parameters, adopted_on=day, in_force_from=day,
            adopted_by_name="Test",
        )  # fmt: skip
        forget()
        sign_all(*Membership.objects.all().active().staff())


def _merged(old, new):
    if not isinstance(new, dict):
        return new
    old = old or {}  # what the reglement does not have yet
    return old | {name: _merged(old.get(name), value) for name, value in new.items()}


def queries_of(client, path: str) -> list[str]:
    """What a page asks of the tables; savepoints and the settings of the walls are not counted."""
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    asked = [one["sql"] for one in seen.captured_queries]
    frame = ("SAVEPOINT", "RELEASE", "SELECT set_config", "BEGIN", "COMMIT")
    return [sql[:300] for sql in asked if not sql.startswith(frame)]
