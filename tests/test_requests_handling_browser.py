"""Handling in a real browser, on a desk and on a phone: a refusal looked at twice, a stuk deleted, a complaint."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from access.models import Role
from bureaus.tenancy import in_bureau
from dossiers.models import Stuk, Tombstone
from requests.models import FollowUp, Kind, State, Verzoek
from retention.models import DestructionList
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.destroyed import cooled, erased_only
from tests.support.people import PASSWORD, make_bureau, make_member
from tests.support.portal import in_force_with, make_case, release, state, write
from tests.support.verzoeken import asked, entered, identified

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
CORRECT = "De tekst klopt en is van belang voor het traject"


@pytest.fixture
def house():
    case = make_case(make_bureau())
    return case, make_member(case.bureau, "Dora", Role.DIRECTIE)


@SIZES
def test_a_correctie_is_refused_after_a_second_look_and_the_clients_words_stand_with_it(
    live_url, new_page, house, size
):
    case, boss = house
    in_force_with(case.bureau, requests={"refusal_seen_by_directie": True})
    stuk = write(case, "Gesprek van maandag", "Kwam te laat.")
    row = of_coach(case, asked(case, Kind.CORRECTIE, stuk=stuk))
    coach, dora = enter(new_page(size), live_url, case.coach), enter(new_page(size), live_url, boss)
    coach.goto(live_url("javawest", f"/verzoeken/{row.pk}/"))
    look(coach, "verzoek", size)
    coach.get_by_role("link", name="Besluit nemen").click()
    look(coach, "besluit", size)
    coach.get_by_label("Afgewezen").check()
    coach.get_by_role("button", name="Besluiten").click()
    coach.get_by_text("Kies de reden waarom niet alles wordt toegewezen.").first.wait_for()
    look(coach, "besluit-fout", size)
    coach.get_by_label("Reden van een afwijzing").select_option(label=CORRECT)
    coach.get_by_label("Uitleg").fill("Wij keken in de agenda. U was er om kwart over negen.")
    coach.get_by_role("button", name="Besluiten").click()
    coach.get_by_text("kijkt nog een keer naar dit besluit").first.wait_for()
    look(coach, "tweede-blik-wacht", size)
    dora.goto(live_url("javawest", "/goedkeuringen/"))
    look(dora, "goedkeuringen", size)
    dora.get_by_role("link", name=f"Verzoek {row.number}: afgewezen?", exact=True).click()
    look(dora, "tweede-blik", size)
    dora.get_by_role("button", name="Akkoord: besluiten").click()
    dora.get_by_text("Besloten. De brief is gemaakt.").wait_for()
    state(case, "Mijn kant", "De bus was te laat.", stuk)
    coach.reload()
    coach.get_by_text("staat een eigen verklaring").wait_for()
    look(coach, "afgewezen", size)
    coach.get_by_role("button", name="Verzoek afsluiten").click()
    coach.get_by_text("Het verzoek is afgesloten.").wait_for()
    assert now(row).state == State.CLOSED


@SIZES
@pytest.mark.article("jmwerkt", "6.1.4")
def test_a_stuk_is_deleted_and_who_received_it_is_told(live_url, new_page, house, size):
    case, boss = house
    stuk = write(case, "Rapportage", "Dit hoort hier niet.", kind="voortgangsrapportage")
    release(case, stuk)
    row = of_coach(case, entered(case, Kind.CORRECTIE, change="verwijderen", stuk=stuk))
    coach = enter(new_page(size), live_url, case.coach)
    coach.goto(live_url("javawest", f"/verzoeken/{row.pk}/besluit/"))
    coach.get_by_label("Toegewezen").check()
    coach.get_by_role("button", name="Besluiten").click()
    coach.get_by_text("Besloten. De brief is gemaakt.").wait_for()
    look(coach, "verwijderen", size)
    coach.get_by_role("button", name="Op een vernietigingslijst zetten").click()
    coach.get_by_text("Het stuk staat op een vernietigingslijst.").first.wait_for()
    look(coach, "verwijderen-wacht", size)
    with in_bureau(case.bureau):
        made = DestructionList.objects.get()
    erased_only(cooled(case.bureau, boss, made))
    coach.reload()
    coach.get_by_role("heading", name="Nu: ontvangers inlichten").wait_for()
    expect(coach.get_by_role("button", name="Uitgevoerd")).to_have_count(0)
    look(coach, "ontvangers", size)
    coach.get_by_role("button", name="Ingelicht").click()
    coach.get_by_text("Vastgelegd dat deze ontvanger is ingelicht.").wait_for()
    coach.get_by_role("button", name="Verzoek afsluiten").click()
    coach.get_by_text("Het verzoek is afgesloten.").wait_for()
    look(coach, "afgesloten", size)
    with in_bureau(case.bureau):
        assert Tombstone.objects.filter(stuk_id=stuk.pk).count() == 1
        assert not Stuk.objects.filter(pk=stuk.pk).exists()
        assert FollowUp.objects.get(verzoek=row, kind="inlichten").done_by_name == case.coach.name


@SIZES
@pytest.mark.article("werkid", "15")
def test_a_complaint_is_answered_by_directie(live_url, new_page, house, size):
    case, boss = house
    row = asked(case, Kind.KLACHT, about_member=case.coach)
    dora, coach = enter(new_page(size), live_url, boss), enter(new_page(size), live_url, case.coach)
    coach.allowed_errors.append("status of 404")
    assert coach.goto(live_url("javawest", f"/verzoeken/{row.pk}/")).status == 404
    dora.goto(live_url("javawest", f"/verzoeken/{row.pk}/"))
    look(dora, "klacht", size)
    dora.get_by_role("link", name="Besluit nemen").click()
    dora.get_by_label("Gegrond", exact=True).check()
    dora.get_by_label("Uitleg").fill("U had gelijk. Wij spreken dit door.")
    look(dora, "klacht-besluit", size)
    dora.get_by_role("button", name="Besluiten").click()
    dora.get_by_role("link", name="Vastleggen wat er is gedaan").click()
    look(dora, "klacht-uitgevoerd", size)
    dora.get_by_label("Wat is er gedaan?").fill("Besproken in het team.")
    dora.get_by_role("button", name="Vastleggen").click()
    dora.get_by_role("button", name="Verzoek afsluiten").click()
    dora.get_by_text("Het verzoek is afgesloten.").wait_for()
    assert now(row).state == State.CLOSED


@SIZES
@pytest.mark.article("werkid", "10.2")
def test_stukken_are_judged_one_by_one_and_the_rest_goes_along(live_url, new_page, house, size):
    case, _ = house
    for title in ("Intake", "Plan", "Over de buren"):
        write(case, title, "De buurman belde hierover.")
    write(case, "Later", "Nog niet af.", final=False)
    row = of_coach(case, entered(case, Kind.AFSCHRIFT))
    coach = enter(new_page(size), live_url, case.coach)
    coach.goto(live_url("javawest", f"/verzoeken/{row.pk}/"))
    coach.get_by_role("link", name="Stukken nakijken").click()
    look(coach, "stukken", size)
    coach.get_by_role("link", name="Over de buren").click()
    coach.get_by_label("Nee, achterhouden").check()
    coach.get_by_label("Reden om het achter te houden").select_option(index=1)
    coach.get_by_label("Uitleg").fill("Er staat iets in over iemand anders.")
    look(coach, "stuk", size)
    coach.get_by_role("button", name="Vastleggen").click()
    coach.get_by_text("blijft achter").first.wait_for()
    look(coach, "stukken-half", size)
    coach.get_by_role("button", name="De overige 2 stukken meegeven").click()
    coach.get_by_text("2 stukken gaan mee.").wait_for()
    look(coach, "besluiten", size)


# -- helpers -----------------------------------------------------------------------------------------------------------
def of_coach(case, row):
    """Handled by the coach, who has seen who asks."""
    with in_bureau(case.bureau):
        Verzoek.objects.filter(pk=row.pk).update(handler=case.coach)
        row = Verzoek.objects.select_related("handler").get(pk=row.pk)
    return row if row.identity_at else identified(row, by=case.coach)


def now(row):
    with in_bureau(row.bureau_id):
        return Verzoek.objects.get(pk=row.pk)


def enter(page, live_url, member):
    page.goto(live_url("javawest", "/account/inloggen/"))
    page.fill("input[name=login]", member.user.email)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/werkvoorraad/")
    return page


def look(page, name, size):
    check_page(page)
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}-{size[0]}.png"), full_page=True)
