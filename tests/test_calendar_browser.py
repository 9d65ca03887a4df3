"""The address of one's own calendar in a real browser, and fetched over real HTTP as a calendar does."""

from __future__ import annotations

from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from icalendar import Calendar
from playwright.sync_api import expect

from access.models import Role
from tests.support.browser import DESKTOP, PHONE
from tests.support.people import make_bureau, make_member
from tests.support.portal import make_case
from tests.support.verzoeken import entered
from tests.test_requests_handling_browser import enter, look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_coach_makes_an_address_that_a_calendar_fetches_and_takes_it_back(live_url, new_page, size):
    case = make_case(make_bureau())
    row = entered(case, dossier=case.dossier)
    page = enter(new_page(size), live_url, case.coach)
    page.goto(live_url("javawest", "/account/"))
    look(page, "account", size)
    page.get_by_role("link", name="Verzoeken in uw eigen agenda").click()
    look(page, "agenda-leeg", size)
    page.get_by_role("button", name="Adres maken").click()
    shown = page.get_by_label("Het adres voor uw agenda").input_value()
    look(page, "agenda-adres", size)
    path = "/" + shown.split("/", 3)[3]
    status, headers, body = fetch(live_url("javawest", path))
    (event,) = Calendar.from_ical(body).walk("VEVENT")
    assert status == 200 and str(event["SUMMARY"]) == f"Inzage {row.number}: besluiten"
    assert headers["Cache-Control"] == "private, no-store" and "Set-Cookie" not in headers
    page.goto(live_url("javawest", "/account/agenda/"))
    page.get_by_text("Een agenda kwam het laatst langs").wait_for()
    assert path not in page.content()
    look(page, "agenda-in-gebruik", size)
    page.get_by_role("button", name="Adres intrekken").click()
    page.get_by_text("Op dit adres vindt niemand nog iets.").wait_for()
    assert fetch(live_url("javawest", path))[0] == 404


def test_who_handles_nothing_is_not_offered_an_address(live_url, new_page):
    case = make_case(make_bureau())
    page = enter(new_page(), live_url, make_member(case.bureau, "Fleur", Role.FG))
    page.goto(live_url("javawest", "/account/"))
    expect(page.get_by_role("link", name="Waar u bent ingelogd")).to_have_count(1)
    expect(page.get_by_role("link", name="Verzoeken in uw eigen agenda")).to_have_count(0)


def fetch(url: str):
    """Without a cookie, as a calendar asks: status, headers and body."""
    host = urlsplit(url)
    here, asks = url.replace(host.netloc, f"127.0.0.1:{host.port}"), {"Host": host.netloc, "User-Agent": "Agenda/1.0"}
    try:
        with urlopen(Request(here, headers=asks), timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except HTTPError as refusal:
        return refusal.code, refusal.headers, refusal.read()
