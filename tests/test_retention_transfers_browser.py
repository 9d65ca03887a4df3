"""Handing over in a real browser with a real worker: from the coach's page to the receipt, on a desk and on a phone."""

from __future__ import annotations

import hashlib
import os
import time
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bureaus.tenancy import in_bureau
from retention.models import Transfer
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.people import PASSWORD, make_member
from tests.support.portal import make_case, write
from tests.support.transfers import now, over, werklokaal

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def shot(page, size, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}-{size[0]}.png", full_page=True)


def window(new_page, live_url, size, member):
    page = new_page(size)
    page.goto(live_url("werklokaal", "/account/inloggen/"))
    page.get_by_label("E-mailadres").fill(member.user.email)
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()
    page.wait_for_url(lambda url: "inloggen" not in url)
    return page


def wait_until_ready(row: Transfer) -> Transfer:
    until = time.monotonic() + 120
    while (found := now(row)).status == Transfer.Status.PACKING:
        assert time.monotonic() < until, "nobody packed it"
        time.sleep(0.5)
    return found


@pytest.mark.article("werklokaal", "7")
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_dossier_goes_to_its_opdrachtgever_who_signs_for_it(
    live_url, new_page, size, celery_worker_process, tmp_path
):  # fmt: skip
    bureau = werklokaal()
    case = over(bureau)
    coach = window(new_page, live_url, size, case.coach)
    coach.goto(live_url("werklokaal", f"/dossiers/{case.dossier.pk}/bewaren/"))
    shot(coach, size, "1-bewaren")
    coach.get_by_role("link", name="Overdragen", exact=True).click()
    check_page(coach)
    shot(coach, size, "2-beginnen")
    coach.get_by_role("button", name="Inpakken en klaarzetten").click()
    coach.get_by_role("heading", name=f"Overdracht van dossier {case.dossier.number}").wait_for()
    with in_bureau(bureau):
        row = Transfer.objects.get()
    row = wait_until_ready(row)
    assert row.status == Transfer.Status.READY, row.error
    coach.reload()
    check_page(coach)
    shot(coach, size, "3-overdracht")
    payer = window(new_page, live_url, size, case.payer)
    payer.goto(live_url("werklokaal", f"/opdracht/{case.traject.pk}/"))
    check_page(payer)
    shot(payer, size, "4-traject")
    payer.get_by_role("link", name="Naar de overdracht").click()
    check_page(payer)
    shot(payer, size, "5-ophalen")
    with payer.expect_download() as waiting:
        payer.get_by_role("button", name="Dossier ophalen").click()
    file = tmp_path / "dossier.zip"
    waiting.value.save_as(file)
    assert hashlib.sha256(file.read_bytes()).hexdigest() == row.file_sha256
    assert "dossier.pdf" in zipfile.ZipFile(file).namelist()
    if folder := os.environ.get("SHOTS"):
        Path(folder, "dossier.pdf").write_bytes(zipfile.ZipFile(file).read("dossier.pdf"))
    payer.get_by_role("link", name="Ik heb het opgehaald").click()
    payer.get_by_label("Wij hebben het dossier ontvangen").check()
    payer.get_by_label("Uw naam").fill("P. de Wit")
    check_page(payer)
    shot(payer, size, "6-tekenen")
    payer.get_by_role("button", name="Wij hebben het ontvangen").click()
    payer.get_by_role("heading", name="Bewijs van ontvangst").wait_for()
    check_page(payer)
    shot(payer, size, "7-ontvangen")
    assert now(row).received_by_name == "P. de Wit"
    directie = window(new_page, live_url, size, make_member(bureau, "Dirk", "directie"))
    directie.goto(live_url("werklokaal", "/bewaren/overdrachten/?toon=afgerond"))
    expect(directie.get_by_role("link", name=case.dossier.number)).to_be_visible()
    check_page(directie)
    shot(directie, size, "8-lijst")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_request_and_one_stuk_begin_on_pages_that_say_what_will_happen(live_url, new_page, size):
    bureau = werklokaal()
    case, running = over(bureau), make_case(bureau)
    stuk = write(running, "Gesprek", "Tekst.")
    directie = window(new_page, live_url, size, make_member(bureau, "Dirk", "directie"))
    page = live_url("werklokaal", f"/dossiers/{case.dossier.pk}/bewaren/verzoek/")
    directie.goto(page)
    check_page(directie)
    shot(directie, size, "9-verzoek")
    directie.get_by_label("Wanneer kwam het schriftelijke verzoek binnen?").fill("2026-11-02")
    directie.get_by_role("button", name="Bekijk wat er gebeurt").click()
    check_page(directie)
    shot(directie, size, "10-verzoek-gevolgen")
    directie.get_by_label("Ja, ik heb het verzoek gelezen").check()
    directie.get_by_role("button", name="Op een lijst zetten").click()
    directie.get_by_role("heading", name="Lijst").first.wait_for()
    directie.goto(live_url("werklokaal", "/bewaren/overdrachten/"))
    shot(directie, size, "11-overdrachten")
    coach = window(new_page, live_url, size, running.coach)
    coach.goto(live_url("werklokaal", f"/stukken/{stuk.pk}/"))
    shot(coach, size, "12-stuk")
    coach.get_by_role("link", name="Verwijderen op verzoek").click()
    check_page(coach)
    shot(coach, size, "13-stuk-verwijderen")
