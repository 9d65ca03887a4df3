"""Somebody telephones and is told nothing, in a real browser: from the dossier to the register."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.people import make_bureau
from tests.support.portal import make_case
from tests.test_handing_out_browser import shoot, window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.timeout(240)
@pytest.mark.article("javawest", "8")
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_call_is_refused_and_noted(live_url, new_page, size):
    case = make_case(make_bureau())
    page, slug = window(case.coach, live_url, new_page, size)
    page.goto(live_url(slug, f"/dossiers/{case.dossier.pk}/"))
    page.get_by_role("link", name="Iemand belt").click()
    page.get_by_role("heading", name="Zeg dit").wait_for()
    check_page(page)
    shoot(page, "call", size)
    page.get_by_role("button", name="Noteren als geweigerd").click()
    page.get_by_text("Vul in wie de beller zei te zijn.").first.wait_for()
    check_page(page)
    page.get_by_label("Wie zei de beller te zijn?").fill("P. O'Neill")
    page.get_by_label("Van welke organisatie?").fill("UWV")
    page.get_by_label("Wat werd gevraagd?").fill("Of zij al werk heeft.")
    page.get_by_role("button", name="Noteren als geweigerd").click()
    page.get_by_role("heading", name="Geweigerd aan de telefoon").wait_for()
    expect(page.get_by_text("P. O'Neill")).to_be_visible()
    check_page(page)
    shoot(page, "calls", size)
