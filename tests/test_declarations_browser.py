"""A new coach, from invitation to dossier: what has to be signed comes first, at both widths."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from access import actions as access
from access.actions.mails import message_of
from access.models import Declaration, Mail, Role
from bureaus.tenancy import in_bureau
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.people import PASSWORD, acting, make_bureau, make_member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
SHOTS = os.environ.get("DOSSIERWACHT_SHOTS", "")


def seen(page, size, heading: str) -> None:
    page.get_by_role("heading", name=heading, exact=True).first.wait_for()
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{heading.lower().replace(' ', '-')}-{size[0]}.png", full_page=True)
    check_page(page)


def invited(directie) -> str:
    """The path in the mail of an invitation."""
    with acting(directie):
        access.invite(by=directie, email="nieuw@javawest.test", name="Nina Nieuw", roles=[Role.COACH], hired=True)
    with in_bureau(directie.bureau_id):
        body = message_of(Mail.objects.get(kind="uitnodiging")).body
    return re.search(r"/uitnodiging/[^/\s]+/", body)[0]


@SIZES
@pytest.mark.article("werkid", "7.5")
def test_a_new_coach_signs_and_then_the_house_opens(new_page, live_url, size, no_worker):
    bureau = make_bureau()
    directie = make_member(bureau, "Dora", Role.DIRECTIE, Role.BEHEERDER)
    page = new_page(size=size)
    page.goto(live_url("javawest", invited(directie)))
    page.get_by_label("Kies een wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button").last.click()
    seen(page, size, "Eerst ondertekenen")
    page.get_by_role("link", name=re.compile("Lezen en ondertekenen van Geheim")).click()
    # Choosing a password is no login: before signing they show who they are.
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Bevestigen", exact=True).click()
    seen(page, size, "Geheimhoudingsverklaring")
    expect(page.get_by_role("checkbox")).not_to_be_checked()
    page.get_by_role("button", name="Ondertekenen", exact=True).click()
    page.get_by_text("Zet hier een vinkje").first.wait_for()
    check_page(page)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Ondertekenen", exact=True).click()
    page.get_by_text("U hebt de geheimhoudingsverklaring ondertekend.").wait_for()
    page.get_by_role("link", name=re.compile("Lezen en ondertekenen van Verklaring")).click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Ondertekenen", exact=True).click()
    page.wait_for_url("**/werkvoorraad/")
    page.goto(live_url("javawest", "/account/verklaringen/"))
    seen(page, size, "Verklaringen")
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF van Geheimhoudingsverklaring").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    with in_bureau(bureau):
        assert Declaration.objects.filter(membership__name="Nina Nieuw").exclude(file="").count() == 2


@SIZES
def test_who_keeps_the_declarations_sees_who_has_not_signed(new_page, live_url, size):
    bureau = make_bureau()
    make_member(bureau, "Dora", Role.DIRECTIE)
    make_member(bureau, "Bob van den Berg", Role.COACH, email="bob@javawest.test", signed=False)
    page = new_page(size=size)
    page.goto(live_url("javawest", "/account/inloggen/"))
    page.get_by_label("E-mailadres", exact=True).fill("dora@javawest.test")
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()
    page.wait_for_url("**/werkvoorraad/")
    page.goto(live_url("javawest", "/beheer/verklaringen/"))
    seen(page, size, "Verklaringen van medewerkers")
    page.get_by_role("button", name="Herinneren van Bob van den Berg").click()
    page.get_by_text("De herinnering is onderweg.").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Alles ophalen (ZIP)").click()
    assert Path(download.value.path()).read_bytes().startswith(b"PK")
