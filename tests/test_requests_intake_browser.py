"""A coach takes in a letter with its scan in a real browser, and then sees who asks."""

from __future__ import annotations

import pytest

from bureaus.tenancy import in_bureau
from requests.models import Identity, Verzoek
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.documents import pdf
from tests.support.people import log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.timeout(180)
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_letter_is_taken_in_and_it_is_seen_who_asks(vera, live_url, new_page, tmp_path, size):
    letter = tmp_path / "brief.pdf"
    letter.write_bytes(pdf())
    page, home = new_page(size), live_url("javawest", "/")
    cookies = log_in(vera.coach).cookies
    page.context.add_cookies([{"name": name, "value": one.value, "url": home} for name, one in cookies.items()])
    page.goto(live_url("javawest", "/verzoeken/nieuw/"))
    page.get_by_label("Van wie is het verzoek?").fill(vera.client.last_name)
    page.get_by_label("Van wie is het verzoek?").press("Enter")
    page.get_by_role("link", name=vera.client.last_name).click()
    page.get_by_role("link", name="Inzage").click()
    page.get_by_role("button", name="Vastleggen").click()
    page.get_by_text("Kies hoe het binnenkwam.").first.wait_for()
    check_page(page)
    page.get_by_label("Per brief").check()
    page.set_input_files("[name=scan]", letter)
    page.get_by_role("button", name="Vastleggen").click()
    page.get_by_text("Vastgelegd onder nummer").wait_for()
    check_page(page)
    page.get_by_role("link", name="Vastleggen wie het is").first.click()
    page.get_by_label("Ik zag een geldig identiteitsbewijs").check()
    page.get_by_role("button", name="Vastleggen").click()
    page.get_by_text("Vastgelegd wie dit vraagt.").wait_for()
    check_page(page)
    with in_bureau(vera.bureau):
        row = Verzoek.objects.get()
        assert (row.identity, bool(row.scan_file)) == (Identity.SEEN, True)
