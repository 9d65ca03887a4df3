"""The first time that a second step is asked, in a browser: nothing opens before it is there and the codes are kept."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from access.models import Role
from tests.support.browser import DESKTOP, PHONE
from tests.support.people import PASSWORD, make_bureau, make_member
from tests.test_second_step_browser import ANY_CODE, AUTHENTICATOR, SIZES, Window, code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOMES = {Role.DIRECTIE: "/werkvoorraad/", Role.CLIENT: "/mijn/", Role.OPDRACHTGEVER: "/opdracht/"}


class FirstTime(Window):
    """Of somebody whose address is no demo's, so that a second step is demanded."""

    email = "vera@thuis.example"

    def logs_in(self, password=PASSWORD) -> None:
        self.page.goto(self.live_url("javawest", "/account/inloggen/"))
        self.fills("E-mailadres", self.email)
        self.fills("Wachtwoord", password)
        self.presses("Inloggen")

    def nothing_opens(self, home, heading) -> None:
        for path in (home, "/account/", "/account/wachtwoord/"):
            self.page.goto(self.live_url("javawest", path))
            self.page.get_by_role("heading", name=heading, exact=True).wait_for()

    def keeps_the_codes(self, home) -> list[str]:
        self.sees("Herstelcodes")
        self.nothing_opens(home, "Herstelcodes")
        found: list[str] = self.page.locator(".codes li").all_inner_texts()
        self.page.get_by_label("Ik heb de codes bewaard").check()
        self.presses("Verder")
        self.page.wait_for_url(f"**{home}")
        return found


@pytest.fixture
def window(live_url, new_page, size):
    return FirstTime(new_page(size), live_url, size)


def somebody(role) -> str:
    make_member(make_bureau(), "Vera", role, email=FirstTime.email)
    return HOMES[role]


@SIZES
@pytest.mark.parametrize("role", HOMES)
@pytest.mark.article("javawest", "9")
def test_with_an_app_from_the_first_login_to_the_first_page(window, size, role):
    home = somebody(role)
    window.logs_in()
    window.sees("Nog één ding: een tweede stap")
    window.nothing_opens(home, "Nog één ding: een tweede stap")
    window.follows("App gebruiken")
    window.sees("App instellen")
    link = window.page.get_by_role("link", name="Open de app op dit toestel")
    assert link.is_visible() == (size == PHONE)
    assert window.page.locator(".on-phone a").get_attribute("href").startswith("otpauth://totp/")
    secret = window.page.locator("code.secret").inner_text()
    assert [len(group) for group in secret.split()] == [4] * 8
    window.fills("Code uit de app", code(secret.replace(" ", "")))
    window.presses("App instellen")
    spare = window.keeps_the_codes(home)

    window.logs_out()
    window.logs_in()
    window.sees("Tweede stap")
    window.fills(ANY_CODE, spare[3])  # as it stands on paper, in two groups
    window.presses("Inloggen")
    window.page.wait_for_url(f"**{home}")


@SIZES
def test_with_a_passkey_from_the_first_login_to_the_first_page(window, size):
    debugger = window.page.context.new_cdp_session(window.page)
    debugger.send("WebAuthn.enable")
    debugger.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    home = somebody(Role.CLIENT)
    window.logs_in()
    window.sees("Nog één ding: een tweede stap")
    window.follows("Passkey gebruiken")
    window.sees("Passkey toevoegen")
    window.presses("Passkey maken")
    window.keeps_the_codes(home)
    window.logs_out()
    window.logs_in()
    window.sees("Tweede stap")
    window.presses("Passkey gebruiken")
    window.page.wait_for_url(f"**{home}")


@pytest.mark.parametrize("size", [DESKTOP], ids=["desk"])
def test_on_paper_stand_the_codes_the_bureau_and_the_date_alone(window, size):
    somebody(Role.CLIENT)
    window.logs_in()
    window.follows("App gebruiken")
    window.sees("App instellen")
    secret = window.page.locator("code.secret").inner_text().replace(" ", "")
    window.fills("Code uit de app", code(secret))
    window.presses("App instellen")
    window.sees("Herstelcodes")
    window.page.emulate_media(media="print")
    if window.shots:
        window.page.screenshot(path=f"{window.shots}/herstelcodes-papier.png")
    expect(window.page.get_by_text("Herstelcodes voor Coöperatie Javawest U.A.")).to_be_visible()
    expect(window.page.locator(".codes li")).to_have_count(10)
    expect(window.page.locator(".codes li").first).to_be_visible()
    seen = window.page.evaluate(
        "[...document.querySelectorAll('h1, p, a, button, label, input, img')]"
        ".filter((one) => getComputedStyle(one).visibility === 'visible' && one.getClientRects().length)"
        ".map((one) => one.textContent.trim().slice(0, 12))"
    )
    assert seen == ["Herstelcodes"]
