"""Writing in a real browser: not a word is lost, whatever happens to the connection, the session or a second tab."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from access.models import Role
from bureaus.schema import StukKind
from bureaus.tenancy import in_bureau
from clients.models import Appointment, Attendance
from dossiers import actions
from dossiers.models import Draft, Stuk
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.dossiers import open_dossier_of
from tests.support.people import PASSWORD, acting, make_bureau, make_member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("DOSSIERWACHT_SHOTS", "")
TALK = "Wij spraken over werk in de zorg.\n\nZij wil graag drie dagen werken."
SAVED = "Concept bewaard om"


@pytest.fixture
def alice(live_url):
    return make_member(make_bureau(), "Alice", Role.COACH)


@pytest.fixture
def dossier(alice):
    charlie = make_member(alice.bureau, "Charlie", Role.CLIENT)
    return open_dossier_of(alice.bureau, alice, client=charlie)


@pytest.fixture
def concept(alice, dossier):
    with acting(alice):
        return actions.start_stuk(dossier=dossier, by=alice, kind=StukKind.GESPREKSVERSLAG)


def log_in(page, live_url, path, who="alice"):
    page.goto(live_url("javawest", path))
    page.get_by_label("E-mailadres").fill(f"{who}@javawest.test")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()
    page.wait_for_url(lambda url: url.endswith(path) and "inloggen" not in url)


def editor_of(stuk):
    return f"/stukken/{stuk.pk}/schrijven/"


def text_of(page):
    return page.get_by_label("Tekst")


def kept(alice, stuk):
    with acting(alice):
        return Draft.objects.get(stuk=stuk).content["sections"][0]["text"]


def shot(page, name):
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def test_what_is_written_is_saved_by_itself_and_says_when(alice, concept, live_url, new_page):
    page = new_page()
    log_in(page, live_url, editor_of(concept))
    text_of(page).fill("Wij spraken over werk in de zorg.")
    expect(page.locator("[data-autosave-status]")).to_contain_text(SAVED)
    assert kept(alice, concept) == "Wij spraken over werk in de zorg."
    page.reload()
    expect(text_of(page)).to_have_value("Wij spraken over werk in de zorg.")


def test_a_second_tab_is_told_and_nothing_is_overwritten(alice, concept, live_url, new_page):
    page = new_page()
    page.allowed_errors += ["409"]
    log_in(page, live_url, editor_of(concept))
    second = page.context.new_page()
    second.goto(page.url)
    text_of(second).fill("Van het tweede tabblad.")
    expect(second.locator("[data-autosave-status]")).to_contain_text(SAVED)
    text_of(page).fill("Van het eerste tabblad.")
    expect(page.get_by_role("alert")).to_contain_text("in een ander venster bijgewerkt")
    assert kept(alice, concept) == "Van het tweede tabblad."
    page.get_by_role("button", name="houd de mijne als kopie").click()
    expect(text_of(page).first).to_have_value("Van het tweede tabblad.")
    expect(page.get_by_label("Uw eigen tekst als kopie")).to_have_value("Van het eerste tabblad.")


def test_without_connection_the_text_waits_and_is_saved_afterwards(alice, concept, live_url, new_page):
    page = new_page()
    page.allowed_errors += ["ERR_INTERNET_DISCONNECTED"]
    log_in(page, live_url, editor_of(concept))
    page.context.set_offline(True)
    text_of(page).fill("Geschreven in de trein.")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Geen verbinding")
    page.context.set_offline(False)
    expect(page.locator("[data-autosave-status]")).to_contain_text(SAVED)
    assert kept(alice, concept) == "Geschreven in de trein."


def test_an_ended_session_loses_no_word(alice, concept, live_url, new_page):
    page = new_page()
    page.allowed_errors += ["401", "403"]
    log_in(page, live_url, editor_of(concept))
    page.context.clear_cookies()
    text_of(page).fill("Geschreven na de lunch.")
    expect(page.get_by_role("alert")).to_contain_text("U bent uitgelogd")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Inloggen in een nieuw venster").click()
    other = opened.value
    other.get_by_label("E-mailadres").fill("alice@javawest.test")
    other.get_by_label("Wachtwoord").fill(PASSWORD)
    other.get_by_role("button", name="Inloggen", exact=True).click()
    other.wait_for_url(lambda url: url.endswith("/schrijven/") and "inloggen" not in url)
    page.get_by_role("button", name="Ik ben ingelogd, bewaar nu").click()
    expect(page.locator("[data-autosave-status]")).to_contain_text(SAVED)
    assert kept(alice, concept) == "Geschreven na de lunch."


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_from_the_dossier_to_a_stuk_that_is_vastgesteld(alice, dossier, live_url, new_page, size):
    width = size[0]
    with in_bureau(alice.bureau):
        Appointment.objects.create(
            traject=dossier.traject, kind="intake", coach=alice, starts_at=timezone.now() - timedelta(days=2),
            attendance=Attendance.PRESENT,
        )  # fmt: skip
    page = new_page(size=size)
    log_in(page, live_url, f"/dossiers/{dossier.pk}/")
    check_page(page)
    shot(page, f"dossier-leeg-{width}")
    page.get_by_role("button", name="Nieuw gespreksverslag").click()
    page.wait_for_url("**/schrijven/")
    check_page(page)
    page.get_by_role("button", name="Nakijken en vaststellen").click()
    expect(page.get_by_text("Er staat nog geen tekst in").first).to_be_visible()
    expect(page.get_by_text("Kies van wie dit komt").first).to_be_visible()
    check_page(page)
    shot(page, f"editor-fout-{width}")
    page.get_by_label("Titel").fill("Kennismaking")
    page.get_by_label("Wat is er besproken?").fill(TALK)
    page.get_by_label("Afspraken").fill("Zij schrijft een brief. Ik bel het ziekenhuis.")
    page.get_by_label("medewerker van het bureau").check()
    expect(page.locator("[data-autosave-status]")).to_contain_text(SAVED)
    shot(page, f"editor-{width}")
    page.get_by_role("button", name="Nakijken en vaststellen").click()
    page.wait_for_url("**/vaststellen/")
    check_page(page)
    shot(page, f"vaststellen-{width}")
    page.get_by_role("button", name="Vaststellen").dblclick()
    page.wait_for_url("**/stukken/*/")
    expect(page.get_by_role("heading", name="Kennismaking")).to_be_visible()
    check_page(page)
    shot(page, f"stuk-{width}")
    page.goto(live_url("javawest", f"/dossiers/{dossier.pk}/"))
    expect(page.get_by_role("link", name="Kennismaking")).to_be_visible()
    page.get_by_text("Filter", exact=True).click()
    check_page(page)
    shot(page, f"dossier-{width}")
    with in_bureau(alice.bureau):
        assert Stuk.objects.filter(dossier=dossier).count() == 1


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_other_pages_stand_well_at_both_widths(alice, dossier, live_url, new_page, size):
    width = size[0]
    with acting(alice):
        stuk = actions.start_stuk(dossier=dossier, by=alice, kind=StukKind.GESPREKSVERSLAG)
        content = {"title": "Voortgang", "sections": [{"label": "Besproken", "text": "Het gaat goed."}]}
        actions.save_draft(stuk=stuk, by=alice, version=1, content=content)
        actions.vaststellen(stuk=stuk, by=alice, herkomst="medewerker", health=True)
        actions.start_aanvulling(stuk=stuk, by=alice)
        note = actions.start_stuk(dossier=dossier, by=alice, kind=StukKind.WERKAANTEKENING)
    page = new_page(size=size)
    log_in(page, live_url, f"/dossiers/{dossier.pk}/nieuw/")
    for name, path in (
        ("nieuw", f"/dossiers/{dossier.pk}/nieuw/"),
        ("stuk-gezondheid", f"/stukken/{stuk.pk}/"),
        ("aanvulling", f"/stukken/{stuk.pk}/schrijven/"),
        ("werkaantekening", f"/stukken/{note.pk}/schrijven/"),
        ("weggooien", f"/stukken/{note.pk}/weggooien/"),
    ):
        page.goto(live_url("javawest", path))
        check_page(page)
        shot(page, f"{name}-{width}")


def test_templates_are_made_by_who_runs_the_bureau(alice, live_url, new_page):
    make_member(alice.bureau, "Diana", Role.DIRECTIE)
    page = new_page()
    log_in(page, live_url, "/beheer/sjablonen/", "diana")
    check_page(page)
    shot(page, "sjablonen-1280")
    page.get_by_role("link", name="Nieuw sjabloon").click()
    page.get_by_label("Naam").fill("Bedrijfsbezoek")
    page.get_by_label("Voor welk soort stuk").select_option("gespreksverslag")
    page.get_by_label("Kopjes").fill("Het bedrijf | Wat doen ze daar?\nIndruk")
    check_page(page)
    shot(page, "sjabloon-1280")
    page.get_by_role("button", name="Bewaren").click()
    page.wait_for_url("**/sjablonen/")
    expect(page.get_by_role("link", name="Bedrijfsbezoek")).to_be_visible()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_pasted_text_with_unseen_signs_is_told_of_once_and_sent_again(alice, concept, live_url, new_page, size):
    page = new_page(size)
    log_in(page, live_url, editor_of(concept))
    text_of(page).focus()
    page.keyboard.insert_text("Zij werkt\u202e graag\u200b in de zorg.")
    page.get_by_label("Medewerker van het bureau").check()
    page.get_by_role("button", name="Nakijken en vaststellen").click()
    told = page.locator(".field-wrong")
    expect(told).to_contain_text("Er stonden onzichtbare tekens in deze tekst. Wij hebben ze weggehaald")
    expect(text_of(page)).to_have_value("Zij werkt graag in de zorg.")
    check_page(page)
    shot(page, f"onzichtbaar-{size[0]}")
    page.get_by_role("button", name="Nakijken en vaststellen").click()
    page.wait_for_url("**/vaststellen/")
    expect(page.locator("main")).to_contain_text("Zij werkt graag in de zorg.")
