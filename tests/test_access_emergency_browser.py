"""Emergency access and support as people meet them: one window each, at a desk and on a phone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from access.actions import make_platform_operator
from access.models import AccessRequest, Role
from bureaus.tenancy import in_bureau
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.people import PASSWORD, make_bureau, make_member
from tests.support.portal import make_case, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
SHOTS = os.environ.get("DOSSIERWACHT_SHOTS", "")


def shot(page, name, size):
    check_page(page)
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}-{size[0]}.png"), full_page=True)


def enter(page, live_url, slug, email):
    page.goto(live_url(slug, "/account/inloggen/"))
    page.get_by_label("E-mailadres").fill(email)
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()
    page.wait_for_url(lambda url: "/account/inloggen/" not in url)


@SIZES
def test_a_dossier_opens_in_an_emergency_and_is_judged_by_another(live_url, new_page, size):
    bureau = make_bureau()
    case = make_case(bureau)
    write(case, "Gesprek", "Het ging goed")
    bob, diana = make_member(bureau, "Bob", Role.COACH), make_member(bureau, "Diana", Role.DIRECTIE)
    page = new_page(size)
    enter(page, live_url, "javawest", bob.user.email)
    page.goto(live_url("javawest", "/noodtoegang/"))
    shot(page, "noodtoegang", size)
    page.get_by_label("Dossiernummer").fill(case.dossier.number)
    page.get_by_label("Waarom moet het nu?").fill("spoed")
    page.get_by_role("button", name="Dossier nu openen").click()
    page.locator(".field-wrong").wait_for()
    expect(page.get_by_label("Waarom moet het nu?")).to_have_value("spoed")
    shot(page, "noodtoegang-te-kort", size)
    page.get_by_label("Waarom moet het nu?").fill("De cliënt staat aan de balie en haar behandelaar is ziek.")
    page.get_by_role("button", name="Dossier nu openen").dblclick()
    page.wait_for_url("**/dossiers/**")
    shot(page, "noodtoegang-open", size)
    with in_bureau(bureau):
        request = AccessRequest.objects.get()
    judge = new_page(size)
    enter(judge, live_url, "javawest", diana.user.email)
    pages = {
        "werkvoorraad": "/werkvoorraad/",
        "goedkeuringen": "/goedkeuringen/",
        "overzicht": "/noodtoegang/overzicht/",
    }
    for name, path in (pages | {"oordeel": f"/noodtoegang/{request.pk}/"}).items():
        judge.goto(live_url("javawest", path))
        shot(judge, f"noodtoegang-{name}", size)
    judge.get_by_label("Niet terecht", exact=False).check()
    judge.get_by_label("Hoe komt u tot dit oordeel?").fill("De tweede begeleider was bereikbaar en had geholpen.")
    judge.get_by_role("button", name="Oordeel vastleggen").click()
    judge.get_by_text("Uw oordeel is vastgelegd.").wait_for()
    shot(judge, "noodtoegang-beoordeeld", size)
    page.allowed_errors.append("status of 404")
    assert page.reload().status == 404


@SIZES
def test_the_platform_asks_is_let_in_and_is_put_out_again(live_url, new_page, size):
    bureau = make_bureau("pluspunt", "pluspunt")
    case = make_case(bureau)
    write(case, "Gesprek", "Het ging goed")
    diana = make_member(bureau, "Diana", Role.DIRECTIE)
    operator = make_platform_operator(email="beheer@platform.test", password=PASSWORD)
    asking, inside, boss = (new_page(size) for _ in range(3))
    enter(asking, live_url, "", operator.email)
    asking.goto(live_url("", "/platform/"))
    shot(asking, "platform-bureaus", size)
    asking.get_by_role("link", name="Ondersteuning").click()
    asking.get_by_label("Waarvoor is hulp nodig?").fill("Het bureau belde: de lijst met trajecten laadt niet goed.")
    asking.get_by_label("Dossiernummer").fill(case.dossier.number)
    asking.get_by_role("button", name="Toegang vragen").click()
    asking.get_by_text("wacht op besluit").wait_for()
    shot(asking, "platform-gevraagd", size)
    enter(boss, live_url, "pluspunt", diana.user.email)
    boss.goto(live_url("pluspunt", "/goedkeuringen/"))
    shot(boss, "ondersteuning-goedkeuringen", size)
    boss.get_by_role("link", name="Besluiten").click()
    boss.get_by_label("Toelaten").wait_for()
    shot(boss, "ondersteuning-besluit", size)
    boss.get_by_label("Toelaten").check()
    boss.get_by_role("button", name="Besluit vastleggen").click()
    boss.get_by_text("Het platform kan nu inloggen.").wait_for()
    enter(inside, live_url, "pluspunt", operator.email)
    shot(inside, "ondersteuning-binnen", size)
    inside.goto(live_url("pluspunt", f"/dossiers/{case.dossier.pk}/"))
    shot(inside, "ondersteuning-dossier", size)
    boss.reload()
    shot(boss, "ondersteuning-keer", size)
    boss.goto(live_url("pluspunt", "/beheer/ondersteuning/"))
    shot(boss, "ondersteuning-lijst", size)
    boss.go_back()
    boss.get_by_role("link", name="Nu beëindigen").click()
    boss.get_by_role("button", name="Nu beëindigen").wait_for()
    shot(boss, "ondersteuning-einde", size)
    boss.get_by_role("button", name="Nu beëindigen").click()
    boss.get_by_text("De ondersteuning is beëindigd.").wait_for()
    inside.reload()
    assert "/account/inloggen/" in inside.url
