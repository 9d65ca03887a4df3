"""The register, a proces-verbaal, its PDF as a person sees it, and dossiers on paper; on a desk and on a phone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from access.models import Role
from bureaus.tenancy import in_bureau
from retention.models import Certificate, ListStatus
from tests.support import documents
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.carried_out import carried_out, left_out, number_of, pv_of
from tests.support.people import make_bureau, make_member
from tests.support.portal import make_case
from tests.support.rendered import ink_on, pages_of
from tests.test_access_reviews_browser import enter, shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def look(page, name: str, size) -> None:
    check_page(page)
    shoot(page, name, size)


@pytest.mark.article("javawest", "7")
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_proces_verbaal_is_found_read_and_fetched_and_looks_like_a_document(live_url, new_page, size, tmp_path):
    bureau = make_bureau("pluspunt", "pluspunt")
    dirk = make_member(bureau, "Dirk", Role.DIRECTIE)
    row = carried_out(bureau, 60, by=dirk, retained=True)
    left_out(bureau, row, "2021-00900")
    made = pv_of(bureau, row)
    page = enter(new_page(size), live_url, dirk)
    page.goto(live_url("pluspunt", "/bewaren/processen-verbaal/"))
    look(page, "register", size)
    page.get_by_label("Nummer van het proces-verbaal of het dossier").fill(number_of(7))
    page.get_by_role("button", name="Zoeken").click()
    page.get_by_role("link", name=str(made), exact=True).click()
    look(page, "proces-verbaal", size)
    expect(page.locator("main")).to_contain_text("60 dossiers: 5 jaar na einde traject")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Document ophalen (PDF)").click()
    file = tmp_path / "pv.pdf"
    shutil.copy(fetched.value.path(), file)
    assert_looks_like_a_document(file)


def assert_looks_like_a_document(file: Path) -> None:
    """Rendered as a person sees it: ink on every page, within the margins, and none upside down at the edge."""
    pages = pages_of(file)
    assert len(pages) >= 4
    for one in pages:
        left, top, right, bottom = ink_on(one)
        assert left > 0.08 and right < 0.92
        assert top > 0.04
        assert 0.9 < bottom < 0.97, "the number of the page stands at its foot"


@pytest.mark.article("pluspunt", "3.5")
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_paper_is_noted_taken_along_and_its_certificate_closes_the_list(live_url, new_page, size, tmp_path):
    bureau = make_bureau("pluspunt", "pluspunt")
    case, dirk = make_case(bureau), make_member(bureau, "Dirk", Role.DIRECTIE)
    coach = enter(new_page(size), live_url, case.coach)
    coach.goto(live_url("pluspunt", f"/dossiers/{case.dossier.pk}/papier/"))
    coach.get_by_label("Plaats").fill("Veendam, kast 3")
    coach.get_by_label("Aantal mappen").fill("2")
    coach.get_by_role("button", name="Vastleggen").click()
    coach.get_by_role("button", name="Ik neem het mee").click()
    look(coach, "papier", size)
    coach.get_by_role("button", name="Ik heb het teruggebracht").click()
    coach.get_by_role("button", name="Ik neem het mee").wait_for()
    row = carried_out(bureau, 3, by=dirk, status=ListStatus.PAPER, paper="Veendam, kast 3 (2 mappen)")
    page = enter(new_page(size), live_url, dirk)
    page.goto(live_url("pluspunt", "/bewaren/papier/"))
    look(page, "op-papier", size)
    page.goto(live_url("pluspunt", f"/bewaren/lijsten/{row.pk}/papier/"))
    look(page, "papierlijst", size)
    page.get_by_role("link", name="Certificaat toevoegen").click()
    page.get_by_label("Bedrijf").fill("Papierwolf B.V.")
    page.get_by_label("Nummer van het certificaat").fill("PW-77")
    page.get_by_label("Vernietigd op").fill(timezone.localdate(row.approved_at).isoformat())
    scan = tmp_path / "scan.jpg"
    scan.write_bytes(documents.picture())
    page.get_by_label("Het certificaat", exact=True).set_input_files(scan)
    look(page, "certificaat", size)
    page.get_by_role("button", name="Certificaat toevoegen").click()
    page.wait_for_url(f"**/bewaren/lijsten/{row.pk}/")
    with in_bureau(bureau):
        assert Certificate.objects.get(destruction_list=row).company == "Papierwolf B.V."
