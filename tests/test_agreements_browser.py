"""A verwerkersovereenkomst is kept and renewed, and the reglement read by everyone, in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from bureaus.tenancy import in_bureau
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.documents import pdf
from tests.support.handed_out import agreement_row
from tests.test_handing_out_browser import shoot, window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ALL = "/registers/verwerkersovereenkomsten/"


@pytest.mark.timeout(240)
@pytest.mark.article("pluspunt", "2.2")
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_what_ends_is_found_in_the_worklist_and_renewed(javawest, diana, live_url, new_page, tmp_path, size):
    with in_bureau(javawest):
        agreement_row(party="Softwarehuis", ends_on=timezone.localdate() + timedelta(days=20))
    page, slug = window(diana, live_url, new_page, size)
    page.goto(live_url(slug, "/werkvoorraad/"))
    page.get_by_role("link", name="Softwarehuis").click()
    check_page(page)
    shoot(page, "agreement", size)
    page.get_by_role("link", name="Verlengen").click()
    page.get_by_role("button", name="Vastleggen").click()
    page.get_by_text("Kies de ingescande overeenkomst").first.wait_for()
    check_page(page)
    scan = tmp_path / "papier.pdf"
    scan.write_bytes(pdf())
    page.get_by_label("Getekend op").fill(timezone.localdate().isoformat())
    page.set_input_files("[name=scan]", scan)
    page.get_by_role("button", name="Vastleggen").click()
    page.get_by_text("De overeenkomst is verlengd.").wait_for()
    page.goto(live_url(slug, f"{ALL}?staat=alle"))
    check_page(page)
    shoot(page, "agreements", size)
    page.goto(live_url(slug, f"{ALL}nieuw/"))
    check_page(page)
    shoot(page, "agreement-new", size)


@pytest.mark.timeout(120)
@pytest.mark.article("javawest", "10.2")
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_everyone_reads_the_reglement_and_takes_it_along(javawest, live_url, new_page, size):
    page = new_page(size)
    page.goto(live_url(javawest.slug, "/reglement/"))
    page.get_by_role("heading", name="Hoe lang wij bewaren").wait_for()
    check_page(page)
    shoot(page, "public", size)
    assert page.context.cookies() == []
    kind = page.evaluate("async () => (await fetch('/reglement/1/pdf/')).headers.get('content-type')")
    assert kind == "application/pdf"
