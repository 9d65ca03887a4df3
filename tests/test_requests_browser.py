"""In a real browser, on a desk and on a phone: the client asks that a stuk is corrected; staff sees it in the overview;
an incident is written down, notified and closed. Axe finds nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from access.models import Role
from bureaus.tenancy import in_bureau
from requests.models import Incident, Kind, Verzoek
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.people import PASSWORD, make_bureau, make_member
from tests.support.portal import make_case, write
from tests.support.verzoeken import asked
from tests.test_access_reviews_browser import enter, shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOTH = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])


def look(page, name: str, size) -> None:
    check_page(page)
    shoot(page, name, size)


@pytest.mark.article("pluspunt", "4.3")
@BOTH
def test_a_client_points_at_the_stuk_says_what_it_should_say_and_follows_it(live_url, new_page, size):
    case = make_case(make_bureau("pluspunt", "pluspunt"))
    write(case, "Gesprek van maandag", "Kwam te laat.")
    page = new_page(size)
    page.goto(live_url("pluspunt", "/account/inloggen/"))
    page.fill("input[name=login]", case.member.user.email)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/mijn/")
    page.get_by_role("link", name="Vragen").click()
    page.get_by_role("link", name="Iets vragen").click()
    look(page, "wat-wilt-u", size)
    page.get_by_role("link", name="Er klopt iets niet").click()
    look(page, "welk-stuk", size)
    page.get_by_role("link", name="Gesprek van maandag").click()
    page.get_by_role("button", name="Verder: nakijken").click()
    look(page, "vragen-fout", size)
    page.get_by_label("Verbeteren").check()
    page.get_by_label("Wat klopt er niet?").fill("Ik was op tijd.")
    page.get_by_label("Wat moet er staan?").fill("Was op tijd.\n\nBelde zelf nog.")
    page.get_by_role("button", name="Verder: nakijken").click()
    page.get_by_role("heading", name="Klopt dit zo?").wait_for()
    look(page, "nakijken", size)
    page.get_by_role("button", name="Nog iets veranderen").click()
    expect(page.get_by_label("Wat moet er staan?")).to_have_value("Was op tijd.\n\nBelde zelf nog.")
    page.get_by_role("button", name="Verder: nakijken").click()
    page.get_by_role("button", name="Versturen").dblclick()
    page.get_by_text("Antwoord uiterlijk op").wait_for()
    look(page, "mijn-verzoek", size)
    with in_bureau(case.bureau):
        row = Verzoek.objects.get()
        assert (row.kind, row.proposed) == (Kind.CORRECTIE, "Was op tijd.\n\nBelde zelf nog.")
    page.get_by_role("link", name="Dit verzoek intrekken").click()
    look(page, "intrekken", size)
    page.get_by_role("button", name="Ja, intrekken").click()
    page.get_by_text("U hebt dit ingetrokken").wait_for()


@BOTH
def test_staff_sees_what_runs_and_the_figures(live_url, new_page, size):
    bureau = make_bureau("pluspunt", "pluspunt")
    case, dora = make_case(bureau), make_member(bureau, "Dora", Role.DIRECTIE)
    row = asked(case)
    asked(case, Kind.KLACHT, words="Niemand belt terug.")
    page = enter(new_page(size), live_url, dora)
    page.goto(live_url("pluspunt", "/verzoeken/"))
    look(page, "verzoeken", size)
    page.get_by_label("Soort").select_option("inzage")
    page.wait_for_url("**soort=inzage**")
    page.get_by_role("link", name=row.number).wait_for()
    expect(page.get_by_role("link", name="V20")).to_have_count(1)
    page.goto(live_url("pluspunt", "/verzoeken/cijfers/"))
    look(page, "cijfers", size)


@BOTH
def test_an_incident_is_written_down_notified_and_closed(live_url, new_page, size):
    bureau = make_bureau("pluspunt", "pluspunt")
    page = enter(new_page(size), live_url, make_member(bureau, "Fleur", Role.FG))
    page.goto(live_url("pluspunt", "/registers/incidenten/"))
    look(page, "incidenten-leeg", size)
    page.get_by_role("link", name="Incident vastleggen").click()
    page.get_by_label("Wat is er gebeurd?").fill("Een mail ging naar het verkeerde adres.")
    page.get_by_label("Om wie en om welke gegevens gaat het?").fill("De naam van een deelnemer.")
    page.get_by_label("Wat is eraan gedaan?").fill("Teruggehaald.")
    page.get_by_label("geen risico").check()
    page.get_by_role("button", name="In het register zetten").dblclick()
    page.get_by_text("Nog niet af te sluiten").wait_for()
    look(page, "incident", size)
    page.get_by_role("link", name="Melding vastleggen").click()
    look(page, "melding", size)
    page.get_by_label("Waarom niet gemeld").fill("De ontvanger heeft hem ongelezen gewist.")
    page.get_by_role("button", name="Vastleggen").click()
    page.get_by_role("link", name="Afsluiten").click()
    page.get_by_role("button", name="Afsluiten").click()
    page.get_by_role("button", name="Heropenen").wait_for()
    with in_bureau(bureau):
        assert Incident.objects.get().closed_at
    page.goto(live_url("pluspunt", "/registers/verwerkingen/"))
    look(page, "verwerkingen", size)
