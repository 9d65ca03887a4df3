"""Adding documents and releasing a stuk in a real browser, at both widths."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bureaus.schema import StukKind
from bureaus.tenancy import in_bureau
from dossiers.models import Release, StoredFile, Stuk
from tests.support import documents as made
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.people import PASSWORD, make_bureau
from tests.support.portal import make_case, state, supplement, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("SHOTS_DOCUMENTS", "")


@pytest.fixture
def case(live_url):
    return make_case(make_bureau())


def shoot(page, name):
    check_page(page)
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}-{page.viewport_size['width']}.png", full_page=True)


def log_in_on(page, live_url, member):
    page.goto(live_url("javawest", "/account/inloggen/"))
    page.fill("input[name=login]", member.user.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "inloggen" not in url)


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_coach_adds_files_is_told_what_is_wrong_and_keeps_the_choice(case, live_url, new_page, size, tmp_path):
    page = new_page(size)
    log_in_on(page, live_url, case.coach)
    page.goto(live_url("javawest", f"/dossiers/{case.dossier.pk}/document/"))
    shoot(page, "upload")
    (tmp_path / "formulier.pdf").write_bytes(made.pdf_form())
    (tmp_path / "brief.docx").write_bytes(made.docx({"word/vbaProject.bin": b"x"}))
    page.select_option("[name=kind]", "correspondentie")
    page.set_input_files("[name=upload]", [tmp_path / "formulier.pdf", tmp_path / "brief.docx"])
    page.fill("[name=title]", "Formulier en brief")
    page.click("main form button[type=submit]")
    page.wait_for_selector("#id_herkomst_error, #id_upload_error")
    page.check("[name=herkomst][value=derde]")
    page.click("main form button[type=submit]")
    page.wait_for_selector("#id_upload_error")
    assert "brief.docx: In dit bestand zitten macro's" in page.inner_text("#id_upload_error")
    assert page.input_value("[name=title]") == "Formulier en brief"
    assert page.evaluate("document.querySelector('[name=upload]').files.length") == 2
    shoot(page, "upload-refused")
    page.set_input_files("[name=upload]", tmp_path / "formulier.pdf")
    page.dblclick("main form button[type=submit]")
    page.wait_for_url("**/stukken/**")
    page.wait_for_selector("text=Toegevoegd aan het dossier")
    shoot(page, "added")
    with in_bureau(case.bureau):
        assert Stuk.objects.count() == StoredFile.objects.count() == 1
    with page.expect_download() as download:
        page.click("text=formulier.pdf")
    assert download.value.suggested_filename == "formulier.pdf"


def test_a_file_that_is_too_large_is_told_before_it_is_sent(case, live_url, browser_page, tmp_path):
    page = browser_page
    log_in_on(page, live_url, case.coach)
    page.goto(live_url("javawest", f"/dossiers/{case.dossier.pk}/document/"))
    (tmp_path / "groot.pdf").write_bytes(bytes(51 * 2**20))
    page.set_input_files("[name=upload]", tmp_path / "groot.pdf")
    page.click("main form button[type=submit]")
    page.wait_for_selector("text=groot.pdf is 51 MB")


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_coach_sees_what_the_other_will_see_and_lets_it_out(case, live_url, new_page, size):
    plan = write(case, "Plan van aanpak", "Zij oefent met solliciteren.\n\nElke week een gesprek.", kind=StukKind.PLAN)
    supplement(case, plan, "Vanaf mei om de twee weken.")
    state(case, "Mijn kant", "Ik wil liever in de zorg werken.", about=plan)
    page = new_page(size)
    log_in_on(page, live_url, case.coach)
    page.goto(live_url("javawest", f"/stukken/{plan.pk}/vrijgeven/"))
    shoot(page, "release")
    page.dblclick("main form button[type=submit]")
    page.wait_for_url(f"**/stukken/{plan.pk}/")
    with in_bureau(case.bureau):
        assert Release.objects.count() == 1
    page.goto(live_url("javawest", f"/stukken/{plan.pk}/vrijgeven/"))
    shoot(page, "released")
    page.click("text=Vrijgave intrekken")
    shoot(page, "withdraw")
    page.click("main form button[type=submit]")
    page.wait_for_selector("text=leest dit stuk niet meer")


def test_what_may_not_go_out_says_why(case, live_url, new_page):
    verslag = write(case, "Gesprek", "Blijft binnen.")
    page = new_page()
    page.allowed_errors = ["403"]
    log_in_on(page, live_url, case.coach)
    page.goto(live_url("javawest", f"/stukken/{verslag.pk}/vrijgeven/"))
    shoot(page, "barred")
