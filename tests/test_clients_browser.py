"""The aanmelding and the screens of a traject in a real browser, on a desk and on a phone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from clients import actions
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.clients import register
from tests.support.people import PASSWORD, acting, make_bureau, make_member

SHOTS = os.environ.get("DOSSIERWACHT_SHOTS", "")


def look(page, name: str) -> None:
    """axe over the page; and a picture of it, where a folder for pictures is named."""
    check_page(page)
    if SHOTS:
        width = page.viewport_size["width"]
        page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}.png"), full_page=True)


@pytest.fixture
def anna(live_url):
    """A coach with a colleague, one client with people around them, and a payer with a contract."""
    bureau = make_bureau()
    anna = make_member(bureau, "Anna", "coach")
    make_member(bureau, "Bas", "coach")
    with acting(anna):
        traject = register(anna, "Çelik", first_name="Ayşe", birth_date="1980-05-03", bsn="111222333", city="Veendam")
        client, payer = traject.client, traject.opdrachtgever
        actions.save_contact_person(client=client, by=anna, name="Mia", relation="zus", phone="050 1234567")
        actions.save_gemachtigde(
            client=client, by=anna, name="Ömer Çelik", scope="meelezen in het dossier", email="omer@mail.test",
            valid_from=traject.registered_on, valid_until=None,
        )  # fmt: skip
        actions.save_contact(opdrachtgever=payer, by=anna, name="Ria", function="inkoper", email="ria@uwv.test")
        actions.save_contract(opdrachtgever=payer, by=anna, number="C-2026", starts_on=traject.registered_on)
        actions.set_phase(traject=traject, phase="plan", by=anna)
    return anna


def enter(live_url, page, member) -> None:
    page.goto(live_url("javawest", "/account/inloggen/"))
    page.get_by_label("E-mailadres").fill(member.user.email)
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "inloggen" not in url)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_from_aanmelding_to_the_end_of_a_traject(live_url, new_page, anna, size):
    page = new_page(size)
    enter(live_url, page, anna)
    page.goto(live_url("javawest", "/clienten/"))
    look(page, "01-clienten")
    page.get_by_role("link", name="Aanmelden").click()
    page.get_by_label("Achternaam").fill("Celik")
    page.get_by_label("Voornaam").fill("Ayse")
    page.get_by_label("Geboortedatum").fill("1980-05-03")
    page.get_by_label("Burgerservicenummer").fill("123456789")
    look(page, "02-wie")
    page.keyboard.press("Enter")
    page.get_by_text("Dit klopt nog niet").wait_for()
    look(page, "03-wie-fout")
    page.get_by_label("Burgerservicenummer").fill("")
    page.get_by_role("button", name="Verder").click()
    look(page, "04-dubbel")
    page.get_by_label("Nee, dit is iemand anders").check()
    page.get_by_role("button", name="Verder").click()
    page.get_by_label("Klant", exact=False).first.select_option(label="UWV Groningen")
    page.get_by_label("Soort traject").select_option(label="Werkfit maken")
    look(page, "05-opdracht")
    page.get_by_role("button", name="Verder").click()
    page.get_by_label("Behandelend coach").select_option(label="Anna")
    page.get_by_label("Afgesproken begin").fill("2026-01-12")
    page.get_by_label("Gepland einde").fill("2026-12-12")
    page.get_by_label("Toegekende uren").fill("41")
    look(page, "06-begeleiding")
    page.get_by_role("button", name="Verder").click()
    look(page, "07-controle")
    page.get_by_role("button", name="Aanmelding vastleggen").click()
    page.get_by_text("De aanmelding is vastgelegd").wait_for()
    look(page, "08-traject")
    page.get_by_role("link", name="Afspraak maken").click()
    page.get_by_label("Datum").fill("2026-02-02")
    page.get_by_label("Tijd").fill("10:30")
    look(page, "09-afspraak")
    page.get_by_role("button", name="Bewaren").click()
    page.get_by_role("link", name="Opkomst").click()
    page.get_by_label("Uren").fill("1,5")
    look(page, "10-opkomst")
    page.get_by_role("button", name="Bewaren").click()
    page.get_by_text("1,50 uur").wait_for()
    look(page, "11-traject")
    page.get_by_role("link", name="Traject beëindigen").click()
    page.get_by_label("Reden van einde").select_option(label="doel bereikt")
    page.get_by_label("Resultaat").select_option(label="betaald werk")
    look(page, "12-einde")
    page.get_by_role("button", name="Traject beëindigen").click()
    page.get_by_text("Het traject is beëindigd").wait_for()
    look(page, "13-beeindigd")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_the_pages_of_a_client_and_of_who_pays(live_url, new_page, anna, size):
    page = new_page(size)
    enter(live_url, page, anna)
    page.goto(live_url("javawest", "/clienten/?q=celik"))
    page.get_by_role("link", name="Çelik, Ayşe").click()
    look(page, "20-client")
    page.get_by_role("link", name="Tonen").click()
    page.get_by_label("Waarvoor").select_option("formulier van UWV of gemeente")
    page.get_by_role("button", name="Nummer tonen").click()
    page.get_by_text("111222333").wait_for()
    look(page, "21-bsn")
    page.get_by_role("link", name="Klaar").click()
    page.get_by_role("link", name="Wijzigen").last.click()
    look(page, "22-wijzigen")
    page.goto(live_url("javawest", "/trajecten/"))
    look(page, "23-trajecten")
    page.goto(live_url("javawest", "/clienten/?q=niemand"))
    look(page, "24-niemand")
    page.goto(live_url("javawest", "/opdrachtgevers/"))
    look(page, "25-opdrachtgevers")
    page.get_by_role("link", name="UWV Groningen").click()
    look(page, "26-opdrachtgever")
    page.get_by_role("button", name="Uitnodigen").click()
    page.get_by_text("uitnodiging is onderweg").wait_for()
    page.get_by_role("link", name="Contract toevoegen").click()
    look(page, "27-contract")
