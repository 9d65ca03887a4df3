"""Ask → allow on a phone → read → over, in a browser, at both widths; axe looks at every screen."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models.functions import Now
from playwright.sync_api import expect

from access.models import AccessRequest, DossierGrant, Role
from access.reach import as_system
from bureaus.tenancy import in_bureau
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.people import PASSWORD, make_bureau, make_member
from tests.support.portal import make_case, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.article("pluspunt", "4.1")]
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
SHOTS = os.environ.get("DOSSIERWACHT_SHOTS", "")


@pytest.fixture(autouse=True)
def _no_mfa(settings):
    settings.MFA_REQUIRED = False


class Window:
    """Somebody's own window; every screen that is seen in it is looked at."""

    def __init__(self, new_page, live_url, size, member) -> None:
        self.page, self.live_url, self.size, self.member = new_page(size), live_url, size, member
        self.opens("/account/inloggen/")
        self.page.get_by_label("E-mailadres").fill(member.user.email)
        self.page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Inloggen", exact=True).click()
        self.page.wait_for_url("**/werkvoorraad/")

    def opens(self, path):
        return self.page.goto(self.live_url("pluspunt", path))

    def sees(self, name: str, *texts: str | re.Pattern[str]) -> None:
        for text in texts:
            self.page.get_by_text(text).first.wait_for()
        if SHOTS:
            self.page.screenshot(path=Path(SHOTS) / f"{name}-{self.size[0]}.png", full_page=True)
        check_page(self.page)

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()


@SIZES
def test_one_asks_directie_allows_on_a_phone_and_it_closes_by_itself(live_url, new_page, size):
    bureau = make_bureau("pluspunt", "pluspunt")
    case = make_case(bureau)
    write(case, "Kennismaking", "We spraken over werk in de zorg.")
    bob, dora = make_member(bureau, "Bob", Role.COACH), make_member(bureau, "Dora", Role.DIRECTIE)
    asks(Window(new_page, live_url, size, bob), case)
    decides(Window(new_page, live_url, PHONE if size == PHONE else DESKTOP, dora))
    reader = Window(new_page, live_url, size, bob)
    reads(reader)
    with in_bureau(bureau), as_system():
        row = AccessRequest.objects.get()
        ends = {"starts_at": Now() - timedelta(hours=2), "expires_at": Now()}
        DossierGrant.objects.filter(pk=row.grant_id).update(**ends)
    reader.page.allowed_errors.append("status of 404")
    assert reader.page.reload().status == 404
    reader.opens("/inzage/")
    reader.sees("6-voorbij", "voorbij")
    handler = Window(new_page, live_url, size, case.coach)
    handler.sees("7-behandelaar", "Collega's die mogen meelezen", "Bob mocht meelezen in uw dossier")


def asks(window, case) -> None:
    window.opens("/clienten/?q=Vera")
    window.page.get_by_role("link", name="Vraag inzage").click()
    window.page.wait_for_url("**/inzage/vragen/**")  # the list that one comes from asks for a dossiernummer, too
    window.page.get_by_label("Dossiernummer").fill("D-1")
    window.page.get_by_label("Waarom hebt u het nodig?").fill("Ik val in voor een zieke collega.")
    window.presses("Vraag versturen")
    window.sees("1-vragen", "Dit is geen dossiernummer")
    window.page.get_by_label("Dossiernummer").fill(case.dossier.number.lower())
    window.presses("Vraag versturen")
    window.sees("2-mijn-verzoeken", "Uw verzoek is verstuurd", "wacht op een besluit")


def decides(window) -> None:
    window.opens("/goedkeuringen/")
    window.sees("3-goedkeuringen", "Bob vraagt inzage in dossier", "Ik val in voor een zieke collega.")
    window.page.get_by_role("link", name="Bob vraagt inzage").click()
    window.page.wait_for_url("**/goedkeuringen/inzage/**")
    window.sees("3-besluit", "Behandelaar")
    window.opens("/goedkeuringen/")
    window.page.get_by_label("Hoeveel uur, vanaf nu?").fill("2")
    window.presses("Toestaan")
    window.sees("4-leeg", "Niets om over te besluiten", "mag dossier")


def reads(window) -> None:
    window.opens("/inzage/")
    window.sees("5-mag-lezen", "u mag nu lezen", re.compile(r"Nog 1 uur en 5\d minuten"))
    window.page.get_by_role("link", name="Dossier D-").click()
    window.sees("5-dossier", "U leest tijdelijk mee", "Ik val in voor een zieke collega.")
    window.page.get_by_role("link", name="Kennismaking").click()
    window.sees("5-stuk", "We spraken over werk in de zorg.", "U leest tijdelijk mee")
    window.page.emulate_media(media="print")
    expect(window.page.get_by_text("We spraken over werk in de zorg.")).to_be_hidden()
    expect(window.page.get_by_text("Afdrukken kan niet").first).to_be_visible()
    window.page.emulate_media(media="screen")
