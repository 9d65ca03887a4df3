"""The satisfaction survey before and after a withdrawal in the portal, verzet, and research, in a real browser."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from access.models import Role
from bureaus.tenancy import in_bureau
from consent.models import ConsentExport, OptOut, ResearchAsk
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.consents import given
from tests.support.exported import PERIOD, ended
from tests.support.people import make_bureau, make_member
from tests.support.portal import make_case
from tests.test_handing_out_browser import shoot, window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SURVEY = "satisfaction_survey"
BOTH = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])


def fetched(page) -> str:
    """What the file says that the button gives to who clicks twice."""
    with page.expect_download() as coming:
        page.get_by_role("button", name="Haal het bestand op").dblclick()
    return coming.value.path().read_text(encoding="utf-8-sig")


@pytest.mark.timeout(240)
@pytest.mark.article("jmwerkt", "3.1.3")
@BOTH
def test_a_consent_withdrawn_in_the_portal_is_not_in_the_next_list(live_url, new_page, size):
    bureau = make_bureau("jmwerkt", "jmwerkt")
    case, stays = make_case(bureau), make_case(bureau, "Wim")
    for one in (case, stays):
        given(one, SURVEY)
    staff, slug = window(make_member(bureau, "Diana", Role.DIRECTIE), live_url, new_page, size)
    staff.goto(live_url(slug, "/registers/uitvoer/"))
    check_page(staff)
    staff.get_by_role("main").get_by_role("link", name="Maken").click()
    staff.get_by_role("button", name="Haal het bestand op").click()
    staff.get_by_text("Vul in voor wie de lijst is").first.wait_for()
    check_page(staff)
    shoot(staff, "export-empty", size)
    staff.get_by_label("Voor wie is deze lijst?").fill("Onderzoeksbureau O'Neill")
    staff.get_by_label("CSV").check()
    first = fetched(staff)
    assert str(case.client) in first
    assert str(stays.client) in first

    portal, slug = window(case.member, live_url, new_page, size)
    portal.goto(live_url(slug, "/mijn/verzet/"))
    portal.get_by_text("Onderzoeksbureau O'Neill").wait_for()
    portal.goto(live_url(slug, "/mijn/toestemmingen/"))
    check_page(portal)
    portal.get_by_role("link", name="Onderzoek naar tevredenheid").click()
    portal.get_by_role("button", name="Ik trek mijn toestemming in").click()
    portal.get_by_text("Dat geldt vanaf nu").wait_for()

    staff.get_by_role("button", name="Haal het bestand op").click()
    staff.get_by_text("Deze lijst is er al").first.wait_for()
    check_page(staff)
    shoot(staff, "export-again", size)
    expect(staff.get_by_label("Maak deze lijst nog een keer")).not_to_be_checked()
    staff.get_by_label("Maak deze lijst nog een keer").check()
    second = fetched(staff)
    assert str(case.client) not in second
    assert str(stays.client) in second
    staff.goto(live_url(slug, "/registers/uitvoer/"))
    check_page(staff)
    shoot(staff, "exports", size)
    with in_bureau(bureau):
        assert [one.count for one in ConsentExport.objects.order_by("made_at")] == [2, 1]


@pytest.mark.timeout(240)
@pytest.mark.article("jmwerkt", "7")
@BOTH
def test_verzet_is_made_in_the_portal_and_taken_back_at_the_desk(live_url, new_page, size):
    case = make_case(make_bureau("pluspunt", "pluspunt"))
    portal, slug = window(case.member, live_url, new_page, size)
    portal.goto(live_url(slug, "/mijn/toestemmingen/"))
    portal.get_by_role("link", name="Geen lijsten, post of enquêtes?").click()
    check_page(portal)
    portal.get_by_role("button", name="Dit wil ik niet").first.dblclick()
    portal.get_by_text("dit doen wij niet", exact=True).wait_for()
    check_page(portal)
    shoot(portal, "verzet", size)
    with in_bureau(case.bureau):
        assert OptOut.objects.count() == 1

    staff, slug = window(case.coach, live_url, new_page, size)
    staff.goto(live_url(slug, f"/clienten/{case.client.pk}/"))
    staff.get_by_role("link", name="Geen adressenlijsten").click()
    check_page(staff)
    staff.get_by_role("button", name="Verzet terugnemen").click()
    staff.get_by_text("Kies hoe dit binnenkwam").wait_for()
    check_page(staff)
    staff.locator("#hoe-naw").select_option("balie")
    staff.get_by_role("button", name="Verzet terugnemen").click()
    staff.get_by_text("Het verzet is teruggenomen").wait_for()
    shoot(staff, "verzet-staf", size)
    check_page(staff)


@pytest.mark.timeout(240)
@pytest.mark.article("werkid", "9")
@BOTH
def test_research_is_asked_by_a_coach_and_decided_by_directie(live_url, new_page, size):
    bureau = make_bureau("werkid", "werkid")
    cases = [make_case(bureau, f"Naam{at}") for at in range(5)]
    for one in cases:
        ended(one)
        given(one, "research", scope="Werkt het?", party="Hogeschool")
    coach, slug = window(cases[0].coach, live_url, new_page, size)
    coach.goto(live_url(slug, "/registers/onderzoek/"))
    check_page(coach)
    coach.get_by_role("link", name="Onderzoek vragen").click()
    coach.get_by_role("button", name="Vragen", exact=True).click()
    coach.get_by_text("Schrijf op welk onderzoek het is").first.wait_for()
    check_page(coach)
    coach.get_by_label("Welk onderzoek is het?").fill("Werkt het?")
    coach.get_by_label("Wie doet het onderzoek?").fill("Hogeschool")
    coach.get_by_label("Trajecten die eindigden vanaf").fill(str(PERIOD["starts_on"]))
    coach.get_by_label("Tot en met").fill(str(min(PERIOD["ends_on"], timezone.localdate())))
    coach.get_by_role("button", name="Vragen", exact=True).click()
    coach.get_by_text("wacht op besluit").wait_for()
    check_page(coach)

    with in_bureau(bureau):
        row = ResearchAsk.objects.get()
    staff, slug = window(make_member(bureau, "Diana", Role.DIRECTIE), live_url, new_page, size)
    staff.goto(live_url(slug, f"/registers/onderzoek/{row.pk}/"))
    staff.get_by_role("link", name="Besluiten").click()
    expect(staff.locator("input[type=radio]:checked")).to_have_count(0)
    check_page(staff)
    staff.get_by_label("Ja, het mag").check()
    staff.get_by_role("button", name="Besluit vastleggen").click()
    staff.get_by_role("link", name="Lijst maken").click()
    check_page(staff)
    staff.get_by_label("CSV").check()
    text = fetched(staff)
    assert len(text.splitlines()) == 6
    assert not any(one.client.last_name in text for one in cases)
    staff.goto(live_url(slug, f"/registers/onderzoek/{row.pk}/"))
    check_page(staff)
    shoot(staff, "research", size)
