"""The pages of consents: what is typed strangely is said in words, another's is not there, and what a page costs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from access.models import Role
from bureaus.tenancy import in_bureau
from consent.actions.consents import refuse, take_back, withdraw
from consent.models import Consent, State
from consent.paper import form_of
from journal.models import Line
from requests.bundle_schema import CopyTold
from tests.support.consent_rows import asked_row, given_row
from tests.support.consents import PHOTO, SHARE, answer, asked, given, on_paper
from tests.support.disclosing import with_key
from tests.support.documents import pdf, upload
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import in_force_with, make_case, queries_of
from tests.test_bundles import granted, made, opened

pytestmark = pytest.mark.django_db
NASTY = ["\x00", "\u202eabc", "\u200b", "<script>alert(1)</script>", "x" * 300, "9" * 400]


@pytest.fixture
def case():
    return make_case(make_bureau())


def state_of(row) -> str:
    with in_bureau(row.bureau_id):
        return Consent.objects.get(pk=row.pk).state


def test_every_purpose_of_the_reglement_stands_on_the_list(case):
    given(case, PHOTO)
    text = log_in(case.coach).get(f"/clienten/{case.client.pk}/toestemmingen/").content.decode()
    assert "Machtiging overdracht gegevens" in text
    assert "Foto gebruiken" in text
    assert "nog niet gevraagd" in text
    assert "versie 1" in text


@pytest.mark.parametrize("typed", NASTY)
@pytest.mark.parametrize("field", ["party", "scope"])
def test_what_is_typed_strangely_is_taken_or_refused_in_words(case, field, typed):
    browser, path = log_in(case.coach), f"/clienten/{case.client.pk}/toestemmingen/nieuw/?doel={SHARE}"
    answer = browser.post(path, {"party": "Huisarts", "scope": "De brief", field: typed})
    assert answer.status_code in (200, 302)
    if answer.status_code == 302:
        text = browser.get(answer["Location"]).content.decode()
        assert "<script>alert" not in text


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Kies wat op het formulier staat."),
        ({"answer": "ja"}, "Vul in wanneer het is getekend."),
        ({"answer": "ja", "signed_on": "9999-01-01"}, "Deze datum ligt in de toekomst."),
        ({"answer": "ja", "signed_on": "0001-01-01"}, "Deze datum ligt voor 1900"),
        ({"answer": "ja", "signed_on": "gisteren"}, "Dit is geen datum"),
        ({"answer": "ja", "signed_on": "vandaag!"}, "Dit is geen datum"),
    ],
)
def test_a_paper_that_is_not_filled_in_right_is_said_beside_its_field(case, sent, said):
    row = asked(case)
    answer = log_in(case.coach).post(f"/toestemmingen/{row.pk}/antwoord/", sent)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert state_of(row) == State.ASKED


@pytest.mark.parametrize(
    ("scan", "said"),
    [
        (None, "Kies de scan"),
        (upload(b"", "leeg.pdf"), "0 bytes"),
        (upload(b"gewoon tekst", "tekst.txt"), "Kies een PDF of een foto"),
    ],
)
def test_a_scan_that_will_not_do_is_said_and_nothing_is_entered(case, scan, said):
    row = asked(case)
    sent = {"answer": "ja", "signed_on": timezone.localdate().isoformat()} | ({"scan": scan} if scan else {})
    answer = log_in(case.coach).post(f"/toestemmingen/{row.pk}/antwoord/", sent)
    assert said in answer.content.decode()
    assert state_of(row) == State.ASKED


def test_a_paper_is_entered_fetched_and_no_word_of_it_is_in_the_log(case):
    row = asked(case, SHARE)
    browser = log_in(case.coach)
    sent = {"answer": "ja", "signed_on": timezone.localdate().isoformat(), "scan": upload(pdf(), "Vera Berg.pdf")}
    assert browser.post(f"/toestemmingen/{row.pk}/antwoord/", sent).status_code == 302
    fetched = browser.get(f"/toestemmingen/{row.pk}/scan/")
    assert f"{row.number}.pdf" in fetched["Content-Disposition"]
    assert b"".join(fetched.streaming_content).startswith(b"%PDF")
    with in_bureau(case.bureau):
        assert "Vera Berg" not in str(list(Line.objects.values_list("facts", flat=True)))


def test_two_tabs_answer_once_and_the_second_is_told(case):
    row = asked(case)
    browser, path = log_in(case.member), f"/mijn/toestemmingen/{row.pk}/"
    assert browser.post(path, {"antwoord": "nee"}).status_code == 302
    text = browser.post(path, {"antwoord": "ja"}).content.decode()
    assert "al beantwoord" in text
    assert state_of(row) == State.REFUSED
    assert "Kies ja of nee" in browser.post(path, {"antwoord": "misschien"}).content.decode()


def test_nothing_is_chosen_beforehand_and_a_no_needs_no_name(case):
    row = asked(case, SHARE)
    browser, path = log_in(case.member), f"/mijn/toestemmingen/{row.pk}/"
    assert "checked" not in browser.get(path).content.decode()
    assert browser.post(path, {"antwoord": "ja", "signed_name": "\u202e"}).status_code == 200
    assert browser.post(path, {"antwoord": "nee"}).status_code == 302
    assert state_of(row) == State.REFUSED


def test_who_withdraws_uses_the_page_where_they_gave(case):
    row = given(case)
    browser, path = log_in(case.member), f"/mijn/toestemmingen/{row.pk}/"
    assert "Ik trek mijn toestemming in" in browser.get(path).content.decode()
    assert browser.post(path, {"antwoord": "intrekken"}).status_code == 302
    assert state_of(row) == State.WITHDRAWN


def test_newer_words_are_said_where_it_waits(case):
    row = asked(case)
    in_force_with(case.bureau, consents={"asked": {PHOTO: {"text": "Wij willen uw foto. U mag nee zeggen."}}})
    assert "nieuwere tekst" in log_in(case.member).get(f"/mijn/toestemmingen/{row.pk}/").content.decode()
    assert "intussen anders" in log_in(case.coach).get(f"/toestemmingen/{row.pk}/").content.decode()


def test_what_is_asked_from_the_register_of_starters_is_not_said_to_be_asked_anew_here(case):
    with in_bureau(case.bureau):
        waits = asked_row(with_key(case.client), "T2020-0001", "starters")
        holds = given_row(case.client, "T2020-0002", "starters")
    in_force_with(case.bureau, consents={"asked": {"starters": {"text": "Wie u bent. U mag nee zeggen."}}})
    for one in (waits, holds):
        said = log_in(case.coach).get(f"/toestemmingen/{one.pk}/").content.decode()
        assert "intussen anders" in said
        assert "opnieuw" not in said


def test_what_waits_stands_on_the_first_page_of_the_portal_until_it_is_answered(case):
    row, browser = asked(case), log_in(case.member)
    assert f"/mijn/toestemmingen/{row.pk}/" in browser.get("/mijn/").content.decode()
    browser.post(f"/mijn/toestemmingen/{row.pk}/", {"antwoord": "nee"})
    assert f"/mijn/toestemmingen/{row.pk}/" not in browser.get("/mijn/").content.decode()


def test_what_lives_stands_beside_the_dossier(case):
    given(case, PHOTO)
    asked(case, SHARE)
    with in_bureau(case.bureau):
        given_row(case.client, "T2020-0009", "third_party_ask", ends_on=timezone.localdate())
    page = log_in(case.coach).get(f"/dossiers/{case.dossier.pk}/")
    assert [line[2] for line in page.context["agreed"].lines] == ["verlopen", "wacht op antwoord", "gegeven"]


def test_another_clients_consent_does_not_exist(case):
    other, row = make_case(case.bureau, "Wim"), asked(case)
    for who, path in (
        (other.member, f"/mijn/toestemmingen/{row.pk}/"),
        (other.coach, f"/toestemmingen/{row.pk}/"),
        (other.coach, f"/clienten/{case.client.pk}/toestemmingen/"),
        (case.payer, f"/mijn/toestemmingen/{row.pk}/"),
    ):
        assert log_in(who).get(path).status_code == 404


def test_the_fg_reads_and_asks_nothing(case):
    row, fleur = on_paper(case, asked(case, SHARE)), make_member(case.bureau, "Fleur", Role.FG)
    browser = log_in(fleur)
    page = browser.get(f"/clienten/{case.client.pk}/toestemmingen/").content.decode()
    assert "Toestemming vragen" not in page
    assert browser.get(f"/toestemmingen/{row.pk}/scan/").status_code == 403
    assert browser.get(f"/clienten/{case.client.pk}/toestemmingen/nieuw/").status_code == 403


@pytest.mark.parametrize("slug", ["javawest", "werkid", "pluspunt", "jmwerkt", "werklokaal"])
def test_the_form_is_a_paper_of_the_house(slug):
    """PDF/A and tagged (PDF/UA) as every other paper is: tests/test_bureaus_pdf.py holds the press."""
    case = make_case(make_bureau(slug, slug))
    row = asked(case, SHARE)
    with acting(case.coach):
        made = form_of(Consent.objects.select_related("text", "client").get(pk=row.pk))
    assert made.startswith(b"%PDF")
    assert b"pdfaid" in made
    answer = log_in(case.coach).get(f"/toestemmingen/{row.pk}/formulier.pdf")
    assert answer["Content-Type"] == "application/pdf"


@pytest.mark.article("javawest", "2")
@pytest.mark.parametrize("then", [refuse, withdraw, take_back])
def test_a_question_that_is_over_has_no_form_to_sign(case, then):
    row = given(case, SHARE) if then is withdraw else asked(case, SHARE)
    browser, page = log_in(case.coach), f"/toestemmingen/{row.pk}/"
    assert f"{page}formulier.pdf" in browser.get(page).content.decode()
    answer(case, then, row, by=case.coach if then is take_back else None)
    assert f"{page}formulier.pdf" not in browser.get(page).content.decode()
    refused = browser.get(f"{page}formulier.pdf")
    assert (refused.status_code, "loopt niet meer" in refused.content.decode()) == (403, True)


@pytest.mark.parametrize("rows", [1, 60])
def test_a_page_costs_at_most_twelve_queries_however_many_there_are(case, rows):
    row = asked(case)
    with in_bureau(case.bureau):
        for at in range(rows):
            asked_row(case.client, f"T2020-{at:04}", SHARE, asked_at=timezone.now() - timedelta(days=at))
    coach, client = log_in(case.coach), log_in(case.member)
    for browser, path in (
        (coach, f"/clienten/{case.client.pk}/toestemmingen/"),
        (coach, f"/toestemmingen/{row.pk}/"),
        (coach, f"/clienten/{case.client.pk}/"),
        (coach, f"/dossiers/{case.dossier.pk}/"),
        (client, "/mijn/"),
        (client, "/mijn/toestemmingen/"),
        (client, f"/mijn/toestemmingen/{row.pk}/"),
    ):
        asked_of = queries_of(browser, path)
        assert len(asked_of) <= 12, (path, len(asked_of), asked_of)


def test_the_copy_of_the_data_holds_every_question_and_answer(case):
    given(case, SHARE)
    copy = CopyTold.model_validate_json(opened(case, made(case, granted(case))).read("gegevens.json"))
    assert [(one.title, one.party, one.state) for one in copy.consents] == [
        ("Gegevens geven aan iemand anders", "Huisarts Vermeer", "gegeven")
    ]
