"""In a real browser, on a desk and on a phone: staff ask, the client answers and takes back; a paper is entered."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from bureaus.tenancy import in_bureau
from consent.models import Consent, State
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.consents import PHOTO, SHARE, answer, asked, given, refuse
from tests.support.documents import pdf
from tests.support.people import PASSWORD, make_bureau
from tests.support.portal import make_case
from tests.test_access_reviews_browser import shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOTH = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])


def enter(page, live_url, member):
    page.goto(live_url("javawest", "/account/inloggen/"))
    page.fill("input[name=login]", member.user.email)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/mijn/" if member.is_client_member else "**/werkvoorraad/")
    return page


def look(page, name: str, size) -> None:
    check_page(page)
    shoot(page, name, size)


def state_of(case) -> str:
    with in_bureau(case.bureau):
        return Consent.objects.get(text__purpose=SHARE).state


@pytest.mark.article("javawest", "5.2")
@pytest.mark.article("jmwerkt", "1.5")
@BOTH
def test_it_is_asked_given_with_a_name_and_withdrawn_in_the_portal(live_url, new_page, size):
    case = make_case(make_bureau())
    answer(case, refuse, asked(case, PHOTO))
    page = enter(new_page(size), live_url, case.coach)
    page.goto(live_url("javawest", f"/clienten/{case.client.pk}/toestemmingen/"))
    look(page, "toestemmingen", size)
    page.get_by_role("link", name="Toestemming vragen").click()
    look(page, "toestemming-waarvoor", size)
    page.get_by_role("link", name="Gegevens geven aan iemand anders").click()
    page.get_by_role("button", name="Vragen", exact=True).click()
    page.get_by_label("Welke persoon of organisatie?").fill("Huisarts Vermeer")
    look(page, "toestemming-vragen-fout", size)
    page.get_by_label("Waar gaat het precies om?").fill("De brief van 3 maart over uw werktijden")
    page.get_by_role("button", name="Vragen", exact=True).dblclick()
    page.get_by_role("heading", name="Wat er is gevraagd").wait_for()
    look(page, "toestemming-staf", size)

    page = enter(new_page(size), live_url, case.member)
    page.goto(live_url("javawest", "/mijn/"))
    look(page, "toestemming-thuis", size)
    page.get_by_role("link", name="Gegevens geven aan iemand anders").click()
    expect(page.locator("input:checked")).to_have_count(0)
    look(page, "toestemming-vraag", size)
    page.get_by_role("button", name="Ja, dat is goed").click()
    page.get_by_text("Typ uw naam").first.wait_for()
    look(page, "toestemming-zonder-naam", size)
    assert state_of(case) == State.ASKED
    page.get_by_label("Uw naam").fill("V. van den Berg")
    page.get_by_role("button", name="Ja, dat is goed").dblclick()
    page.get_by_role("heading", name="U zei ja").wait_for()
    assert state_of(case) == State.GIVEN
    look(page, "toestemming-ja", size)
    page.get_by_role("button", name="Ik trek mijn toestemming in").click()
    page.get_by_text("Dat geldt vanaf nu").wait_for()
    assert state_of(case) == State.WITHDRAWN
    look(page, "toestemming-ingetrokken", size)
    page.get_by_role("link", name="Terug naar mijn toestemmingen").click()
    look(page, "mijn-toestemmingen", size)


@BOTH
def test_a_paper_is_entered_and_stands_beside_the_dossier(live_url, new_page, size):
    case = make_case(make_bureau())
    given(case, PHOTO)
    row = asked(case, SHARE)
    page = enter(new_page(size), live_url, case.coach)
    page.goto(live_url("javawest", f"/toestemmingen/{row.pk}/antwoord/"))
    expect(page.locator("input:checked")).to_have_count(0)
    page.get_by_role("button", name="Vastleggen").click()
    page.get_by_text("Kies wat op het formulier staat.").first.wait_for()
    look(page, "toestemming-papier-fout", size)
    page.get_by_label("Ja, toestemming gegeven").check()
    page.get_by_label("Wanneer is het getekend?").fill(str(timezone.localdate()))
    page.get_by_label("Het getekende formulier, ingescand").set_input_files(
        {"name": "formulier.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    page.get_by_role("button", name="Vastleggen").click()
    page.get_by_role("heading", name="Het antwoord").wait_for()
    look(page, "toestemming-papier", size)
    page.get_by_role("link", name="Intrekken").click()
    look(page, "toestemming-intrekken", size)
    page.goto(live_url("javawest", f"/dossiers/{case.dossier.pk}/"))
    look(page, "toestemming-rail", size)
    page.goto(live_url("javawest", f"/clienten/{case.client.pk}/"))
    look(page, "toestemming-kaart", size)
