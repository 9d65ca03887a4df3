"""The end of a session in a real browser: it is said before, and no word is lost after."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from access.models import Role
from access.sessions import left
from tests.support.axe import check_page, settle
from tests.support.browser import DESKTOP, PHONE
from tests.support.people import PASSWORD, make_bureau, make_member
from tests.support.portal import make_case, write
from tests.support.sessions import let_pass, session_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
SHOTS = os.environ.get("DOSSIERWACHT_SHOTS", "")


def log_in(page, url, email) -> None:
    page.goto(url)
    fill_login(page, email)


def at_home(page, home) -> None:
    """Come to this page, whose address stands in that of the login page too."""
    page.wait_for_url(lambda url: url.endswith(home) and "inloggen" not in url)


def fill_login(page, email) -> None:
    page.get_by_label("E-mailadres").fill(email)
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()


def look(page, name, size) -> None:
    check_page(page)
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}-{size[0]}.png")


def come_back(page) -> None:
    """The window is looked at again: the script asks how long there is left."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def members_of_all_shells():
    case = make_case(make_bureau(), "Vera")
    return [(case.coach, "/werkvoorraad/"), (case.member, "/mijn/"), (case.payer, "/opdracht/")]


@SIZES
def test_two_minutes_before_the_end_every_shell_says_so_and_one_button_stays(live_url, new_page, size):
    for member, home in members_of_all_shells():
        page = new_page(size)
        log_in(page, live_url("javawest", home), member.user.email)
        at_home(page, home)
        idle = 30 if member.is_staff_member else 20
        let_pass(page, idle * 60 - 100, "acted")
        come_back(page)
        note = page.get_by_role("status").filter(has_text="Bent u er nog?")
        note.wait_for()
        assert f"omdat u dan {idle} minuten niets deed" in note.inner_text()
        look(page, f"bent-u-er-nog-{member.name}", size)
        stay = page.get_by_role("button", name="Blijf ingelogd")
        stay.focus()
        page.keyboard.press("Enter")
        stay.wait_for(state="detached")
        assert left(session_of(page)).seconds > idle * 60 - 30


@SIZES
def test_after_the_end_the_screen_is_cleared_and_says_why(live_url, new_page, size):
    member, home = members_of_all_shells()[0]
    page = new_page(size)
    page.allowed_errors.append("status of 401")
    log_in(page, live_url("javawest", home), member.user.email)
    at_home(page, home)
    let_pass(page, 31 * 60, "acted")
    come_back(page)
    page.get_by_text("U was 30 minuten niet actief.").wait_for()
    look(page, "uitgelogd", size)
    fill_login(page, member.user.email)
    at_home(page, home)


@SIZES
def test_what_was_typed_in_a_form_is_there_after_a_new_login_and_can_be_sent(live_url, new_page, size):
    bureau = make_bureau()
    boss = make_member(bureau, "Alice", Role.DIRECTIE)
    page = new_page(size)
    page.allowed_errors.append("status of 401")
    log_in(page, live_url("javawest", "/beheer/medewerkers/uitnodigen/"), boss.user.email)
    at_home(page, "/beheer/medewerkers/uitnodigen/")  # with its script, which sees that something is typed
    page.get_by_label("Naam", exact=True).fill("Nieuwe Collega")
    page.get_by_label("E-mailadres").fill("nieuw@javawest.test")
    page.get_by_label("coach").check()
    let_pass(page, 31 * 60, "acted")
    come_back(page)
    page.get_by_text("Wat u typte staat nog in dit venster.").wait_for()
    look(page, "woorden-blijven", size)
    page.get_by_role("button", name="Uitnodigen").click()  # goes nowhere yet
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Inloggen in een nieuw venster").click()
    window = opened.value
    window.get_by_text("U was 30 minuten niet actief.").wait_for()
    fill_login(window, boss.user.email)
    window.get_by_role("heading", name="Iemand uitnodigen").wait_for()
    window.close()
    expect(page.get_by_label("Naam", exact=True)).to_have_value("Nieuwe Collega")
    page.get_by_role("button", name="Uitnodigen").click()
    page.get_by_text("De uitnodiging is onderweg.").wait_for()
    page.get_by_text("nieuw@javawest.test").first.wait_for()


@SIZES
def test_the_editor_keeps_every_word_past_the_end(live_url, new_page, size):
    case = make_case(make_bureau(), "Vera")
    stuk = write(case, "Gesprek", "Begin", final=False)
    page = new_page(size)
    page.allowed_errors.append("status of 401")
    path = f"/stukken/{stuk.pk}/schrijven/"
    log_in(page, live_url("javawest", path), case.coach.user.email)
    text = page.locator("form[data-autosave-url] textarea").first
    text.wait_for()
    settle(page)  # what is typed before the editor's script runs is saved with the next key alone
    let_pass(page, 31 * 60, "acted")
    text.fill("Getypt toen de sessie al voorbij was")
    page.get_by_text("U bent uitgelogd").first.wait_for()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Inloggen in een nieuw venster").first.click()
    window = opened.value
    fill_login(window, case.coach.user.email)
    window.locator("form[data-autosave-url]").wait_for()
    window.close()
    page.get_by_role("button", name="Ik ben ingelogd, bewaar nu").click()
    page.get_by_text("Concept bewaard").first.wait_for()
    page.reload()
    expect(page.locator("form[data-autosave-url] textarea").first).to_have_value("Getypt toen de sessie al voorbij was")


def test_typing_keeps_a_session_and_another_window_does_too(live_url, new_page):
    case = make_case(make_bureau(), "Vera")
    stuk = write(case, "Gesprek", "Begin", final=False)
    page = new_page(DESKTOP)
    log_in(page, live_url("javawest", f"/stukken/{stuk.pk}/schrijven/"), case.coach.user.email)
    text = page.locator("form[data-autosave-url] textarea").first
    text.wait_for()
    settle(page)  # as above
    let_pass(page, 29 * 60, "acted")
    text.fill("Nog even")
    page.get_by_text("Concept bewaard").first.wait_for()
    come_back(page)
    page.wait_for_timeout(500)
    expect(page.get_by_text("Bent u er nog?")).to_have_count(0)
