"""The pages of what goes out on a request: letters and the copy, for who handles it and for who asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from bureaus.tenancy import in_bureau
from requests.actions import letters
from requests.models import Bundle, Letter, LetterTemplate, State
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import authorise, make_case, queries_of, write
from tests.test_bundles import asked, granted, made, now_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return make_case(make_bureau())


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def page(verzoek) -> str:
    return f"/verzoeken/{verzoek.pk}/"


def test_the_copy_is_made_from_the_page_and_a_bar_says_how_far_it_is(case):
    write(case, "Eerste", "Dit mag")
    verzoek, browser = granted(case), log_in(case.coach)
    assert "Kopie maken" in text_of(browser.get(page(verzoek)))
    assert browser.post(f"{page(verzoek)}kopie/").url == page(verzoek)
    with in_bureau(case.bureau):
        Bundle.objects.update(total=4, done=1)
    text = text_of(browser.get(page(verzoek)))
    assert f'hx-get="/verzoeken/{verzoek.pk}/kopie/stand/"' in text and "Kopie maken" not in text
    part = text_of(browser.get(f"{page(verzoek)}kopie/stand/"))
    assert "<html" not in part and "every 2s" in part
    made(case, verzoek)
    ready = text_of(browser.get(f"{page(verzoek)}kopie/stand/"))
    assert "every 2s" not in ready and "Ophalen om af te drukken" in ready


def test_before_it_was_granted_the_page_offers_no_copy_and_the_address_says_why(case):
    verzoek, browser = granted(case, state=State.OPEN, decision="", decided_at=None), log_in(case.coach)
    assert "Kopie maken" not in text_of(browser.get(page(verzoek)))
    answer = browser.post(f"{page(verzoek)}kopie/", follow=True)
    assert "Een kopie kan pas als is besloten" in text_of(answer)


def test_who_looks_along_has_no_buttons(case):
    row = made(case, granted(case))
    fleur = log_in(make_member(case.bureau, "Fleur", "fg"))
    text = text_of(fleur.get(page(row.verzoek)))
    assert "staat klaar" in text and "Ophalen om af te drukken" not in text and "maken</button>" not in text
    assert fleur.post(f"/verzoeken/kopieen/{row.pk}/").status_code == 403


def test_given_on_paper_asks_how_it_was_known_to_whom(case):
    row, browser = made(case, granted(case)), log_in(case.coach)
    path = f"/verzoeken/kopieen/{row.pk}/meegegeven/"
    assert "Dit veld is verplicht" in text_of(browser.post(path, {"words": " \u200b "}))
    assert browser.post(path, {"words": "x" * 501}).status_code == 200
    assert browser.post(path, {"words": "Aan Vera zelf.\x00<script>"}).status_code in (200, 302)
    browser.post(path, {"words": "Aan Vera zelf."})
    assert now_of(case, row).handed_on == timezone.localdate()


def test_letters_are_made_from_the_page_once_for_each_click(case):
    verzoek, browser = granted(case), log_in(case.coach)
    text = text_of(browser.get(page(verzoek)))
    assert "Besluit maken" in text and "Afwijzing maken" not in text
    given = {"soort": LetterTemplate.Kind.DECIDE, "gezien": "0"}
    for _ in range(2):
        assert browser.post(f"{page(verzoek)}brieven/", given).status_code == 302
    for strange in ({"soort": "afwijzing"}, {"soort": "\x00"}, {}):
        assert browser.post(f"{page(verzoek)}brieven/", strange).status_code == 302
    with in_bureau(case.bureau):
        letter = Letter.objects.get()
    browser.post(f"/verzoeken/brieven/{letter.pk}/verstuurd/")
    assert "Is op de post" not in text_of(browser.get(page(verzoek)))


def test_in_the_portal_the_client_sees_the_copy_and_fetches_it(case):
    row = made(case, granted(case))
    browser = log_in(case.member)
    path = f"/mijn/kopie/{row.pk}/"
    assert "Ophalen" in text_of(browser.get(path))
    answer = browser.post(f"{path}ophalen/")
    assert len(b"".join(answer.streaming_content)) == row.file_size
    assert answer["Content-Disposition"].endswith('kopie-V2026-0001.zip"')
    assert now_of(case, row).fetched_by_name == case.member.name
    assert log_in(authorise(case)).get(path).status_code == 404, "a copy is for who asked for it"
    assert log_in(make_case(case.bureau, "Wil").member).get(path).status_code == 404
    assert log_in(case.coach).get(path).status_code == 404


def test_who_logged_in_long_ago_shows_again_who_they_are(case):
    row = made(case, granted(case))
    browser = log_in(case.member)
    with override_settings(ACCOUNT_REAUTHENTICATION_TIMEOUT=0):
        for answer in (browser.get(f"/mijn/kopie/{row.pk}/"), browser.post(f"/mijn/kopie/{row.pk}/ophalen/")):
            assert answer.status_code in (302, 200) and not answer.streaming
            assert answer.get("Content-Disposition") is None
    assert now_of(case, row).fetched_at is None


def test_what_is_not_ready_is_not_there_and_what_expired_says_so(case):
    row = asked(case, granted(case))
    browser = log_in(case.member)
    assert browser.get(f"/mijn/kopie/{row.pk}/").status_code == 404
    row = made(case, row.verzoek)
    with in_bureau(case.bureau):
        Bundle.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    assert "staat niet meer klaar" in text_of(browser.get(f"/mijn/kopie/{row.pk}/"))
    assert browser.post(f"/mijn/kopie/{row.pk}/ophalen/").url == f"/mijn/kopie/{row.pk}/"


def test_the_page_asks_the_same_however_many_letters_there_are(case):
    verzoek, browser = granted(case), log_in(case.coach)
    few = len(queries_of(browser, page(verzoek)))
    with acting(case.coach):
        for _ in range(4):
            letters.make_letter(verzoek=verzoek, kind=LetterTemplate.Kind.DECIDE, by=case.coach)
    assert len(queries_of(browser, page(verzoek))) <= few
