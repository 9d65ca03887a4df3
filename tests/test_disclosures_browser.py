"""Giving something to somebody outside, in a real browser with a real worker: refused, then made, fetched and read."""

from __future__ import annotations

import os
import time
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from access.models import Role
from bureaus.schema import StukKind
from bureaus.tenancy import in_bureau
from consent.actions.packages import hash_of
from consent.models import Disclosure, DisclosurePackage
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.disclosing import agreed, now
from tests.support.people import PASSWORD, make_bureau, make_member
from tests.support.portal import make_case, state, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def shot(page, size, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}-{size[0]}.png", full_page=True)


def seen(page, size, name: str) -> None:
    check_page(page)
    shot(page, size, name)


def window(new_page, live_url, size, member):
    page = new_page(size)
    page.goto(live_url("javawest", "/account/inloggen/"))
    page.get_by_label("E-mailadres").fill(member.user.email)
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()
    page.wait_for_url(lambda url: "inloggen" not in url)
    return page


def wait_until_ready(row: Disclosure) -> Disclosure:
    until = time.monotonic() + 120
    while (found := now(row)).state == "inpakken":
        assert time.monotonic() < until, "nobody packed it"
        time.sleep(0.5)
    return found


@pytest.mark.article("javawest", "8")
@pytest.mark.timeout(400)
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_disclosure_is_refused_and_then_made_fetched_and_read(
    live_url, new_page, size, celery_worker_process, tmp_path
):  # fmt: skip
    bureau = make_bureau()
    case = make_case(bureau)
    letter = write(case, "Brief aan de huisarts", "Zij begint maandag met werken.", kind=StukKind.CORRESPONDENTIE)
    state(case, "Mijn kant", "Ik zie ertegen op.", about=letter)
    write(case, "Gesprek over thuis", "Half af.", final=False)
    coach = window(new_page, live_url, size, case.coach)
    coach.goto(live_url("javawest", f"/dossiers/{case.dossier.pk}/"))
    seen(coach, size, "1-dossier")
    coach.get_by_role("link", name="Gegevens verstrekken").click()
    seen(coach, size, "2-gronden")
    coach.get_by_role("link", name="Toestemming van de cliënt").click()
    seen(coach, size, "3-geen-toestemming")
    coach.get_by_role("button", name="Verder: stukken kiezen").click()
    expect(coach.get_by_text("Kies de toestemming. Is er geen, vraag die dan eerst.").first).to_be_visible()
    seen(coach, size, "4-geweigerd")
    agreed(case)
    coach.reload()
    coach.goto(live_url("javawest", f"/dossiers/{case.dossier.pk}/verstrekken/?grond=consent"))
    coach.get_by_label("Op welke toestemming?").select_option(index=1)
    coach.get_by_label("Wat voor ontvanger is het?").select_option("zorg")
    coach.get_by_label("Waarvoor heeft de ontvanger dit nodig?").fill("Om een verwijzing te kunnen schrijven.")
    coach.get_by_label("Ik belde terug op een nummer dat ik zelf opzocht").check()
    coach.get_by_label("Met een link per e-mail").check()
    coach.get_by_label("E-mailadres of adres van de ontvanger").fill("praktijk@vermeer.test")
    seen(coach, size, "5-ingevuld")
    coach.get_by_role("button", name="Verder: stukken kiezen").click()
    coach.get_by_role("checkbox", name="Brief aan de huisarts").check()
    seen(coach, size, "6-stukken")
    coach.get_by_role("button", name="Verder: bekijken").click()
    coach.wait_for_url("**/versturen/")
    seen(coach, size, "7-bekijken")
    one = coach.url.removesuffix("versturen/")
    for path in ("gegevens/", "terugnemen/", "gegeven/"):
        coach.goto(one + path)
        check_page(coach)
    coach.goto(f"{one}versturen/")
    coach.get_by_role("button", name="Versturen").click()
    coach.wait_for_url(one)
    with in_bureau(bureau):
        row = Disclosure.objects.get()
    row = wait_until_ready(row)
    assert row.state == "klaar", row.package.error
    coach.reload()
    seen(coach, size, "8-klaar")
    coach.get_by_role("button", name="Code maken").click()
    code = coach.locator(".rail-answer strong").inner_text()
    seen(coach, size, "9-code")
    fetch(row, code, live_url, new_page, size, tmp_path)
    coach.goto(live_url("javawest", f"/verstrekkingen/{row.pk}/"))
    expect(coach.get_by_text("Opgehaald door de ontvanger")).to_be_visible()
    seen(coach, size, "12-opgehaald")
    coach.get_by_role("link", name="Verstrekkingen", exact=True).click()
    seen(coach, size, "15-van-client")
    read(case, row, live_url, new_page, size)


def fetch(row, code, live_url, new_page, size, tmp_path) -> None:
    token = "een-link-die-deze-test-zelf-kent-want-de-mail-is-de-deur-uit"
    with in_bureau(row.bureau_id):
        DisclosurePackage.objects.filter(disclosure=row).update(token_hash=hash_of(token))
    receiver = new_page(size)
    receiver.goto(live_url("javawest", f"/ophalen/{token}/"))
    seen(receiver, size, "10-ophalen")
    receiver.get_by_label("Code").fill("verkeerd")
    receiver.get_by_role("button", name="Ophalen").click()
    expect(receiver.get_by_text("Deze code klopt niet").first).to_be_visible()
    seen(receiver, size, "11-verkeerde-code")
    receiver.get_by_label("Code").fill(code.lower())
    with receiver.expect_download() as waiting:
        receiver.get_by_role("button", name="Ophalen").click()
    file = tmp_path / "verstrekking.zip"
    waiting.value.save_as(file)
    assert "verstrekking.pdf" in zipfile.ZipFile(file).namelist()
    assert receiver.context.cookies() == []
    if folder := os.environ.get("SHOTS"):
        Path(folder, "verstrekking.pdf").write_bytes(zipfile.ZipFile(file).read("verstrekking.pdf"))


def read(case, row, live_url, new_page, size) -> None:
    """The client in the portal, and directie in the register."""
    client = window(new_page, live_url, size, case.member)
    client.goto(live_url("javawest", "/mijn/verstrekkingen/"))
    expect(client.get_by_text("Huisarts Vermeer")).to_be_visible()
    seen(client, size, "13-portaal")
    directie = window(new_page, live_url, size, make_member(case.bureau, "Dirk", Role.DIRECTIE))
    directie.goto(live_url("javawest", "/registers/verstrekkingen/"))
    expect(directie.get_by_role("link", name=row.number)).to_be_visible()
    seen(directie, size, "14-register")
