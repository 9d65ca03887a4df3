"""Destruction lists in a real browser, on a desk and on a phone: leave one out, and another approves, by number."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from bureaus.tenancy import in_bureau
from retention.models import DestructionList, ItemState, ListItem, ListStatus
from tests.support.ages import silenced
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.lists import night, overdue, people
from tests.support.people import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def shoot(page, name: str, size) -> None:
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}-{size[0]}.png"), full_page=True)


@pytest.mark.article("javawest", "7")
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_one_leaves_a_dossier_out_and_another_approves_what_is_left(live_url, new_page, size):
    house = people()
    overdue(house, 3, stukken=True)
    (row,) = night(house.bureau)
    anna, dirk = (enter(new_page(size), live_url, member) for member in (house.anna, house.dirk))
    anna.goto(live_url("javawest", "/bewaren/lijsten/"))
    look(anna, "lijsten", size)
    anna.get_by_role("link", name=str(row), exact=True).click()
    look(anna, "lijst", size)
    anna.get_by_role("link", name="Uitzonderen").first.click()
    look(anna, "uitzonderen", size)
    anna.get_by_label("Waarom blijft dit?").select_option("belang")
    anna.get_by_label("Opnieuw bekijken op").fill((timezone.localdate() + timedelta(days=90)).isoformat())
    anna.get_by_label("Toelichting").fill("Er loopt nog een beroep van een ander.")
    anna.get_by_role("button", name="Uitzonderen").click()
    anna.get_by_text("en 1 uitgezonderd").wait_for()
    look(anna, "lijst-uitgezonderd", size)
    anna.goto(live_url("javawest", "/bewaren/lijsten/voorstellen/"))
    look(anna, "voorstellen", size)
    dirk.goto(live_url("javawest", "/goedkeuringen/"))
    look(dirk, "goedkeuringen", size)
    dirk.get_by_role("link", name=f"Lijst {row}: 2 dossiers vernietigen?", exact=True).click()
    dirk.get_by_role("link", name="Verder naar goedkeuren").click()
    look(dirk, "goedkeuren", size)
    dirk.get_by_label("Hoeveel staan er op de lijst?").fill("3")
    dirk.get_by_role("button", name="Lijst goedkeuren").click()
    dirk.get_by_text("Dit aantal klopt niet").first.wait_for()
    look(dirk, "goedkeuren-fout", size)
    dirk.get_by_label("Hoeveel staan er op de lijst?").fill("2")
    dirk.get_by_role("button", name="Lijst goedkeuren").press("Enter")
    dirk.get_by_text("De bedenktijd loopt.").wait_for()
    look(dirk, "goedgekeurd", size)
    begin(row)
    dirk.reload()
    look(dirk, "loopt", size)
    go_on(row)
    dirk.get_by_text("1 van 2").last.wait_for()
    dirk.goto(live_url("javawest", f"/bewaren/lijsten/{row.pk}/intrekken/"))
    look(dirk, "intrekken-te-laat", size)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_the_fg_takes_a_list_back(live_url, new_page, size):
    house = people()
    overdue(house)
    (row,) = night(house.bureau)
    page = enter(new_page(size), live_url, house.fleur)
    page.goto(live_url("javawest", f"/bewaren/lijsten/{row.pk}/"))
    page.get_by_role("link", name="Lijst intrekken").click()
    look(page, "intrekken", size)
    page.get_by_role("button", name="Lijst intrekken").click()
    page.get_by_text("Deze lijst is ingetrokken.").wait_for()
    look(page, "ingetrokken", size)


def begin(row: DestructionList) -> None:
    """As a worker begins: the cooling-off period has passed."""
    with in_bureau(row.bureau_id), silenced():
        before = timezone.now() - timedelta(days=8)
        rows = DestructionList.objects.filter(pk=row.pk)
        rows.update(approved_at=before, starts_after=before, started_at=before, status=ListStatus.RUNNING)


def go_on(row: DestructionList) -> None:
    with in_bureau(row.bureau_id):
        first = ListItem.objects.filter(destruction_list=row, state=ItemState.OPEN).first()
        ListItem.objects.filter(pk=first.pk).update(state=ItemState.KEPT, kept_because="klacht")


def enter(page, live_url, member):
    page.goto(live_url("javawest", "/account/inloggen/"))
    page.fill("input[name=login]", member.user.email)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/werkvoorraad/")
    return page


def look(page, name: str, size) -> None:
    shoot(page, name, size)
    check_page(page)
