"""A dossier looked at by someone who means harm, or by two people at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection

from access.models import DossierGrant, Ground, Role
from bureaus.schema import OpdrachtgeverKind, StukKind
from bureaus.tenancy import in_bureau
from clients.models import Client
from dossiers import actions
from dossiers.actions.drafts import find_draft
from dossiers.models import Release, Stuk
from journal.models import Line
from tests.support.clients import registered
from tests.support.people import acting, log_in, make_member
from tests.support.portal import add_traject, in_force_with, make_case, release, state, write
from tests.support.waiting import until_somebody_waits

pytestmark = pytest.mark.django_db
TEXT = "Zij kan twee uur achtereen zitten."


@pytest.fixture(autouse=True)
def _no_mfa(settings):
    settings.MFA_REQUIRED = False


def lines(bureau, **which):
    with in_bureau(bureau):
        return Line.objects.filter(**which).count()


def mark_as_health(stuk):
    with in_bureau(stuk.bureau_id):
        Stuk.objects.filter(pk=stuk.pk).update(health=True)


def save_payer(case, **facts):
    payer = case.contact.opdrachtgever
    return log_in(case.coach).post(
        f"/opdrachtgevers/{payer.pk}/wijzigen/", {"kind": payer.kind, "name": payer.name} | facts
    )


# -- out of the house ----------------------------------------------------------------------------------------------
def test_an_opdrachtgever_that_turns_out_to_be_a_werkgever_reads_nothing_about_health_any_more(javawest):
    """What was let out to a gemeente stays out of a werkgever's sight (DOMAIN 5), whoever changes the kind."""
    case = make_case(javawest, kind=OpdrachtgeverKind.GEMEENTE)
    plain, health = (write(case, title, TEXT, kind=StukKind.PLAN) for title in ("Plan", "Belastbaarheid"))
    mark_as_health(health)
    for stuk in (plain, health):
        release(case, stuk)
    payer = log_in(case.payer)
    assert payer.get(f"/opdracht/stukken/{health.pk}/").status_code == 200
    assert save_payer(case, kind=OpdrachtgeverKind.WERKGEVER).status_code == 302
    assert payer.get(f"/opdracht/stukken/{health.pk}/").status_code == 404
    assert payer.get(f"/opdracht/stukken/{plain.pk}/").status_code == 200
    assert lines(javawest, act="stuk.vrijgave_ingetrokken", dossier_id=case.dossier.pk) == 1


def test_another_name_or_the_same_kind_takes_nothing_back(javawest):
    case = make_case(javawest, kind=OpdrachtgeverKind.GEMEENTE)
    release(case, write(case, "Plan", TEXT, kind=StukKind.PLAN))
    save_payer(case, name="Gemeente Veendam")
    with in_bureau(javawest):
        assert Release.objects.get().withdrawn_at is None


def test_a_statement_about_health_takes_the_stuk_back_from_a_werkgever(javawest):
    """It goes along wherever the stuk goes; where it may not, the stuk stays in too."""
    about_health = {"kinds": {"eigen_verklaring": {"health": True}}}
    in_force_with(javawest, dossier=about_health, opdrachtgever_view={"werkgever": {"stukken": ["plan"]}})
    case = make_case(javawest, kind=OpdrachtgeverKind.WERKGEVER)
    stuk = write(case, "Plan", TEXT, kind=StukKind.PLAN)
    release(case, stuk)
    statement = state(case, "Mijn rug", "Mijn rug doet pijn.", about=stuk)
    with in_bureau(javawest):
        assert Release.objects.get().withdrawn_at is not None
        assert Stuk.objects.get(pk=statement.pk).health
    payer = log_in(case.payer)
    assert payer.get(f"/opdracht/stukken/{stuk.pk}/").status_code == 404


# -- reading without a trace, or past one's time ----------------------------------------------------------------------
def test_the_editor_of_an_aanvulling_shows_the_stuk_and_so_leaves_a_line(javawest):
    case = make_case(javawest)
    stuk = write(case, "Gesprek", TEXT)
    alice = log_in(case.coach)
    alice.post(f"/stukken/{stuk.pk}/aanvullen/")
    before = lines(javawest, act="stuk.ingezien", object_id=str(stuk.pk))
    page = alice.get(f"/stukken/{stuk.pk}/schrijven/")
    assert TEXT in page.content.decode()
    assert lines(javawest, act="stuk.ingezien", object_id=str(stuk.pk)) == before + 1


def test_who_is_coach_no_more_reads_no_restricted_stuk_by_an_aanvulling_begun_before(javawest):
    case = make_case(javawest)
    stuk = write(case, "Thuis", TEXT, kind=StukKind.PERSOONLIJKE_OMSTANDIGHEDEN)
    with acting(case.coach):
        actions.start_aanvulling(stuk=stuk, by=case.coach)
    with in_bureau(javawest):  # reaches the dossier by another ground from now on, and may write in it
        DossierGrant.objects.filter(group_id=case.coach.private_group_id).update(ground=Ground.CONSENT_OF_DIRECTIE)
    alice = log_in(case.coach)
    assert alice.get(f"/stukken/{stuk.pk}/").status_code == 404
    assert TEXT not in alice.get(f"/stukken/{stuk.pk}/schrijven/").content.decode()
    sent = {"version": "1", "title": "Aanvulling", "section_0": "Nog iets.", "actie": "verder"}
    alice.post(f"/stukken/{stuk.pk}/schrijven/", sent)
    assert alice.post(f"/stukken/{stuk.pk}/vaststellen/", {"version": "2"}).status_code == 403
    with in_bureau(javawest):
        assert Stuk.objects.get(pk=stuk.pk).version == 1


def test_the_form_that_changes_a_client_shows_the_client_and_so_leaves_a_line(javawest):
    case = make_case(javawest)
    alice = log_in(case.coach)
    assert "Dorpsweg 4" in alice.get(f"/clienten/{case.client.pk}/wijzigen/").content.decode()
    assert lines(javawest, act="client.ingezien", object_id=str(case.client.pk)) == 1


def test_trying_out_a_bsn_in_the_form_of_a_client_leaves_a_line(javawest):
    """That a number is known here says that someone is a client: asked too often it shows in the log."""
    case, other = make_case(javawest), make_member(javawest, "Bob", Role.COACH)
    alice = log_in(case.coach)
    registered(other, "Dal", bsn="111222333")
    sent = {"last_name": "Berg", "bsn": "111222333"}
    assert alice.post(f"/clienten/{case.client.pk}/wijzigen/", sent).status_code == 200
    assert lines(javawest, act="bsn.herkend", result="geweigerd") == 1


# -- two at once -----------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["vaststellen", "aanvullen"])
def test_saving_in_one_window_while_the_other_finishes_is_no_deadlock(javawest, act):
    case = make_case(javawest)
    stuk = write(case, "Gesprek", TEXT, final=act == "aanvullen")
    if act == "aanvullen":
        with acting(case.coach):
            draft = actions.start_aanvulling(stuk=stuk, by=case.coach)
            content = {"title": "Aanvulling", "sections": [{"label": "", "text": "Nog iets."}]}
            actions.save_draft(stuk=stuk, by=case.coach, version=draft.version, content=content)
    held = Event()

    def saves() -> str:
        try:
            with acting(case.coach):
                draft = find_draft(stuk_id=stuk.pk, by=case.coach, lock=True)
                held.set()
                until_somebody_waits()  # for what this one holds
                draft.stuk.save(update_fields=["date"])
            return "saved"
        finally:
            connection.close()

    def finishes() -> str:
        assert held.wait(60)
        try:
            with acting(case.coach):
                if act == "vaststellen":
                    actions.vaststellen(stuk=stuk, by=case.coach, herkomst="medewerker")
                else:
                    actions.aanvullen(stuk=stuk, by=case.coach)
            return "finished"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.submit(saves), pool.submit(finishes)
        assert (first.result(120), second.result(120)) == ("saved", "finished")


# -- held ------------------------------------------------------------------------------------------------------------
def test_a_client_with_two_trajecten_shows_each_opdrachtgever_its_own(javawest):
    case, other = make_case(javawest), make_case(javawest, kind=OpdrachtgeverKind.WERKGEVER)
    with in_bureau(javawest):
        Client.objects.filter(pk=other.client.pk).update(membership=None)
    second = add_traject(javawest, case.client, case.coach, other.contact)
    payer = log_in(other.payer)
    assert payer.get(f"/opdracht/{second.pk}/").status_code == 200
    assert payer.get(f"/opdracht/{case.traject.pk}/").status_code == 404
    assert case.traject.ordernummer not in payer.get("/opdracht/").content.decode()


def test_a_concept_of_another_is_not_there_whatever_address_one_tries(javawest):
    case = make_case(javawest)
    concept = write(case, "Nog niet af", TEXT, final=False)
    second = make_member(javawest, "Bob", Role.COACH)
    with in_bureau(javawest):
        case.traject.second_coach = second
        case.traject.save()
        actions.sync_grants(dossier=case.dossier, by=None)
    bob = log_in(second)
    assert bob.get(f"/dossiers/{case.dossier.pk}/").status_code == 200
    for path in ("", "schrijven/", "vaststellen/", "weggooien/", "vrijgeven/"):
        assert bob.get(f"/stukken/{concept.pk}/{path}").status_code == 404, path
    assert bob.post(f"/stukken/{concept.pk}/bewaren/", {"version": "1"}).status_code == 404
    assert "Nog niet af" not in bob.get(f"/dossiers/{case.dossier.pk}/?concept=on").content.decode()
