"""What was allowed for a while and ends earlier says so; and who is shown a dossier finds no link that is shut."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from access import actions
from access.actions import emergency, support
from access.models import AccessRequest, Ground, Role
from access.reach import database_now
from bureaus.tenancy import in_bureau
from clients.actions import end_traject
from dossiers.actions import sync_grants
from tests.support.asking import allow, ask, make_house
from tests.support.people import PASSWORD, acting, browser_of, log_in, make_bureau, make_member
from tests.support.portal import in_force_with, make_case, write

pytestmark = [pytest.mark.django_db, pytest.mark.article("pluspunt", "4.1")]


@pytest.fixture(autouse=True)
def _no_mfa(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def house(db):
    return make_house()


def is_over(house, row) -> bool:
    with in_bureau(house.bureau):
        fresh = AccessRequest.objects.get(pk=row.pk)
        return fresh.opens_until <= database_now()


def test_a_request_ends_with_its_traject(house):
    row = allow(house, ask(house))
    assert not is_over(house, row)
    with acting(house.case.coach):
        day = timezone.localdate()
        end_traject(traject=house.case.traject, reason="doel", result="werk", ended_on=day, by=house.case.coach)
    assert is_over(house, row)
    page = log_in(house.bob).get("/inzage/").content.decode()
    assert "nog " not in re.sub(r"\s+", " ", page.split("<main")[1])
    shown = log_in(house.dora).get(reverse("access:asked", args=[row.pk])).content.decode()
    assert "(voorbij)" in shown


def test_a_request_ends_with_its_grant_whoever_takes_that_away(house):
    row = allow(house, ask(house))
    with acting(house.dora):
        actions.revoke(dossier=house.dossier, to=house.bob, ground=Ground.CONSENT_OF_DIRECTIE, by=house.dora)
    assert is_over(house, row)


def test_a_request_ends_with_the_account_of_who_asked(house):
    row = allow(house, ask(house))
    with acting(house.dora):
        actions.end_membership(membership=house.bob, by=house.dora, reason="uit dienst")
    assert is_over(house, row)


def test_an_emergency_ends_with_its_grant(house):
    with acting(house.bob):
        why = "De behandelaar is niet te bereiken en het kan niet wachten."
        row = emergency.open_in_emergency(number=house.number, reason=why, by=house.bob)
    assert not is_over(house, row)
    with acting(house.dora):
        actions.revoke(dossier=house.dossier, to=house.bob, by=house.dora)
    assert is_over(house, row)


def test_what_ended_by_itself_keeps_the_moment_that_was_allowed(house):
    row = allow(house, ask(house))
    with in_bureau(house.bureau):
        then = database_now() - timedelta(hours=1)
        AccessRequest.objects.filter(pk=row.pk).update(opens_until=then)
        actions.archive_expired()
        assert AccessRequest.objects.get(pk=row.pk).opens_until == then


@pytest.fixture
def visit(house):
    """The platform, let in with the dossier that the bureau named."""
    operator = actions.make_platform_operator(email="beheer@platform.test", password=PASSWORD)
    row = support.ask_support(
        bureau=house.bureau, operator=operator, hours=2, number=house.number,
        reason="De lijst met trajecten laadt volgens het bureau niet goed.",
    )  # fmt: skip
    with acting(house.dora):
        return support.let_in(request=row, hours=2, by=house.dora)


def test_a_visit_of_support_goes_on_when_its_dossier_is_taken_back(house, visit):
    """Its end is that of the membership: what is done until then has to stay in view."""
    with acting(house.dora):
        actions.revoke(dossier=house.dossier, to=visit.asker, by=house.dora)
        assert support.living().filter(pk=visit.pk).exists()
    assert not is_over(house, visit)


# --- no link that is shut ------------------------------------------------------------------------------------------
def shut_links(browser, path: str) -> list[str]:
    """The links in the page's main part and breadcrumb that answer with a refusal."""
    page = browser.get(path).content.decode()
    links = {link for link in re.findall(r'<a [^>]*href="(/[^"#?]*)"', page) if "uitloggen" not in link}
    assert links
    return sorted(link for link in links if browser.get(link).status_code in (403, 404))


def test_support_finds_no_shut_link_on_a_dossier_and_a_stuk(house, visit):
    stuk = write(house.case, "Gesprek", "Goed")
    browser = browser_of(house.bureau)
    browser.post("/account/inloggen/", {"login": "beheer@platform.test", "password": PASSWORD})
    for path in (f"/dossiers/{house.dossier.pk}/", f"/stukken/{stuk.pk}/"):
        assert shut_links(browser, path) == []


def test_an_fg_who_reads_dossiers_finds_no_shut_link_there():
    bureau = make_bureau()
    case = make_case(bureau)
    in_force_with(bureau, access={"standing": {"fg": "view"}})
    fien = make_member(bureau, "Fien", Role.FG)
    with acting(fien):
        sync_grants(dossier=case.dossier, by=None)
    assert shut_links(log_in(fien), f"/dossiers/{case.dossier.pk}/") == []


def test_a_coach_still_goes_from_the_dossier_to_client_and_traject(house):
    page = log_in(house.case.coach).get(f"/dossiers/{house.dossier.pk}/").content.decode()
    assert f'href="/clienten/{house.case.client.pk}/"' in page
    assert f'href="/trajecten/{house.case.traject.pk}/"' in page
