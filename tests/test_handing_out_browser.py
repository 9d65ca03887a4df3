"""The reglement is given and the client says that it came, in a real browser at both widths."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bureaus.tenancy import in_bureau
from consent.models import HandedOut
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.documents import pdf
from tests.support.people import log_in, make_bureau
from tests.support.portal import make_case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def window(member, live_url, new_page, size):
    page, slug = new_page(size), member.bureau.slug
    cookies = log_in(member).cookies
    page.context.add_cookies(
        [{"name": name, "value": one.value, "url": live_url(slug, "/")} for name, one in cookies.items()]
    )
    return page, slug


@pytest.mark.timeout(240)
@pytest.mark.article("werklokaal", "9b")
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_it_is_given_in_the_portal_confirmed_and_given_again_on_paper(live_url, new_page, tmp_path, size):
    case = make_case(make_bureau("werklokaal", "werklokaal"))
    staff, slug = window(case.coach, live_url, new_page, size)
    staff.goto(live_url(slug, f"/clienten/{case.client.pk}/"))
    staff.get_by_role("link", name="Reglement geven").click()
    check_page(staff)
    staff.get_by_role("button", name="Geven in het portaal").click()
    staff.get_by_text("nog niet bevestigd").first.wait_for()
    shoot(staff, "handed", size)
    check_page(staff)

    portal, slug = window(case.member, live_url, new_page, size)
    portal.goto(live_url(slug, "/mijn/"))
    portal.get_by_role("link", name="Ons privacyreglement").press("Enter")
    portal.get_by_role("heading", name="Ons privacyreglement").wait_for()
    shoot(portal, "mine", size)
    check_page(portal)
    portal.get_by_role("button", name="Ik heb het gekregen").click()
    portal.get_by_text("Dank u wel. Wij weten nu dat u het hebt gekregen.").wait_for()
    check_page(portal)
    shoot(portal, "mine-done", size)

    scan = tmp_path / "papier.pdf"
    scan.write_bytes(pdf())
    staff.reload()
    staff.get_by_role("link", name="Op papier gegeven").click()
    staff.get_by_role("button", name="Vastleggen").click()
    staff.get_by_text("Kies het ingescande papier").first.wait_for()
    check_page(staff)
    staff.set_input_files("[name=scan]", scan)
    staff.get_by_role("button", name="Vastleggen").click()
    staff.get_by_text("getekend op papier").first.wait_for()
    shoot(staff, "handed-paper", size)
    check_page(staff)
    staff.goto(live_url(slug, "/registers/uitgereikt/?staat=alle"))
    check_page(staff)
    shoot(staff, "list", size)
    with in_bureau(case.bureau):
        assert HandedOut.objects.all().proven().count() == 2


def shoot(page, name: str, size) -> None:
    """A picture for whoever asks for one by SHOTS."""
    if where := os.environ.get("SHOTS"):
        page.screenshot(path=Path(where, f"{name}-{size[0]}.png"), full_page=True)
