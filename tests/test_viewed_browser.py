"""Who looked, the log and its signals in a real browser, on a desk and on a phone; axe finds nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from access import actions as access
from access.models import Ground, Role
from access.reach import VIEW
from bureaus.tenancy import in_bureau
from journal import tasks
from journal.actions import record, seal
from overviews import tasks as overviews
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.people import acting, make_bureau, make_member
from tests.support.portal import authorise, make_case, release, write
from tests.test_portal_browser import enter, look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])


@pytest.fixture
def case():
    """A dossier into which many looked, and something to wonder about."""
    case = make_case(make_bureau(), "Vera")
    stuk = write(case, "Voortgang", "Het gaat goed.", kind="voortgangsrapportage")
    release(case, stuk)
    bob = make_member(case.bureau, "Bob Overstegen", Role.COACH, email="bob@javawest.test")
    with in_bureau(case.bureau):
        until = timezone.now() + timedelta(hours=4)
        access.grant(dossier=case.dossier, to=bob, permissions=(VIEW,), ground=Ground.EMERGENCY, expires_at=until)
    desk = make_member(case.bureau, "Ellen van der Werf", Role.ADMINISTRATIE, email="ellen@javawest.test")
    for member, acts in (
        (case.coach, ("dossier.ingezien", "stuk.ingezien", "document.opgehaald")),
        (bob, ("dossier.ingezien", "stuk.ingezien")),
        (desk, ("traject.ingezien",)),
        (case.payer, ("opdracht.ingezien",)),
        (authorise(case), ("dossier.ingezien",)),
    ):
        with acting(member):
            for act in acts:
                record(act=act, obj=case.dossier, dossier=case.dossier, facts={"shown": 4})
    with in_bureau(case.bureau):
        seal()
    overviews.find_signals()
    tasks.check_one(case.bureau.pk)
    return case


@SIZES
def test_the_client_finds_who_looked_and_why(case, live_url, new_page, size):
    page = new_page(size)
    enter(page, live_url, case.member)
    page.goto(live_url("javawest", "/mijn/mensen/"))
    look(page, "wie-en-contact", size)
    page.get_by_role("link", name="Bekijk wie, wanneer en waarom").click()
    page.get_by_text("Keek in een noodgeval.").wait_for()
    look(page, "bekeken", size)
    page.get_by_text("Kies zelf de dagen").click()
    page.locator("#id_van").fill("2026-01-02")
    page.locator("#id_tot").fill("2026-01-01")
    page.get_by_role("button", name="Laat zien").click()
    page.get_by_text("Deze dag ligt voor de eerste dag.").first.wait_for()
    look(page, "bekeken-fout", size)
    page.get_by_role("link", name="Deze week").click()
    page.get_by_text("Begeleidt u.").wait_for()
    check_page(page)


@SIZES
def test_the_fg_reads_the_log_looks_into_a_line_and_takes_it_along(case, live_url, new_page, size):
    fenna = make_member(case.bureau, "Fenna", Role.FG)
    page = new_page(size)
    enter(page, live_url, fenna)
    page.goto(live_url("javawest", "/logboek/"))
    page.get_by_text("De keten klopt, gecontroleerd op").wait_for()
    look(page, "logboek", size)
    page.get_by_label("Wat").select_option(label="Dossier bekeken")
    page.get_by_label("Wie (naam)").fill("bob")
    page.get_by_role("button", name="Zoek", exact=True).click()
    page.get_by_role("link", name="Dossier bekeken").first.click()
    page.get_by_role("heading", name="Dossier bekeken").wait_for()
    look(page, "logboek-regel", size)
    page.go_back()
    page.get_by_role("link", name="Exporteren").click()
    look(page, "logboek-export", size)
    with page.expect_download() as download:
        page.get_by_role("button", name="Haal het bestand op").click()
    assert download.value.suggested_filename.startswith("logboek-")
    page.goto(live_url("javawest", "/logboek/?wie=niemandal"))
    page.get_by_text("Niets gevonden").wait_for()
    check_page(page)


@SIZES
def test_directie_judges_a_signal(case, live_url, new_page, size):
    dora = make_member(case.bureau, "Dora", Role.DIRECTIE)
    page = new_page(size)
    enter(page, live_url, dora)
    page.goto(live_url("javawest", "/signalen/"))
    look(page, "signalen", size)
    page.get_by_role("link", name="buiten de eigen caseload").first.click()
    page.get_by_role("heading", name="De regels van het logboek").wait_for()
    look(page, "signaal", size)
    page.get_by_role("button", name="Bekeken").click()
    page.get_by_text("Schrijf in een paar woorden wat u vond.").first.wait_for()
    check_page(page)
    page.get_by_label("Wat vond u?").fill("Verving een zieke collega.")
    page.get_by_role("button", name="Bekeken").click()
    page.get_by_role("link", name="Alle").click()
    page.get_by_text("bekeken door Dora: Verving een zieke collega.").wait_for()
    look(page, "signalen-bekeken", size)
