"""Whole walks in a real browser, on a desk and on a phone, by the client and by who works here.

From the question in the portal to its end; axe finds nothing on any page of it."""

from __future__ import annotations

import zipfile

import pytest
from playwright.sync_api import expect

from access.models import Role
from bureaus.tenancy import in_bureau
from dossiers.models import Tombstone
from requests.models import Kind, State, Step, Verzoek
from retention.models import DestructionList
from tests.support.browser import DESKTOP, PHONE
from tests.support.destroyed import cooled, erased_only
from tests.support.people import PASSWORD, make_bureau, make_member
from tests.support.portal import make_case, write
from tests.test_requests_handling_browser import CORRECT, enter, look, now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])


@pytest.fixture
def house():
    case = make_case(make_bureau())
    return case, make_member(case.bureau, "Dora", Role.DIRECTIE)


@SIZES
@pytest.mark.article("javawest", "6.2")
@pytest.mark.article("jmwerkt", "5.1.1")
def test_inzage_from_the_question_in_the_portal_to_the_copy_that_is_fetched(
    live_url, new_page, house, size, celery_worker_process
):
    case, _ = house
    write(case, "Gesprek van maandag", "Over werk in de buurt.")
    client, coach = at_home(new_page(size), live_url, case.member), enter(new_page(size), live_url, case.coach)
    row = asks(client, live_url, case, "Ik wil mijn dossier bekijken")
    coach.goto(live_url("javawest", f"/verzoeken/{row.pk}/"))
    knows(coach)
    coach.get_by_role("link", name="Stukken nakijken").click()
    look(coach, "walk-stukken", size)
    coach.get_by_role("button", name="meegeven").click()
    grants(coach)
    look(coach, "walk-besloten", size)
    coach.get_by_role("button", name="Kopie maken").click()
    coach.get_by_text("Blijft staan tot en met").wait_for(timeout=60_000)
    look(coach, "walk-kopie-klaar", size)
    client.goto(live_url("javawest", f"/mijn/verzoeken/{row.pk}/"))
    look(client, "walk-mijn-verzoek", size)
    client.get_by_role("link", name="Bekijk en haal op").click()
    look(client, "walk-mijn-kopie", size)
    with client.expect_download() as fetched:
        client.get_by_role("button", name="Ophalen").click()
    with zipfile.ZipFile(fetched.value.path()) as copy:
        assert copy.testzip() is None and "gegevens.json" in copy.namelist()
    coach.reload()
    look(coach, "walk-opgehaald", size)
    expect(coach.get_by_role("button", name="Uitgevoerd")).to_have_count(0)  # the copy that was fetched said so
    closes(coach)
    client.goto(live_url("javawest", f"/mijn/verzoeken/{row.pk}/"))
    client.get_by_text("Dit is klaar.").wait_for()
    look(client, "walk-klaar", size)
    with in_bureau(case.bureau):
        assert Step.objects.filter(verzoek=row, kind=Step.Kind.BUNDLE_FETCHED).count() == 1
        assert Step.objects.filter(verzoek=row, kind=Step.Kind.EXECUTED).count() == 1


@SIZES
@pytest.mark.article("werkid", "11.2")
def test_a_correctie_is_refused_and_the_client_puts_their_own_words_at_the_stuk(live_url, new_page, house, size):
    case, _ = house
    stuk = write(case, "Gesprek van maandag", "Kwam te laat.")
    client, coach = at_home(new_page(size), live_url, case.member), enter(new_page(size), live_url, case.coach)
    row = corrects(client, live_url, case, stuk, "Verbeteren", "Ik was op tijd.")
    coach.goto(live_url("javawest", f"/verzoeken/{row.pk}/"))
    knows(coach)
    coach.get_by_role("link", name="Besluit nemen").click()
    coach.get_by_label("Afgewezen").check()
    coach.get_by_label("Reden van een afwijzing").select_option(label=CORRECT)
    coach.get_by_label("Uitleg").fill("Wij keken in de agenda.")
    coach.get_by_role("button", name="Besluiten").click()
    coach.get_by_text("Besloten. De brief is gemaakt.").wait_for()
    client.goto(live_url("javawest", f"/mijn/verzoeken/{row.pk}/"))
    look(client, "walk-afgewezen", size)
    client.get_by_role("link", name="Ik wil er iets bij zetten").click()
    look(client, "walk-verklaring", size)
    client.get_by_label("Waar gaat het over?").fill("Mijn kant")
    client.get_by_label("Uw verhaal").fill("De bus was te laat, ik niet.")
    client.locator("main form button[type=submit]").first.click()
    client.get_by_text("Uw verhaal staat in het dossier.").first.wait_for()
    look(client, "walk-mijn-verhaal", size)
    coach.goto(live_url("javawest", f"/stukken/{stuk.pk}/"))
    coach.get_by_text("De bus was te laat, ik niet.").wait_for()
    look(coach, "walk-stuk-met-verklaring", size)
    coach.goto(live_url("javawest", f"/verzoeken/{row.pk}/"))
    coach.get_by_text("staat een eigen verklaring").wait_for()
    coach.get_by_role("button", name="Verzoek afsluiten").click()
    coach.get_by_text("Het verzoek is afgesloten.").wait_for()
    assert now(row).state == State.CLOSED


@SIZES
@pytest.mark.article("jmwerkt", "6.1.4")
def test_what_the_client_wants_gone_is_gone_and_a_tombstone_says_so_to_both(live_url, new_page, house, size):
    case, boss = house
    stuk = write(case, "Gesprek van maandag", "Dit hoort hier niet.")
    client, coach = at_home(new_page(size), live_url, case.member), enter(new_page(size), live_url, case.coach)
    row = corrects(client, live_url, case, stuk, "Weghalen")
    coach.goto(live_url("javawest", f"/verzoeken/{row.pk}/"))
    knows(coach)
    grants(coach)
    coach.get_by_role("button", name="Op een vernietigingslijst zetten").click()
    coach.get_by_text("Het stuk staat op een vernietigingslijst.").first.wait_for()
    with in_bureau(case.bureau):
        made = DestructionList.objects.get()
    erased_only(cooled(case.bureau, boss, made))
    client.goto(live_url("javawest", f"/mijn/dossier/?dossier={case.dossier.number}"))
    client.get_by_text("verwijderd").first.wait_for()
    look(client, "walk-grafsteen-client", size)
    coach.goto(live_url("javawest", f"/dossiers/{case.dossier.pk}/"))
    coach.get_by_text("verwijderd").first.wait_for()
    look(coach, "walk-grafsteen", size)
    for page in (client, coach):
        assert "Dit hoort hier niet." not in page.content() and "Gesprek van maandag" not in page.content()
    coach.goto(live_url("javawest", f"/verzoeken/{row.pk}/"))
    coach.get_by_role("button", name="Verzoek afsluiten").click()
    coach.get_by_text("Het verzoek is afgesloten.").wait_for()
    client.goto(live_url("javawest", f"/mijn/verzoeken/{row.pk}/"))
    client.get_by_text("Een stuk dat er niet meer is").wait_for()
    look(client, "walk-weg", size)
    with in_bureau(case.bureau):
        assert Tombstone.objects.filter(stuk_id=stuk.pk).count() == 1


@SIZES
@pytest.mark.article("jmwerkt", "9")
def test_a_complaint_about_the_coach_is_answered_by_directie_and_read_by_the_client(live_url, new_page, house, size):
    case, boss = house
    write(case, "Gesprek van maandag", "Over werk.")
    client, dora = at_home(new_page(size), live_url, case.member), enter(new_page(size), live_url, boss)
    client.goto(live_url("javawest", "/mijn/verzoeken/nieuw/"))
    client.get_by_role("link", name="Ik heb een klacht").click()
    client.get_by_label("Gaat uw klacht over iemand die hier werkt?").select_option(label=case.coach.name)
    client.get_by_label("Waar gaat uw klacht over?").fill("Niemand belt terug.")
    look(client, "walk-klacht", size)
    row = sends(client, case)
    assert row.kind == Kind.KLACHT and row.handler_id == boss.pk and row.about_member_id == case.coach.pk
    dora.goto(live_url("javawest", "/verzoeken/"))
    dora.get_by_role("link", name=row.number).click()
    dora.get_by_role("link", name="Besluit nemen").click()
    dora.get_by_label("Gegrond", exact=True).check()
    dora.get_by_label("Uitleg").fill("U had gelijk. Wij bellen voortaan binnen een dag terug.")
    dora.get_by_role("button", name="Besluiten").click()
    dora.get_by_role("link", name="Vastleggen wat er is gedaan").click()
    dora.get_by_label("Wat is er gedaan?").fill("Besproken in het team.")
    dora.get_by_role("button", name="Vastleggen").click()
    dora.get_by_role("button", name="Verzoek afsluiten").click()
    dora.get_by_text("Het verzoek is afgesloten.").wait_for()
    look(dora, "walk-klacht-klaar", size)
    client.goto(live_url("javawest", f"/mijn/verzoeken/{row.pk}/"))
    client.get_by_text("Uw klacht klopt.").wait_for()
    look(client, "walk-klacht-gelezen", size)
    with client.expect_download() as fetched:
        client.get_by_role("link", name="(PDF)").first.click()
    assert fetched.value.suggested_filename.endswith(".pdf")


# -- helpers -----------------------------------------------------------------------------------------------------------
def at_home(page, live_url, member):
    """The client in the portal, logged in by the form."""
    page.goto(live_url("javawest", "/account/inloggen/"))
    page.fill("input[name=login]", member.user.email)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/mijn/")
    return page


def asks(client, live_url, case, what) -> Verzoek:
    client.goto(live_url("javawest", "/mijn/verzoeken/nieuw/"))
    client.get_by_role("link", name=what).click()
    return sends(client, case)


def corrects(client, live_url, case, stuk, change, proposed="") -> Verzoek:
    client.goto(live_url("javawest", f"/mijn/stukken/{stuk.pk}/"))
    client.get_by_role("link", name="Klopt dit niet?").click()
    client.get_by_label(change).check()
    client.get_by_label("Wat klopt er niet?").fill("Dit klopt niet.")
    if proposed:
        client.get_by_label("Wat moet er staan?").fill(proposed)
    return sends(client, case)


def sends(client, case) -> Verzoek:
    client.get_by_role("button", name="Verder: nakijken").click()
    client.get_by_role("button", name="Versturen").click()
    client.get_by_text("Antwoord uiterlijk op").wait_for()
    with in_bureau(case.bureau):
        return Verzoek.objects.get()


def knows(coach) -> None:
    """Whoever handles it saw who asks."""
    coach.get_by_role("link", name="Vastleggen wie het is").first.click()
    coach.get_by_label("Ik ken deze persoon").check()
    coach.get_by_role("button", name="Vastleggen").click()
    coach.get_by_text("Vastgelegd wie dit vraagt.").wait_for()


def grants(coach) -> None:
    coach.get_by_role("link", name="Besluit nemen").click()
    coach.get_by_label("Toegewezen", exact=True).check()
    coach.get_by_role("button", name="Besluiten").click()
    coach.get_by_text("Besloten. De brief is gemaakt.").wait_for()


def finishes(coach) -> None:
    """What was done is said, and the request is closed."""
    coach.get_by_role("button", name="Uitgevoerd").click()
    coach.get_by_text("Vastgelegd dat het is uitgevoerd.").wait_for()
    closes(coach)


def closes(coach) -> None:
    coach.get_by_role("button", name="Verzoek afsluiten").click()
    coach.get_by_text("Het verzoek is afgesloten.").wait_for()
