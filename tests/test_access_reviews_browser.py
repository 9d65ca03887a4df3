"""The access review in a real browser, on a desk and on a phone: begin, keep, withdraw, close, fetch the report."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from access.models import Role
from tests.support.axe import check_page, settle
from tests.support.browser import DESKTOP, PHONE
from tests.support.people import PASSWORD, make_bureau, make_member
from tests.support.portal import make_case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def shoot(page, name: str, size) -> None:
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}-{size[0]}.png"), full_page=True)


@pytest.mark.article("pluspunt", "3.1")
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_directie_goes_through_everyone_and_signs_off(live_url, new_page, size):
    bureau = make_bureau("pluspunt", "pluspunt")
    case = make_case(bureau)
    dirk, ella = (make_member(bureau, name, Role.DIRECTIE) for name in ("Dirk", "Ella"))
    make_member(bureau, "Anna", Role.ADMINISTRATIE)
    one, two = (enter(new_page(size), live_url, member) for member in (dirk, ella))
    one.goto(live_url("pluspunt", "/beheer/toegangscontrole/"))
    look(one, "controles", size)
    one.get_by_role("button", name="Controle beginnen").click()
    look(one, "controle", size)
    expect(one.locator("main")).to_contain_text("0 van 5")
    row = one.get_by_role("row").filter(has_text=case.payer.name)
    row.get_by_role("button", name="Behouden").press("Enter")
    one.get_by_text("1 van 5").first.wait_for()
    one.get_by_role("link", name="Anna", exact=True).click()
    look(one, "regel", size)
    one.get_by_role("link", name="Intrekken").click()
    look(one, "intrekken", size)
    one.get_by_label("Waarom trekt u de toegang in?").fill("werkt nu ergens anders")
    one.get_by_role("button", name="Toegang intrekken").click()
    one.get_by_text("2 van 5").first.wait_for()
    keep_all(one)
    two.goto(one.url)
    keep_all(two)
    two.goto(one.url.split("?")[0].split("#")[0])
    two.get_by_role("link", name="Controle afsluiten").click()
    look(two, "afsluiten", size)
    two.get_by_role("button", name="Controle afsluiten").click()
    look(two, "afgesloten", size)
    with two.expect_download() as fetched:
        two.get_by_role("link", name="Verslag (PDF)").click()
    assert Path(fetched.value.path()).read_bytes().startswith(b"%PDF")
    two.goto(live_url("pluspunt", "/beheer/toegangscontrole/"))
    look(two, "verslagen", size)


def enter(page, live_url, member):
    page.goto(live_url("pluspunt", "/account/inloggen/"))
    page.fill("input[name=login]", member.user.email)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/werkvoorraad/")
    return page


def look(page, name: str, size) -> None:
    shoot(page, name, size)
    check_page(page)


def keep_all(page) -> None:
    settle(page)  # a page that is half there has not all of its buttons yet
    while page.get_by_role("button", name="Behouden").count():
        left = page.get_by_role("button", name="Behouden").count()
        page.get_by_role("button", name="Behouden").first.click()
        expect(page.get_by_role("button", name="Behouden")).to_have_count(left - 1)
