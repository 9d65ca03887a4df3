"""Keeping in a real browser: from the dossier to a hold, to the watchlist of directie, and back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from access.models import Role
from bureaus.tenancy import in_bureau
from retention.models import DueDate
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.people import PASSWORD, make_bureau, make_member
from tests.support.retention import ended_dossier

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def window_of(member, live_url, new_page, size):
    page = new_page(size)
    page.goto(live_url("javawest", "/account/inloggen/"))
    page.get_by_label("E-mailadres").fill(member.user.email)
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()
    page.wait_for_url("**/werkvoorraad/")
    return page


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_coach_keeps_a_dossier_and_directie_sees_why(live_url, new_page, size):
    bureau = make_bureau()
    alice, diana = make_member(bureau, "Alice", Role.COACH), make_member(bureau, "Diana", Role.DIRECTIE)
    dossier = ended_dossier(bureau, ended=date(2021, 3, 3), handler=alice)
    other = ended_dossier(bureau, ended=date(2021, 3, 3), handler=alice, stukken=False)
    in_a_year = timezone.localdate() - timedelta(days=4 * 365)
    ended_dossier(bureau, ended=in_a_year, handler=alice, stukken=False)
    with in_bureau(bureau):
        DueDate.objects.filter(dossier=other).update(due_on=None, missing="traject_ended")

    page = window_of(alice, live_url, new_page, size)
    page.goto(live_url("javawest", f"/dossiers/{dossier.pk}/"))
    page.get_by_text("5 jaar na einde traject op 3 maart 2021 (javawest 7)").first.wait_for()
    page.get_by_role("link", name="Bewaren en blokkades").click()
    check_page(page)
    page.get_by_role("link", name="Blokkade plaatsen").click()
    check_page(page)
    page.get_by_role("button", name="Blokkade plaatsen").click()
    page.get_by_text("Kies een reden uit de lijst.").first.wait_for()
    check_page(page)
    page.get_by_label("Waarom blijft dit dossier bewaard?").select_option("klacht")
    page.get_by_label("Toelichting").fill("De klacht is nog niet behandeld.")
    page.get_by_role("button", name="Blokkade plaatsen").click()
    page.get_by_text("De klacht is nog niet behandeld.").wait_for()
    check_page(page)

    boss = window_of(diana, live_url, new_page, size)
    boss.goto(live_url("javawest", "/bewaren/"))
    check_page(boss)
    boss.get_by_role("link", name="Geblokkeerd").click()
    boss.get_by_text("er loopt een klacht").wait_for()
    check_page(boss)
    boss.get_by_text("Cijfers als tabel").first.click()
    check_page(boss)
    boss.get_by_role("link", name="Zonder datum").click()
    boss.get_by_role("link", name="Naar het traject").wait_for()
    check_page(boss)

    page.get_by_role("link", name="Opheffen").click()
    check_page(page)
    page.get_by_label("Waarom is de blokkade niet meer nodig?").fill("De klacht is afgehandeld.")
    page.get_by_role("button", name="Blokkade opheffen").click()
    page.get_by_text("De termijn is voorbij").wait_for()
    check_page(page)
    boss.get_by_role("link", name="Termijn voorbij").click()
    boss.get_by_role("link", name=dossier.number, exact=True).wait_for()
