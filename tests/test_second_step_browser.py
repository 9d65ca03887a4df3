"""The screens of a second step, which only open for who has one, and the pages that say why something was not done."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.views.defaults import server_error
from playwright.sync_api import expect

from access.mfa_forms import ANY_CODE
from access.models import Role
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.people import PASSWORD, make_bureau, make_member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
SHOTS = os.environ.get("DOSSIERWACHT_SHOTS", "")
STEP = "/account/tweede-stap"
LOGIN, HOME = "/account/inloggen/", "/werkvoorraad/"
# What Chromium's own authenticator is: one in the device, that asked for a finger and got it.
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip

# The login form, sent as often as a program would that tries passwords.
ATTEMPTS = """async () => {
  const form = document.querySelector("form");
  for (let sent = 0; sent < 30; sent += 1) await fetch(form.action, { method: "POST", body: new FormData(form) });
}"""


class Window:
    """A browser window in which every screen is looked at."""

    def __init__(self, page, live_url, size) -> None:
        self.page, self.live_url, self.size, self.shots = page, live_url, size, SHOTS

    def opens(self, path, heading) -> None:
        self.page.goto(self.live_url("javawest", path))
        self.sees(heading)

    def sees(self, heading) -> None:
        """This screen, by its heading; looked at by axe."""
        self.page.get_by_role("heading", name=heading, exact=True).first.wait_for()
        if SHOTS:
            name = f"{heading.lower().replace(' ', '-')}-{self.size[0]}.png"
            self.page.screenshot(path=Path(SHOTS) / name, full_page=True)
        check_page(self.page)

    def fills(self, label, value) -> None:
        self.page.get_by_label(label, exact=True).fill(value)

    def presses(self, name) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follows(self, name) -> None:
        self.page.get_by_role("link", name=name).first.click()

    def logs_in(self, password=PASSWORD) -> None:
        self.page.goto(self.live_url("javawest", LOGIN))
        self.fills("E-mailadres", "alice@javawest.test")
        self.fills("Wachtwoord", password)
        self.presses("Inloggen")

    def logs_out(self) -> None:
        self.page.context.clear_cookies()

    def is_at_home(self) -> None:
        self.page.wait_for_url(f"**{HOME}")


@pytest.fixture
def alice(live_url):
    return make_member(make_bureau(), "Alice", Role.COACH)


@pytest.fixture
def window(alice, live_url, new_page, size):
    return Window(new_page(size), live_url, size)


def code(secret: str) -> str:
    now = sorted(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, now[len(now) // 2]))


def wrong_code(secret: str) -> str:
    """One that is not right by chance, now or with the next."""
    counters = set(yield_hotp_counters_from_time())
    right = {format_hotp_value(hotp_value(secret, at)) for at in counters | {max(counters) + 1}}
    return next(one for one in (f"{number:06}" for number in range(9)) if one not in right)


@SIZES
def test_an_app_on_the_phone_from_setting_it_up_to_taking_it_away(window, size):
    window.logs_in()
    window.is_at_home()
    window.opens(f"{STEP}/", "Inloggen in twee stappen")
    window.follows("App instellen")
    window.sees("App instellen")
    secret = window.page.locator("code.secret").inner_text().replace(" ", "")
    window.fills("Code uit de app", wrong_code(secret))
    window.presses("App instellen")
    window.page.locator(".field-wrong").wait_for()
    window.sees("App instellen")
    secret = window.page.locator("code.secret").inner_text().replace(" ", "")
    window.fills("Code uit de app", code(secret))
    window.presses("App instellen")
    window.sees("Herstelcodes")
    spare = window.page.locator(".codes li").all_inner_texts()
    window.follows("Nieuwe codes maken")
    window.sees("Herstelcodes maken")
    window.opens(f"{STEP}/recovery-codes/", "Herstelcodes")
    expect(window.page.locator(".codes li")).to_have_text(spare)
    window.presses("Verder")
    window.page.locator(".field-wrong").wait_for()
    window.sees("Herstelcodes")
    window.page.get_by_label("Ik heb de codes bewaard").check()
    window.presses("Verder")
    window.sees("Inloggen in twee stappen")
    window.opens(f"{STEP}/recovery-codes/", "Herstelcodes")
    expect(window.page.locator(".codes")).to_have_count(0)

    window.logs_out()
    window.logs_in()
    window.sees("Tweede stap")
    window.fills(ANY_CODE, "12")
    window.presses("Inloggen")
    window.page.locator(".field-wrong").wait_for()
    window.sees("Tweede stap")
    window.fills(ANY_CODE, spare[0])
    window.presses("Inloggen")
    window.is_at_home()

    window.opens(f"{STEP}/reauthenticate/", "Bevestig dat u het bent")
    window.fills(ANY_CODE, spare[1])
    window.presses("Bevestigen")
    window.is_at_home()
    window.opens(f"{STEP}/totp/deactivate/", "App verwijderen")
    window.presses("App verwijderen")
    window.sees("Inloggen in twee stappen")


@SIZES
def test_a_passkey_from_making_it_to_removing_it(window, size):
    debugger = window.page.context.new_cdp_session(window.page)
    debugger.send("WebAuthn.enable")
    debugger.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    window.logs_in()
    window.is_at_home()
    window.opens(f"{STEP}/webauthn/", "Passkeys")
    window.follows("Passkey toevoegen")
    window.sees("Passkey toevoegen")
    window.fills("Naam (niet verplicht)", "Laptop werk")
    window.presses("Passkey maken")
    window.sees("Herstelcodes")
    window.opens(f"{STEP}/webauthn/", "Passkeys")
    window.follows("Naam wijzigen")
    window.sees("Naam van de passkey")
    window.fills("Naam", "Laptop thuis")
    window.presses("Opslaan")
    window.sees("Passkeys")
    window.page.get_by_text("Laptop thuis").first.wait_for()

    window.logs_out()
    window.logs_in()
    window.sees("Tweede stap")
    window.presses("Passkey gebruiken")
    window.is_at_home()
    window.opens(f"{STEP}/webauthn/reauthenticate/", "Bevestig dat u het bent")
    window.presses("Passkey gebruiken")
    window.is_at_home()
    window.opens(f"{STEP}/webauthn/", "Passkeys")
    window.follows("Verwijderen")
    window.sees("Passkey verwijderen")
    window.presses("Passkey verwijderen")
    window.sees("Passkeys")


@SIZES
def test_too_many_attempts_say_to_wait(window, size):
    window.page.allowed_errors.append("status of 429")
    window.page.goto(window.live_url("javawest", LOGIN))
    window.page.evaluate(ATTEMPTS)
    with window.page.expect_response(lambda answer: answer.status == 429):
        window.presses("Inloggen")
    window.sees("Even wachten")


@SIZES
def test_a_form_without_its_token_says_that_nothing_was_saved(window, size):
    window.page.allowed_errors.append("status of 403")
    window.page.goto(window.live_url("javawest", LOGIN))
    window.logs_out()
    window.fills("E-mailadres", "alice@javawest.test")
    window.fills("Wachtwoord", PASSWORD)
    window.presses("Inloggen")
    window.sees("Deze bladzijde was te oud")


@SIZES
def test_a_fault_of_ours_says_so_calmly(window, size, rf):
    window.page.allowed_errors.append("status of 500")
    fault = server_error(rf.get("/"))
    window.page.route(
        f"**{HOME}", lambda route: route.fulfill(status=500, body=fault.content, content_type=fault["Content-Type"])
    )
    window.opens(HOME, "Er ging iets mis")
