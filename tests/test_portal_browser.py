"""Both portals in a real browser, on a desk and on a phone: no fault of axe, nothing in the console."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bureaus.models import Bureau
from bureaus.schema import Herkomst, StukKind
from clients.models import Attendance
from dossiers import actions
from journal.actions import record
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.documents import pdf_form, upload
from tests.support.people import PASSWORD, acting, make_bureau
from tests.support.portal import (
    add_traject,
    authorise,
    make_case,
    many_trajecten,
    meet,
    plan_phases,
    release,
    state,
    supplement,
    write,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
STORY = """Wij spraken over de stage bij de bakkerij. Mevrouw vond de eerste week zwaar, de tweede week ging het beter.

Zij wil graag vier ochtenden werken. Wij vragen dat aan de bakker."""


@pytest.fixture
def vera():
    """A dossier as it is after some months."""
    make_bureau()
    Bureau.objects.update(phone="0598-123456", email="info@bureau.test", address_1="Plein 1")
    case = make_case(Bureau.objects.get())
    plan_phases(case)
    meet(case, Attendance.PLANNED, days=5, hours=None)
    for attendance in (Attendance.PRESENT, Attendance.PRESENT, Attendance.EXCUSED, Attendance.ABSENT):
        meet(case, attendance)
    talk = write(case, "Gesprek over de stage", STORY)
    supplement(case, talk, "De bakker vindt vier ochtenden goed.")
    state(case, "Hoe ik het zie", "De eerste week was ik ook verkouden.", about=talk)
    write(case, "Thuissituatie", "Zorg voor moeder.", kind=StukKind.PERSOONLIJKE_OMSTANDIGHEDEN)
    report = write(case, "Voortgang tot en met oktober", STORY, kind=StukKind.VOORTGANGSRAPPORTAGE)
    state(case, "Over de voortgang", "Ik ben trots.", about=report)
    release(case, report)
    with acting(case.coach):
        day = report.date
        herkomst = Herkomst.CLIENT.value
        actions.add_document(
            dossier=case.dossier, by=case.coach, kind=StukKind.CV, herkomst=herkomst, date=day, title="Mijn cv",
            upload=upload(pdf_form(), "cv van Vera.pdf"),
        )  # fmt: skip
        record(act="dossier.ingezien", obj=case.dossier, dossier=case.dossier)
    add_traject(
        case.bureau, case.client, case.coach, case.contact, kind="naar_werk", registered_on="2024-03-01",
        phase="beeindigd", end_reason="doel", result="werk", traject_ended_on="2025-02-01", agreed_start="2024-03-15",
    )  # fmt: skip
    return case


def shoot(page, name: str, size) -> None:
    """A picture for the manual, where a folder for it is named."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}-{size[0]}.png"), full_page=True)


def enter(page, live_url, member) -> None:
    page.goto(live_url("javawest", "/account/inloggen/"))
    page.get_by_label("E-mailadres").fill(member.user.email)
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()
    page.wait_for_url(lambda url: "inloggen" not in url)


def look(page, name: str, size) -> None:
    shoot(page, name, size)
    check_page(page)


@SIZES
def test_a_client_reads_and_tells_their_own_story(live_url, new_page, vera, size):
    page = new_page(size=size)
    enter(page, live_url, vera.member)
    look(page, "client-nieuw", size)
    page.get_by_role("link", name="Gesprek over de stage").click()
    page.get_by_text("De bakker vindt vier ochtenden goed.").wait_for()
    look(page, "client-stuk", size)
    page.get_by_role("link", name="Ik wil hier iets over zeggen").click()
    page.get_by_label("Waar gaat het over?").fill("Nog iets")
    page.get_by_role("button", name="Versturen").click()
    page.get_by_role("alert").get_by_text("Er staat nog niets").wait_for()
    look(page, "client-verhaal-fout", size)
    expect(page.get_by_label("Waar gaat het over?")).to_have_value("Nog iets")
    page.get_by_label("Uw verhaal").fill("Ik kom graag op vrijdag.")
    page.get_by_role("button", name="Versturen").dblclick()
    page.get_by_text("Uw verhaal staat in het dossier").wait_for()
    expect(page.get_by_role("link", name="Nog iets")).to_have_count(1)
    look(page, "client-verhaal", size)
    page.goto(live_url("javawest", "/mijn/dossier/"))
    look(page, "client-dossier", size)
    page.get_by_role("link", name="Mijn cv").click()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="cv van Vera.pdf").click()
    assert fetched.value.suggested_filename == "cv van Vera.pdf"
    look(page, "client-bestand", size)
    page.goto(live_url("javawest", "/mijn/mensen/"))
    look(page, "client-mensen", size)
    page.goto(live_url("javawest", "/mijn/"))


@SIZES
def test_a_client_with_everything_read_and_nothing_written_sees_why(live_url, new_page, size):
    page = new_page(size=size)
    enter(page, live_url, make_case(make_bureau()).member)
    for name in ("", "dossier/", "verhaal/", "verhaal/nieuw/", "mensen/"):
        page.goto(live_url("javawest", f"/mijn/{name}"))
        look(page, f"client-leeg-{name.strip('/').replace('/', '-') or 'nieuw'}", size)


@SIZES
def test_a_gemachtigde_sees_for_whom(live_url, new_page, vera, size):
    page = new_page(size=size)
    enter(page, live_url, authorise(vera))
    page.get_by_text(f"U kijkt mee in het dossier van {vera.client}").wait_for()
    look(page, "gemachtigde-nieuw", size)


@SIZES
def test_an_opdrachtgever_follows_its_trajecten(live_url, new_page, vera, size):
    many_trajecten(vera, 30)
    page = new_page(size=size)
    enter(page, live_url, vera.payer)
    look(page, "opdrachtgever-trajecten", size)
    page.get_by_label("Zoeken op naam of ordernummer").fill("niemand")
    page.get_by_role("button", name="Zoek").click()
    page.get_by_text("Niets gevonden").wait_for()
    look(page, "opdrachtgever-niets", size)
    page.goto(live_url("javawest", "/opdracht/?q=vera&stand=lopend"))
    page.get_by_role("link", name=vera.client.listed_name).click()
    page.get_by_role("heading", name="Vrijgegeven stukken").wait_for()
    look(page, "opdrachtgever-traject", size)
    page.get_by_role("link", name="Voortgang tot en met oktober").click()
    page.get_by_text("Ik ben trots.").wait_for()
    expect(page.get_by_text("Zorg voor moeder.")).to_have_count(0)
    look(page, "opdrachtgever-stuk", size)


@SIZES
def test_a_client_who_pastes_unseen_signs_is_told_and_sends_again(live_url, new_page, vera, size):
    page = new_page(size=size)
    enter(page, live_url, vera.member)
    page.goto(live_url("javawest", "/mijn/verhaal/nieuw/"))
    page.get_by_label("Waar gaat het over?").fill("Mijn kant")
    page.get_by_label("Uw verhaal").focus()
    page.keyboard.insert_text("Ik was\u202e op tijd\u2060.")
    page.get_by_role("button", name="Versturen").click()
    page.locator(".field-wrong").get_by_text("Er stonden onzichtbare tekens in deze tekst").wait_for()
    expect(page.get_by_label("Uw verhaal")).to_have_value("Ik was op tijd.")
    look(page, "client-verhaal-onzichtbaar", size)
    page.get_by_role("button", name="Versturen").click()
    page.get_by_text("Uw verhaal staat in het dossier").wait_for()
