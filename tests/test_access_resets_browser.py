"""The screens of a lost second step, in a real browser, from asking to setting up a new one."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from access.models import Role
from tests.support.people import PASSWORD, log_in, make_bureau, make_member
from tests.test_access_resets import ASK, LINK, confirmed, decide_path, in_it
from tests.test_second_step_browser import SIZES, Window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def enter(window, member) -> None:
    """With the cookies of who logged in already."""
    home = window.live_url("javawest", "/")
    cookies = [{"name": name, "value": one.value, "url": home} for name, one in log_in(member).cookies.items()]
    window.page.context.clear_cookies()
    window.page.context.add_cookies(cookies)


@SIZES
def test_asking_confirming_and_using(live_url, new_page, size):
    bureau = make_bureau()
    alice, bas = make_member(bureau, "Alice", Role.DIRECTIE), make_member(bureau, "Bas", Role.BEHEERDER)
    cor, dirk = (make_member(bureau, name, Role.COACH) for name in ("Cor", "Dirk"))
    window = Window(new_page(size), live_url, size)
    enter(window, alice)
    window.opens(f"/beheer/medewerkers/{cor.pk}/", "Cor")
    window.follows("Nieuwe tweede stap aanvragen")
    window.sees("Tweede stap kwijt")
    expect(window.page.get_by_label("E-mailadres van het account")).to_have_value(cor.user.email)
    window.fills("Reden", "Telefoon gestolen; Cor belde zelf")
    window.presses("Aanvragen")
    window.page.get_by_text("Een tweede persoon moet het bevestigen.").wait_for()
    window.sees("Eerdere verzoeken")
    enter(window, bas)
    window.opens("/goedkeuringen/", "Goedkeuringen")
    window.opens(decide_path(in_it(bureau)), "Nieuwe tweede stap voor Cor")
    window.presses("Bevestigen")
    window.page.get_by_text("De link is naar cor@javawest.test gestuurd.").wait_for()

    window.page.allowed_errors.append("status of 410")
    window.page.context.clear_cookies()
    path = LINK.format(confirmed(dirk, alice, bas).token)
    window.opens(path, "Een nieuwe tweede stap")
    window.fills("Uw wachtwoord", PASSWORD)
    window.presses("Verder")
    window.sees("Nog één ding: een tweede stap")
    window.opens(path, "Deze link werkt niet meer")
    enter(window, alice)
    window.opens(ASK, "Tweede stap kwijt")
    window.page.get_by_text("gebruikt", exact=True).first.wait_for()
