"""A version that was adopted for a later day: changed and taken back from the screens until that day has come."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from access.models import Role
from bureaus.models import Reglement
from bureaus.reglement import version_in_force
from bureaus.tenancy import in_bureau
from dossiers.models import FollowRun
from journal.models import Line
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.people import PASSWORD, log_in, make_member
from tests.support.sessions import let_pass
from tests.test_following import new_version
from tests.test_reglement_pages import ADOPT, EFFECTS, filled, versions

pytestmark = [pytest.mark.django_db, pytest.mark.article("javawest", "10.1")]
SHOTS = os.environ.get("DOSSIERWACHT_SHOTS", "")


@pytest.fixture
def directie(diana):
    return log_in(diana)


def in_days(days: int):
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def later(javawest) -> Reglement:
    """Version 2, from next week on: the FG reads every dossier."""
    new_version(javawest, from_day=in_days(7), standing={"fg": "view"})
    return latest(javawest)


def latest(bureau) -> Reglement:
    with in_bureau(bureau):
        return Reglement.objects.order_by("-version").first()


def page_of(version, what: str) -> str:
    return reverse(f"reglement:{what}", args=[version.pk])


def changed(browser, version, **fields) -> str:
    """The form of a change, filled in and sent: what the dry run and the adoption go on with."""
    typed = filled(fg="view", in_force_from=in_days(7).isoformat(), adopted_on=None, **fields)
    answer = browser.post(page_of(version, "change"), typed)
    assert answer.status_code == 302, answer.context["form"].errors
    return answer.headers["Location"].removeprefix(EFFECTS)


def acts(bureau) -> list[str]:
    with in_bureau(bureau):
        return list(Line.objects.filter(act__startswith="reglement.").order_by("seq").values_list("act", flat=True))


# --- changing ------------------------------------------------------------------------------------------------------
def test_its_text_changes_and_its_number_stays(javawest, directie, later):
    page = directie.get(page_of(later, "change")).content.decode()
    assert "Versie 2 wijzigen" in page
    assert 'name="adopted_on"' not in page
    proposal = changed(directie, later, support_hours="8")
    assert "Er is nog niets veranderd" in directie.get(EFFECTS + proposal).content.decode()
    assert page_of(later, "change") in directie.get(EFFECTS + proposal).content.decode()
    assert "Versie 2 vaststellen?" in directie.get(ADOPT + proposal).content.decode()
    assert directie.post(ADOPT + proposal).headers["Location"] == page_of(later, "version")
    now = latest(javawest)
    assert (now.version, now.rules.access.support_hours, now.rules.access.standing.fg) == (2, 8, "view")
    assert (now.adopted_on, now.adopted_by_name) == (timezone.localdate(), "Diana")
    with in_bureau(javawest):
        assert version_in_force().version == 1


def test_the_form_starts_from_what_it_says_and_not_from_what_holds_now(directie, later):
    form = directie.get(page_of(later, "change")).context["form"]
    assert (form.initial["fg"], form.initial["in_force_from"]) == ("view", in_days(7))


def test_sent_twice_it_is_one_change(javawest, directie, later):
    proposal = changed(directie, later, support_hours="8")
    assert [directie.post(ADOPT + proposal).status_code for _ in range(2)] == [302, 302]
    assert acts(javawest).count("reglement.vastgesteld") == 3  # the first, the later one, and that once more
    assert versions(javawest) == [1, 2]


def test_of_two_who_change_it_the_second_looks_first(javawest, directie, later):
    mine, other = changed(directie, later, support_hours="8"), changed(directie, later, support_hours="6")
    directie.post(ADOPT + other)
    assert "Intussen is er een andere versie vastgesteld" in directie.post(ADOPT + mine).content.decode()
    assert latest(javawest).rules.access.support_hours == 6


def test_it_can_be_moved_to_today_and_grants_follow(javawest, directie, later):
    typed = filled(fg="view", adopted_on=None)
    proposal = directie.post(page_of(later, "change"), typed).headers["Location"].removeprefix(EFFECTS)
    directie.post(ADOPT + proposal)
    with in_bureau(javawest):
        assert FollowRun.objects.get().reglement_id == later.pk
    assert directie.get(page_of(later, "change")).status_code in (302, 403)


# --- taking back ---------------------------------------------------------------------------------------------------
def test_it_is_taken_back_and_the_log_keeps_that_it_was_there(javawest, directie, later):
    page = directie.get(page_of(later, "withdraw")).content.decode()
    assert "Versie 2 intrekken?" in page
    answer = directie.post(page_of(later, "withdraw"), follow=True).content.decode()
    assert "Versie 2 is ingetrokken." in answer
    assert versions(javawest) == [1]
    assert acts(javawest)[-1] == "reglement.ingetrokken"
    with in_bureau(javawest):
        line = Line.objects.get(act="reglement.ingetrokken")
        assert line.facts == {"version": 2, "in_force_from": in_days(7).isoformat(), "by": "Diana"}
    assert directie.post(page_of(later, "withdraw")).status_code == 404
    assert acts(javawest).count("reglement.ingetrokken") == 1


def test_a_proposal_for_a_version_that_was_taken_back_is_no_more(javawest, directie, later):
    proposal = changed(directie, later, support_hours="8")
    directie.post(page_of(later, "withdraw"))
    assert "Versie 2 vaststellen?" not in directie.post(ADOPT + proposal).content.decode()
    assert versions(javawest) == [1]


def test_taking_back_asks_first_who_you_are(javawest, directie, later):
    let_pass(directie, 601)
    assert directie.post(page_of(later, "withdraw")).context["kept"] == []
    assert versions(javawest) == [1, 2]
    directie.post(page_of(later, "withdraw"), {"bevestig-password": PASSWORD})
    assert versions(javawest) == [1]


# --- what stays ----------------------------------------------------------------------------------------------------
def test_a_version_that_holds_or_held_has_no_such_pages_and_no_such_buttons(javawest, directie):
    with in_bureau(javawest):
        now = version_in_force()
    assert "Intrekken" not in directie.get(page_of(now, "version")).content.decode()
    for what in ("change", "withdraw"):
        assert [directie.get(page_of(now, what)).status_code, directie.post(page_of(now, what)).status_code] == [
            403
        ] * 2
    assert versions(javawest) == [1]


def test_the_database_keeps_a_version_in_force_whatever_code_says(javawest):
    with in_bureau(javawest):
        now = version_in_force()
        with pytest.raises(DatabaseError), transaction.atomic():
            Reglement.objects.filter(pk=now.pk).delete()
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE bureaus_reglement SET title = 'x' WHERE id = %s", [now.pk])


def test_the_beheerder_sees_a_later_version_and_changes_nothing(javawest, later):
    browser = log_in(make_member(javawest, "Beheer", Role.BEHEERDER))
    assert "Intrekken" not in browser.get(page_of(later, "version")).content.decode()
    assert [browser.get(page_of(later, what)).status_code for what in ("change", "withdraw")] == [403, 403]


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "morgen", "\x00", "2026-02-30"])
def test_a_day_that_can_not_be_stays_in_the_form(directie, later, day):
    answer = directie.post(page_of(later, "change"), filled(in_force_from=day, adopted_on=None))
    assert answer.status_code == 200
    assert "in_force_from" in answer.context["form"].errors


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_on_a_screen_it_is_looked_at_and_taken_back(javawest, diana, later, live_url, new_page, size):
    page = new_page(size)
    page.goto(live_url("javawest", "/account/inloggen/"))
    page.get_by_label("E-mailadres", exact=True).fill(diana.user.email)
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()
    page.wait_for_url("**/werkvoorraad/")
    for what in ("version", "change", "withdraw"):
        page.goto(live_url("javawest", page_of(later, what)))
        check_page(page)
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"reglement-{what}-{size[0]}.png", full_page=True)
    page.get_by_role("button", name="Versie intrekken").click()
    page.get_by_text("Versie 2 is ingetrokken.").wait_for()
    assert versions(javawest) == [1]
