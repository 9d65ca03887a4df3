"""What is done with clients and trajecten: once, by who may, and journaled."""

from __future__ import annotations

import threading
import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.utils import timezone

from access.actions import accept_invitation, end_membership, invite
from access.models import DossierGrant, Ground, Invitation
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from clients import access, actions
from clients.models import Appointment, Attendance, Client, Contract, Opdrachtgever, Phase, Traject
from clients.rules import Refused
from dossiers.models import Dossier
from journal.models import Line
from tests.support.people import PASSWORD, acting, make_bureau, make_member

BSN = "111222333"


@pytest.fixture
def bureau(db):
    return make_bureau()


@pytest.fixture
def coach(bureau):
    return make_member(bureau, "Anna", "coach")


@pytest.fixture
def other(bureau):
    return make_member(bureau, "Bas", "coach")


def order(handler, **changes):
    facts = {
        "kind": "werkfit", "handler": handler, "registered_on": date(2026, 1, 5), "new_kind": "uwv",
        "new_name": "UWV Groningen", "agreed_start": date(2026, 1, 12), "planned_end": date(2026, 7, 12),
    }  # fmt: skip
    if "opdrachtgever" in changes or Opdrachtgever.objects.filter(name="UWV Groningen").exists():
        payer = Opdrachtgever.objects.get(name="UWV Groningen")
        facts |= {"opdrachtgever": payer, "new_kind": "", "new_name": ""}
    return actions.NewTraject(**facts | changes)


def person(**changes):
    facts = {"last_name": "Berg", "tussenvoegsel": "van den", "first_name": "Jan", "email": "jan@mail.test"}
    return actions.Person(**facts | {"birth_date": date(1980, 5, 3)} | changes)


def registered(by, token=None, client=None, **changes):
    return actions.register_client_and_traject(
        token=token or uuid.uuid4(), client=client or person(), order=order(by, **changes), by=by
    )


def acts():
    return list(Line.objects.order_by("seq").values_list("act", flat=True))


def test_an_aanmelding_makes_client_traject_phases_and_dossier(bureau, coach):
    with acting(coach):
        traject = registered(coach, client=person(bsn=BSN))
        assert traject.dossier.client == traject.client
        assert [row.phase for row in traject.phases.all()] == ["aangemeld", "intake", "plan", "begeleiding", "nazorg"]
        assert traject.phases.first().started_on == date(2026, 1, 5)
        assert traject.phases.last().planned_end == date(2026, 7, 12)
        assert Client.objects.get().bsn == BSN
        assert access.may_change_traject(coach, traject)
    with in_bureau(bureau):
        assert {"client.gemaakt", "opdrachtgever.toegevoegd", "dossier.geopend", "traject.aangemeld"} <= set(acts())


def test_the_same_form_sent_twice_makes_one(coach):
    token = uuid.uuid4()
    with acting(coach):
        assert registered(coach, token) == registered(coach, token)
        assert (Client.objects.count(), Traject.objects.count(), Dossier.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_once_makes_one():
    bureau = make_bureau()
    coach, token = make_member(bureau, "Anna", "coach"), uuid.uuid4()
    with acting(coach):
        registered(coach)
    both, trouble = threading.Barrier(2), []

    def send():
        try:
            with acting(coach):
                both.wait()
                registered(coach, token, client=person(last_name="Dubbel"))
        except Exception as error:  # noqa: BLE001
            trouble.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not trouble
    with in_bureau(bureau):
        assert Client.objects.filter(last_name="Dubbel").count() == 1
        assert Traject.objects.filter(pk=token).count() == 1


def test_two_clients_never_have_one_bsn(coach):
    with acting(coach):
        registered(coach, client=person(bsn=BSN))
        with pytest.raises(Refused, match="misschien al bekend") as refusal:
            registered(coach, client=person(last_name="Ander", bsn=BSN))
        assert refusal.value.field == "bsn"
        assert Client.objects.count() == 1


def test_a_bsn_lies_nowhere_in_plain(coach):
    with acting(coach):
        registered(coach, client=person(bsn=BSN))
        with connection.cursor() as cursor:
            cursor.execute("SELECT c::text FROM clients_client c UNION ALL SELECT l::text FROM journal_line l")
            assert all(BSN not in row for (row,) in cursor.fetchall())
            cursor.execute("SELECT bsn FROM clients_client")
            assert BSN.encode() not in bytes(cursor.fetchone()[0])


@pytest.mark.article("pluspunt", "3.4")
def test_without_the_statement_of_the_opdrachtgever_an_aanmelding_is_refused(db):
    bureau = make_bureau("pluspunt", "pluspunt")
    coach = make_member(bureau, "Anna", "coach")
    with acting(coach):
        with pytest.raises(Refused) as refusal:
            registered(coach)
        assert refusal.value.field == "consent_stated"
        assert not Traject.objects.exists()
        assert registered(coach, consent_stated=True).consent_stated


def test_a_kind_of_traject_is_for_the_payers_that_the_reglement_names(coach):
    with acting(coach), pytest.raises(Refused, match="alleen voor: UWV"):
        registered(coach, new_kind="werkgever", new_name="Bakker BV")


def test_a_kind_that_is_not_on_is_refused(coach):
    with acting(coach), pytest.raises(Refused, match="niet aan"):
        registered(coach, kind="onbekend")


def test_directie_does_no_aanmelding(bureau, coach):
    directie = make_member(bureau, "Dirk", "directie")
    with acting(directie), pytest.raises(PermissionDenied):
        actions.register_client_and_traject(token=uuid.uuid4(), client=person(), order=order(coach), by=directie)


def test_another_traject_is_for_a_client_within_reach_only(coach, other):
    with acting(coach):
        client = registered(coach).client
    with acting(other), pytest.raises(Http404):
        registered(other, client=client)
    with acting(coach):
        again = registered(coach, client=client)
        assert again.client == client
        assert Client.objects.count() == 1


def test_only_who_may_write_changes_a_client(bureau, coach, other):
    directie = make_member(bureau, "Dirk", "directie")
    with acting(coach):
        client = registered(coach).client
        actions.change_client(client=client, by=coach, city="Veendam")
    with acting(directie), pytest.raises(PermissionDenied):
        actions.change_client(client=client, by=directie, city="Assen")
    with acting(other), pytest.raises(Http404):
        actions.change_client(client=client, by=other, city="Assen")
    with in_bureau(bureau):
        line = Line.objects.get(act="client.gewijzigd")
        assert line.facts == {"fields": ["city"]}


@pytest.mark.article("javawest", "6.1")
def test_administratie_reads_and_does_not_write_where_the_reglement_says_so(bureau, coach):
    clerk = make_member(bureau, "Carla", "administratie")
    with acting(coach):
        client = registered(coach).client
    with acting(clerk):
        assert access.client_of(clerk, client.pk) == client
        assert not access.may_change_client(clerk, client)
        assert access.may_register(clerk)


@pytest.mark.article("werkid", "13.1")
def test_nothing_changes_in_an_archived_dossier(coach):
    with acting(coach):
        traject = registered(coach)
        Dossier.objects.filter(pk=traject.dossier.pk).update(archived_at=timezone.now())
        with pytest.raises(Refused, match="gearchiveerd"):
            actions.set_phase(traject=traject, phase=Phase.INTAKE, by=coach)
        assert not access.may_change_client(coach, traject.client)


def test_a_bsn_is_shown_for_a_reason_that_is_journaled(bureau, coach):
    with acting(coach):
        client = registered(coach, client=person(bsn=BSN)).client
        with pytest.raises(Refused):
            actions.reveal_bsn(client=client, by=coach, reason="  ")
        assert actions.reveal_bsn(client=client, by=coach, reason="formulier UWV") == BSN
    with in_bureau(bureau):
        line = Line.objects.get(act="bsn.getoond")
        assert (line.reason, line.object_id, line.actor) == ("formulier UWV", str(client.pk), "Anna")


def test_directie_and_who_is_out_of_reach_see_no_bsn(bureau, coach, other):
    directie = make_member(bureau, "Dirk", "directie")
    with acting(coach):
        client = registered(coach, client=person(bsn=BSN)).client
    with acting(directie), pytest.raises(PermissionDenied):
        actions.reveal_bsn(client=client, by=directie, reason="nieuwsgierig")
    with acting(other), pytest.raises(Http404):
        actions.reveal_bsn(client=client, by=other, reason="nieuwsgierig")


def test_a_bsn_can_be_changed_and_taken_away(coach):
    with acting(coach):
        client = registered(coach).client
        client = actions.change_client(client=client, by=coach, bsn=BSN)
        assert Client.objects.get(pk=client.pk).bsn == BSN
        actions.change_client(client=client, by=coach, bsn="")
        client = Client.objects.get(pk=client.pk)
        assert (client.bsn, client.bsn_index) == (None, None)


def test_a_phase_closes_the_one_before_it(coach):
    with acting(coach):
        traject = registered(coach)
        for _ in range(2):
            actions.set_phase(traject=traject, phase=Phase.PLAN, by=coach, on=date(2026, 2, 1))
        rows = {row.phase: row for row in traject.phases.all()}
        assert rows["aangemeld"].finished_on == rows["plan"].started_on == date(2026, 2, 1)
        assert acts().count("traject.fase_gewijzigd") == 1


def test_an_end_is_no_phase_to_choose(coach):
    with acting(coach), pytest.raises(Refused):
        actions.set_phase(traject=registered(coach), phase=Phase.ENDED, by=coach)


def test_ending_twice_ends_once_and_keeps_the_trigger_dates(coach):
    with acting(coach):
        traject = registered(coach)
        for _ in range(2):
            traject = actions.end_traject(
                traject=traject, by=coach, reason="doel", result="werk", ended_on=date(2026, 6, 1),
                service_closed_on=date(2026, 6, 15),
            )  # fmt: skip
        assert (traject.phase, traject.traject_ended_on) == (Phase.ENDED, date(2026, 6, 1))
        assert acts().count("traject.beeindigd") == 1
        with pytest.raises(Refused, match="beëindigd"):
            actions.set_phase(traject=traject, phase=Phase.PLAN, by=coach)


def test_mending_an_end_journals_the_dates_before_and_after(coach):
    with acting(coach):
        traject = registered(coach)
        facts = {"traject": traject, "by": coach, "reason": "doel", "result": "werk"}
        actions.end_traject(**facts, ended_on=date(2026, 6, 1))
        actions.correct_end(**facts, ended_on=date(2026, 6, 2))
        line = Line.objects.get(act="traject.einde_gewijzigd")
        assert line.facts["before"]["traject_ended_on"] == "2026-06-01"
        assert line.facts["after"]["traject_ended_on"] == "2026-06-02"


def test_an_end_before_the_aanmelding_is_refused(coach):
    with acting(coach), pytest.raises(Refused) as refusal:
        actions.end_traject(
            traject=registered(coach), by=coach, reason="doel", result="werk", ended_on=date(2025, 1, 1)
        )
    assert refusal.value.field == "ended_on"


def test_another_handler_gets_the_dossier_and_the_earlier_one_loses_it(coach, other):
    with acting(coach):
        traject = registered(coach)
        actions.change_traject(traject=traject, by=coach, handler=other, reason="ziekte")
        assert not Traject.objects.all().visible_to(coach.user).exists()
    with acting(other):
        assert access.may_change_traject(other, Traject.objects.get())
        assert Line.objects.get(act="traject.gewijzigd").reason == "ziekte"


def test_a_contact_of_another_payer_is_refused(coach):
    with acting(coach):
        traject = registered(coach)
        payer = actions.save_opdrachtgever(kind="gemeente", name="Gemeente Veendam", by=coach)
        contact = actions.save_contact(opdrachtgever=payer, by=coach, name="Ria")
        with pytest.raises(Refused):
            actions.change_traject(traject=traject, by=coach, contact=contact)


def test_the_same_payer_twice_is_refused_in_plain_words(coach):
    with acting(coach):
        actions.save_opdrachtgever(kind="gemeente", name="Gemeente Veendam", by=coach)
        with pytest.raises(Refused, match="staat al in de lijst"):
            actions.save_opdrachtgever(kind="gemeente", name="gemeente VEENDAM", by=coach)
        assert actions.save_opdrachtgever(kind="werkgever", name="Gemeente Veendam", by=coach)


@pytest.mark.article("jmwerkt", "8.1.2")
def test_the_end_of_a_contract_is_a_trigger_date_of_its_trajecten(coach):
    with acting(coach):
        traject = registered(coach)
        payer = traject.opdrachtgever
        contract = actions.save_contract(opdrachtgever=payer, by=coach, number="C1", starts_on=date(2025, 1, 1))
        actions.change_traject(traject=traject, by=coach, contract=contract)
        facts = {"number": "C1", "starts_on": date(2025, 1, 1), "ends_on": date(2026, 12, 31)}
        actions.save_contract(opdrachtgever=payer, by=coach, contract=Contract.objects.get(), **facts)
        assert Traject.objects.get().contract_ended_on == date(2026, 12, 31)


def plan(traject, coach, when, **facts):
    given = {"kind": "gesprek", "starts_at": when, "minutes": 60, "place": ""} | facts
    return actions.plan_appointment(traject=traject, by=coach, coach=coach, **given)


def test_the_same_appointment_twice_is_one(coach):
    with acting(coach):
        traject, when = registered(coach), timezone.now() + timedelta(days=3)
        assert plan(traject, coach, when) == plan(traject, coach, when)
        assert Appointment.objects.count() == 1


def test_the_same_change_and_the_same_opkomst_twice_are_one_act(coach):
    with acting(coach):
        traject = registered(coach)
        planned, held = (plan(traject, coach, timezone.now() + timedelta(days=days)) for days in (3, -1))
        for _ in range(2):
            actions.change_appointment(appointment=planned, by=coach, minutes=30, place="Haarlem")
            actions.record_attendance(appointment=held, by=coach, attendance=Attendance.PRESENT, hours=Decimal("1.5"))
        assert acts().count("afspraak.gewijzigd") == 1
        assert acts().count("afspraak.opkomst_vastgelegd") == 1


def test_what_was_not_yet_was_not_attended(coach):
    with acting(coach):
        one = plan(registered(coach), coach, timezone.now() + timedelta(days=3))
        with pytest.raises(Refused, match="nog niet geweest"):
            actions.record_attendance(appointment=one, by=coach, attendance=Attendance.PRESENT)
        for _ in range(2):
            actions.cancel_appointment(appointment=one, by=coach)
        assert acts().count("afspraak.vervallen") == 1
        with pytest.raises(Refused):
            actions.change_appointment(appointment=one, by=coach, minutes=30)


@pytest.mark.article("javawest", "6.2")
def test_at_an_inzage_it_is_noted_who_was_there(coach):
    with acting(coach):
        one = plan(registered(coach), coach, timezone.now() - timedelta(days=1), kind="inzage")
        with pytest.raises(Refused) as refusal:
            actions.record_attendance(appointment=one, by=coach, attendance=Attendance.PRESENT)
        assert refusal.value.field == "present_names"
        actions.record_attendance(
            appointment=one, by=coach, attendance=Attendance.PRESENT, present_names="Jan en zijn zus"
        )


@pytest.mark.article("javawest", "4.2a")
def test_a_contact_held_days_ago_without_verslag_stands_on_the_list(coach, other):
    from dossiers.models import Stuk

    with acting(coach):
        traject = registered(coach)
        late, fresh = (plan(traject, coach, timezone.now() - timedelta(days=days)) for days in (6, 2))
        absent = plan(traject, coach, timezone.now() - timedelta(days=9))
        for one in (late, fresh):
            actions.record_attendance(appointment=one, by=coach, attendance=Attendance.PRESENT, hours=Decimal("1.5"))
        actions.record_attendance(appointment=absent, by=coach, attendance=Attendance.ABSENT)
        assert list(actions.appointments_without_verslag(member=coach)) == [late]
        stuk = Stuk.objects.create(
            dossier=traject.dossier, kind="gespreksverslag", purpose="vastleggen", date=date(2026, 1, 6),
            author=coach, author_name=coach.name, appointment=late,
        )  # fmt: skip
        assert list(actions.appointments_without_verslag(member=coach)) == [late], "a concept is no verslag"
        Stuk.objects.filter(pk=stuk.pk).update(
            state="vastgesteld", herkomst="medewerker", vastgesteld_at=timezone.now(), version=1
        )
        assert not actions.appointments_without_verslag(member=coach)
    with acting(other):
        assert not actions.appointments_without_verslag(member=other)


def test_a_contact_person_sent_twice_is_one(coach):
    with acting(coach):
        client = registered(coach).client
        facts = {"name": "Mia", "relation": "zus", "phone": "", "email": "", "given_by_client": True}
        one = actions.save_contact_person(client=client, by=coach, **facts)
        assert actions.save_contact_person(client=client, by=coach, **facts) == one
        for _ in range(2):
            actions.remove_contact_person(person=one, by=coach)
        assert acts().count("contactpersoon.verwijderd") == 1


def accepted(bureau, subject_id):
    """The invitation of this subject, taken by who got it."""
    with in_bureau(bureau):
        row = Invitation.objects.filter(subject_id=subject_id).latest("created_at")
        again = invite(email=row.email, name=row.name, roles=row.roles, subject_id=row.subject_id)
        return accept_invitation(token=again.token, password=PASSWORD)


def test_a_client_who_accepts_sees_their_own_dossier_and_no_more_once_it_ends(bureau, coach):
    with acting(coach):
        client = registered(coach).client
        assert actions.account_state(client) == "geen"
        actions.invite_client(client=client, by=coach)
        assert actions.account_state(client) == "uitgenodigd"
    member = accepted(bureau, client.pk)
    with acting(member):
        assert list(Client.objects.values_list("pk", flat=True)) == [client.pk]
    with in_bureau(bureau):
        client.refresh_from_db()
        assert client.membership == member
        assert actions.account_state(client) == "actief"
        end_membership(membership=member)
        client.refresh_from_db()
        assert client.membership is None
        assert not DossierGrant.objects.filter(ground=Ground.CLIENT).exists()


def test_a_gemachtigde_sees_the_dossier_until_the_machtiging_is_withdrawn(bureau, coach):
    with acting(coach):
        client = registered(coach).client
        one = actions.save_gemachtigde(
            client=client, by=coach, name="Mia", scope="meelezen", email="mia@mail.test", phone="",
            valid_from=date(2026, 1, 1), valid_until=None,
        )  # fmt: skip
        actions.invite_gemachtigde(gemachtigde=one, by=coach)
    accepted(bureau, one.pk)
    with in_bureau(bureau):
        assert DossierGrant.objects.filter(ground=Ground.GEMACHTIGDE).count() == 1
    with acting(coach):
        actions.remove_gemachtigde(gemachtigde=client.gemachtigden.get(), by=coach)
        assert not DossierGrant.objects.filter(ground=Ground.GEMACHTIGDE).exists()


def test_a_contact_who_accepts_follows_the_trajecten_that_name_them(bureau, coach):
    with acting(coach):
        traject = registered(coach)
        facts = {"name": "Ria", "function": "", "email": "ria@uwv.test", "phone": ""}
        contact = actions.save_contact(opdrachtgever=traject.opdrachtgever, by=coach, **facts)
        actions.change_traject(traject=traject, by=coach, contact=contact)
        registered(coach, client=person(last_name="Ander"))
        actions.invite_contact(contact=contact, by=coach)
    member = accepted(bureau, contact.pk)
    with acting(member):
        assert list(Traject.objects.values_list("pk", flat=True)) == [traject.pk]


def test_another_address_takes_back_the_open_invitation(coach):
    with acting(coach):
        client = registered(coach).client
        actions.invite_client(client=client, by=coach)
        actions.change_client(client=client, by=coach, email="nieuw@mail.test")
        assert actions.account_state(client) == "geen"


def test_without_an_address_nobody_is_invited(coach):
    with acting(coach):
        client = registered(coach, client=person(email="")).client
        with pytest.raises(RuleBroken, match="e-mailadres"):
            actions.invite_client(client=client, by=coach)
