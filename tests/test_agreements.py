"""Verwerkersovereenkomsten: with whom, until when, and one warning before the end (pluspunt 2.2)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from access.models import Mail, Role
from bureaus.tenancy import in_bureau
from clients.models import Opdrachtgever, OpdrachtgeverKind
from consent.agreement_rounds import go_round
from consent.agreement_rules import AgreementState, state, warned_until
from consent.models import ProcessorAgreement
from journal.models import Line
from tests.support.documents import pdf, upload
from tests.support.handed_out import agreement_row
from tests.support.people import log_in, make_bureau, make_member
from tests.support.portal import queries_of
from vault.files import open_sealed

pytestmark = pytest.mark.django_db
ALL = "/registers/verwerkersovereenkomsten/"
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def sent(**more) -> dict:
    today = timezone.localdate()
    given_ = {"party": "Softwarehuis", "purpose": "Mail versturen", "signed_on": today.isoformat()}
    return given_ | {"ends_on": (today + timedelta(days=400)).isoformat(), "scan": upload(pdf(), "tekst.pdf")} | more


def rows(bureau) -> list[ProcessorAgreement]:
    with in_bureau(bureau):
        return list(ProcessorAgreement.objects.select_related("opdrachtgever").order_by("made_at"))


def made(bureau, **facts) -> ProcessorAgreement:
    with in_bureau(bureau):
        return agreement_row(**{"party": "Softwarehuis"} | facts)


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


@given(DAYS, DAYS)
def test_a_running_agreement_is_in_one_state_and_warned_of_before_it_is_over(ends_on, today):
    said = state(ends_on, today, "P3M", closed=False, renewed=False)
    assert (said == AgreementState.OVER) == (ends_on < today)
    assert (said == AgreementState.RUNNING) == (ends_on > warned_until(today, "P3M"))


def test_it_is_kept_with_its_scan_sealed_and_read_again(javawest, diana):
    browser = log_in(diana)
    assert browser.post(f"{ALL}nieuw/", sent()).status_code == 302
    (row,) = rows(javawest)
    assert (row.with_whom, row.made_by_name) == ("Softwarehuis", diana.name)
    with in_bureau(javawest):
        assert b"".join(open_sealed(subject_id=row.pk, name=row.scan_file)).startswith(b"%PDF")
    assert b"".join(browser.get(f"{ALL}{row.pk}/papier/").streaming_content).startswith(b"%PDF")
    assert "Softwarehuis" in browser.get(ALL).content.decode()
    with in_bureau(javawest):
        assert Line.objects.filter(act="overeenkomst.vastgelegd").count() == 1


def test_with_an_opdrachtgever_and_never_with_a_person(javawest, diana):
    with in_bureau(javawest):
        uwv = Opdrachtgever.objects.create(kind=OpdrachtgeverKind.UWV, name="UWV Groningen")
        person = Opdrachtgever.objects.create(kind=OpdrachtgeverKind.PARTICULIER, name="Jan")
    browser = log_in(diana)
    assert browser.post(f"{ALL}nieuw/", sent(party="", opdrachtgever=str(person.pk))).status_code == 200
    assert browser.post(f"{ALL}nieuw/", sent(party="", opdrachtgever=str(uwv.pk))).status_code == 302
    assert [one.with_whom for one in rows(javawest)] == ["UWV Groningen"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"party": ""}, "Kies een opdrachtgever, of schrijf de naam"),
        ({"purpose": ""}, "Schrijf op waarvoor"),
        ({"purpose": "x" * 301}, "300"),
        ({"signed_on": "9999-12-31"}, "toekomst"),
        ({"signed_on": "0001-01-01"}, "voor 1900"),
        ({"ends_on": "2001-01-01"}, "voor de dag van tekenen"),
        ({"ends_on": "\x00"}, "geen datum"),
        ({"opdrachtgever": "<script>"}, "Kies uit de lijst"),
        ({"scan": SimpleUploadedFile("leeg.pdf", b"")}, "leeg"),
    ],
)
def test_what_is_sent_badly_is_told_beside_its_field_and_stays(javawest, diana, wrong, said):
    answer = log_in(diana).post(f"{ALL}nieuw/", sent() | wrong)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert rows(javawest) == []


# -- the warning -------------------------------------------------------------------------------------------------------
@pytest.mark.article("pluspunt", "2.2")
def test_directie_hears_once_of_an_end_and_finds_it_in_the_worklist():
    bureau = make_bureau("pluspunt", "pluspunt")
    diana, anna = make_member(bureau, "Diana", Role.DIRECTIE), make_member(bureau, "Anna", Role.ADMINISTRATIE)
    row = made(bureau, ends_on=in_days(60))
    made(bureau, party="Ander huis", ends_on=in_days(300))
    assert [go_round(bureau.pk) for _ in range(3)] == [1, 0, 0]
    with in_bureau(bureau):
        (mail,) = Mail.objects.filter(kind="overeenkomst_eindigt")
        assert (mail.to, mail.facts) == (diana.user.email, {"path": f"{ALL}{row.pk}/"})
        assert Line.objects.filter(act="overeenkomst.gewaarschuwd").count() == 1
    work = log_in(diana).get("/werkvoorraad/").content.decode()
    assert "Softwarehuis" in work
    assert "Ander huis" not in work
    assert "Softwarehuis" not in log_in(anna).get("/werkvoorraad/").content.decode()


def test_without_directie_it_is_tried_again(javawest):
    made(javawest, ends_on=in_days(10))
    assert go_round(javawest.pk) == 0
    make_member(javawest, "Diana", Role.DIRECTIE)
    assert go_round(javawest.pk) == 1


def test_what_is_over_renewed_or_endless_is_not_warned_of(javawest, diana):
    made(javawest, ends_on=in_days(10), closed_at=timezone.now(), closed_by_name="Diana")
    made(javawest, ends_on=None)
    assert go_round(javawest.pk) == 0


# -- renewing and ending -----------------------------------------------------------------------------------------------
def test_a_renewal_takes_its_place_once_and_both_stay_to_be_read(javawest, diana):
    old, browser = made(javawest, ends_on=in_days(10)), log_in(diana)
    path = f"{ALL}{old.pk}/verlengen/"
    assert browser.post(path, sent()).status_code == 302
    first, second = rows(javawest)
    assert browser.post(path, sent())["Location"] == f"{ALL}{second.pk}/", "a second click is the same"
    assert browser.get(path)["Location"] == f"{ALL}{old.pk}/"
    assert len(rows(javawest)) == 2
    told = browser.post(f"{ALL}{old.pk}/beeindigen/", {"reason": "Wij stoppen"}, follow=True).content.decode()
    assert "al afgesloten" in told
    assert (first.closed_by_name, second.renews_id, second.party) == (diana.name, first.pk, "Softwarehuis")
    assert "verlengd" in browser.get(f"{ALL}{old.pk}/").content.decode()
    assert go_round(javawest.pk) == 0


def test_an_end_has_a_reason_and_stays_to_be_read(javawest, diana):
    row, browser = made(javawest, ends_on=in_days(10)), log_in(diana)
    path = f"{ALL}{row.pk}/beeindigen/"
    assert "Schrijf op waarom" in browser.post(path, {"reason": ""}).content.decode()
    for _ in range(2):
        assert browser.post(path, {"reason": "Wij stoppen met dit programma"})["Location"] == f"{ALL}{row.pk}/"
    with in_bureau(javawest):
        assert Line.objects.filter(act="overeenkomst.beeindigd").count() == 1
    assert browser.get(path)["Location"] == f"{ALL}{row.pk}/"
    assert "al afgesloten" in browser.post(f"{ALL}{row.pk}/verlengen/", sent()).content.decode()
    told = browser.get(f"{ALL}{row.pk}/").content.decode()
    assert "beëindigd" in told
    assert "Wij stoppen met dit programma" in told
    assert "Verlengen" not in told


def test_the_list_costs_as_many_queries_whatever_its_length(javawest, diana):
    browser = log_in(diana)
    made(javawest, ends_on=in_days(10))
    few = len(queries_of(browser, ALL))
    for at in range(30):
        made(javawest, party=f"Huis {at}", ends_on=in_days(at))
    assert len(queries_of(browser, ALL)) <= few <= 12
    assert len(queries_of(browser, "/werkvoorraad/")) <= 12
