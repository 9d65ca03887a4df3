"""The lists of who runs things: paged, and asked for in as many queries at 1,000 rows as at 10."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from access.actions import make_platform_operator
from access.models import Invitation, Membership, Role, User
from bureaus.models import Bureau
from bureaus.tenancy import in_bureau
from dossiers.models import VerslagTemplate
from tests.support.people import PASSWORD, browser_of, log_in, make_bureau, make_member
from tests.support.portal import queries_of
from tests.support.servers import DATABASE

AT_MOST = 12
SECONDS = 3
PEOPLE, TEMPLATES, PLATFORM = "/beheer/medewerkers/", "/beheer/sjablonen/", "/platform/"


@pytest.fixture(autouse=True)
def _no_mfa(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def operator(db):
    make_platform_operator(email="beheer@platform.test", password=PASSWORD)
    browser = browser_of(None)
    browser.post("/account/inloggen/", {"login": "beheer@platform.test", "password": PASSWORD})
    return browser


def costs_little(browser, *paths: str) -> None:
    for path in paths:
        browser.get(path)
        began = time.monotonic()
        asked = queries_of(browser, path)
        assert len(asked) <= AT_MOST, (path, "\n".join(asked))
        assert time.monotonic() - began < SECONDS, path


def colleagues(bureau, count: int) -> None:
    """So many who work here, and as many who were asked to."""
    with in_bureau(bureau):
        groups = Group.objects.bulk_create([Group(name=f"wie {at}") for at in range(count)])
        users = User.objects.bulk_create([User(email=f"p{at}@{bureau.slug}.test") for at in range(count)])
        Membership.objects.bulk_create([
            Membership(user=user, name=f"Persoon {at:04}", roles=[Role.COACH], private_group=group)
            for at, (user, group) in enumerate(zip(users, groups, strict=True))
        ])  # fmt: skip
        until = timezone.now() + timedelta(days=7)
        Invitation.objects.bulk_create([
            Invitation(
                email=f"n{at}@nieuw.test", name=f"Nieuw {at:04}", roles=[Role.COACH], token_hash=f"{at}",
                expires_at=until,
            )
            for at in range(count)
        ])  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rows", [10, 1_000])
def test_the_lists_of_a_bureau_cost_the_same_whatever_their_length(servers, rows):
    """Committed and analysed, as rows of a running bureau are: without figures PostgreSQL plans for an empty table."""
    bureau = make_bureau()
    diana = make_member(bureau, "Diana", Role.DIRECTIE)
    colleagues(bureau, rows)
    headings = [{"label": f"Kopje {at}", "help": ""} for at in range(8)]
    with in_bureau(bureau):
        VerslagTemplate.objects.bulk_create(
            [VerslagTemplate(name=f"S{at:04}", kind="gespreksverslag", sections=headings) for at in range(rows)]
        )
    with servers.admin(DATABASE) as admin:
        admin.execute("ANALYZE")
    costs_little(
        log_in(diana), PEOPLE, f"{PEOPLE}?pagina=2&uitgenodigd=2", f"{PEOPLE}?q=persoon", TEMPLATES,
        f"{TEMPLATES}?pagina=2", "/beheer/bureau/",
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rows", [10, 1_000])
def test_the_list_of_bureaus_costs_the_same_whatever_its_length(servers, operator, rows):
    Bureau.objects.bulk_create(
        [Bureau(legal_name=f"B{at:04}", slug=f"b{at}", host=f"b{at}.localhost") for at in range(rows)]
    )
    with servers.admin(DATABASE) as admin:
        admin.execute("ANALYZE")
    costs_little(operator, PLATFORM, f"{PLATFORM}?pagina=2")


@pytest.mark.django_db
def test_bureaus_are_paged_with_since_when_they_are_there_and_nothing_of_what_is_in_them(operator):
    Bureau.objects.bulk_create(
        [Bureau(legal_name=f"Bureau {at:04}", slug=f"b{at}", host=f"b{at}.localhost") for at in range(70)]
    )
    first, second = (operator.get(PLATFORM, {"pagina": at}).content.decode() for at in (1, 2))
    assert [page.count('scope="row">Bureau 00') for page in (first, second)] == [50, 20]
    assert "Sinds" in first
    assert str(timezone.localdate().year) in first
    assert "Medewerkers" not in first


@pytest.mark.django_db
def test_people_and_invitations_are_paged_apart(javawest, diana):
    colleagues(javawest, 60)
    browser = log_in(diana)
    page = browser.get(PEOPLE, {"uitgenodigd": 2}).content.decode()
    assert (page.count("/intrekken/"), page.count("Persoon ")) == (10, 49)
    assert "?uitgenodigd=2&amp;pagina=2" in page
    assert page.count('aria-label="Bladeren') == 2
    assert 'aria-label="Bladeren door de uitnodigingen"' in page


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["?pagina=0", "?pagina=x", "?pagina=99999999999999999999", "?uitgenodigd=%00"])
def test_a_page_that_does_not_exist_is_another_page(diana, operator, query):
    assert [log_in(diana).get(f"{path}{query}").status_code for path in (PEOPLE, TEMPLATES)] == [200, 200]
    assert operator.get(f"{PLATFORM}{query}").status_code == 200
