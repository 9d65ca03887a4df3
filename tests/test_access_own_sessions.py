"""Where somebody is logged in: seen by themselves, ended one by one or all others, and dead at the next request."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession

from access.models import Role
from access.session_list import device_of
from bureaus.tenancy import in_bureau
from journal.models import Line
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.people import PASSWORD, browser_of, log_in, make_bureau, make_member
from tests.support.portal import queries_of
from tests.support.sessions import let_pass
from tests.test_permissions import operator

pytestmark = pytest.mark.django_db
SESSIONS, HOME = "/account/sessies/", "/werkvoorraad/"
QUIET = {"X-Quiet": "1", "X-Requested-With": "XMLHttpRequest"}
SHOTS = os.environ.get("DOSSIERWACHT_SHOTS", "")


@pytest.fixture
def bureau():
    return make_bureau()


@pytest.fixture
def cor(bureau):
    return make_member(bureau, "Cor", Role.COACH)


def number_of(client) -> int:
    return UserSession.objects.get(session_key=client.cookies["sessionid"].value).pk


def ended(client, number: int, capture):
    with capture(execute=True):
        return client.post(f"{SESSIONS}{number}/uitloggen/", follow=True)


def acts(bureau) -> list[tuple[str, int]]:
    with in_bureau(bureau):
        rows = Line.objects.filter(act__startswith="sessie").order_by("seq").values_list("act", "facts")
        return [(act, facts.get("sessions", 0)) for act, facts in rows]


def test_one_session_ends_and_the_others_go_on(bureau, cor, django_capture_on_commit_callbacks):
    laptop, telephone, tablet = log_in(cor), log_in(cor), log_in(cor)
    page = ended(laptop, number_of(telephone), django_capture_on_commit_callbacks)
    assert "is uitgelogd." in page.content.decode()
    assert telephone.get(HOME).status_code == 302
    assert telephone.get("/account/sessie/", headers=QUIET).status_code == 401
    assert [one.get(HOME).status_code for one in (laptop, tablet)] == [200, 200]
    assert ("sessie.beeindigd", 1) in acts(bureau)


def test_all_others_end_at_once(bureau, cor, django_capture_on_commit_callbacks):
    laptop, others = log_in(cor), [log_in(cor), log_in(cor)]
    with django_capture_on_commit_callbacks(execute=True):
        page = laptop.post(SESSIONS, follow=True).content.decode()
    assert "2 sessies beëindigd." in page
    assert "Overal elders uitloggen" not in page
    assert [one.get(HOME).status_code for one in others] == [302, 302]
    assert laptop.get(HOME).status_code == 200
    assert ("sessies.beeindigd", 2) in acts(bureau)
    laptop.post(SESSIONS)
    assert acts(bureau).count(("sessies.beeindigd", 2)) == 1


@pytest.mark.parametrize("role", [Role.CLIENT, Role.OPDRACHTGEVER])
def test_a_client_and_a_payer_end_their_own_too(bureau, role, django_capture_on_commit_callbacks):
    zus = make_member(bureau, "Zus", role)
    here, there = log_in(zus), log_in(zus)
    assert here.get(SESSIONS).content.decode().count("/uitloggen/") == 1
    ended(here, number_of(there), django_capture_on_commit_callbacks)
    assert there.get("/").headers["Location"].startswith("/account/inloggen/")


def test_the_operator_of_the_platform_ends_its_own(django_capture_on_commit_callbacks):
    here, there = operator(), browser_of(None)
    there.post("/account/inloggen/", {"login": "beheer@platform.test", "password": PASSWORD})
    ended(here, number_of(there), django_capture_on_commit_callbacks)
    assert there.get("/platform/").status_code == 302
    assert here.get("/platform/").status_code == 200


def test_the_session_of_another_is_not_there(bureau, cor, django_capture_on_commit_callbacks):
    alice = log_in(make_member(bureau, "Alice", Role.DIRECTIE))
    mine = log_in(cor)
    assert ended(alice, number_of(mine), django_capture_on_commit_callbacks).status_code == 404
    assert ended(alice, 0, django_capture_on_commit_callbacks).status_code == 404
    assert mine.get(HOME).status_code == 200


def test_ending_the_session_that_asks_is_logging_out(cor, django_capture_on_commit_callbacks):
    mine = log_in(cor)
    answer = mine.post(f"{SESSIONS}{number_of(mine)}/uitloggen/")
    assert answer.headers["Location"] == "/account/uitloggen/"
    assert mine.get(HOME).status_code == 200


def test_pressing_twice_ends_one_and_tells_no_more(bureau, cor, django_capture_on_commit_callbacks):
    laptop, telephone = log_in(cor), log_in(cor)
    number = number_of(telephone)
    ended(laptop, number, django_capture_on_commit_callbacks)
    assert ended(laptop, number, django_capture_on_commit_callbacks).status_code == 404
    assert acts(bureau).count(("sessie.beeindigd", 1)) == 1


def test_the_list_shows_only_what_still_opens_something_and_names_no_other_bureau(bureau, cor):
    other = make_member(make_bureau("werkid", "werkid"), "Cor", Role.COACH, email=cor.user.email)
    mine, old, there = log_in(cor), log_in(cor), log_in(other)
    let_pass(old, 31 * 60, "acted")
    page = mine.get(SESSIONS).content.decode()
    assert page.count("Ingelogd op") == 2
    assert page.count("Bij een ander bureau.") == 1
    assert "werkid" not in page.lower()
    assert there.get(HOME).status_code == 200


def test_the_list_costs_the_same_whatever_its_length(cor):
    mine = log_in(cor)
    mine.get(SESSIONS)
    few = len(queries_of(mine, SESSIONS))
    for _ in range(8):
        log_in(cor)
    mine.get(SESSIONS)
    assert len(queries_of(mine, SESSIONS)) == few <= 12


@pytest.mark.parametrize(
    ("said", "device"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox op Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit Version/17.0 Safari/604.1",
         "Safari op iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36", "Chrome op Android"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/120.0 Safari/537.36 Edg/120.0", "Edge op Windows"),
        ("<script>alert(1)</script>", "Onbekend apparaat"), ("", "Onbekend apparaat"),
    ],
)  # fmt: skip
def test_a_device_is_told_in_plain_words(said, device):
    assert device_of(said) == device


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_ending_a_session_on_a_telephone_and_on_a_desk(live_url, new_page, size, hashed_as_in_production):
    cor = make_member(make_bureau(), "Cor", Role.COACH)
    lost = log_in(cor)
    page = new_page(size)
    page.goto(live_url("javawest", "/account/inloggen/"))
    page.get_by_label("E-mailadres", exact=True).fill(cor.user.email)
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()
    page.wait_for_url(f"**{HOME}")
    page.goto(live_url("javawest", SESSIONS))
    check_page(page)
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"sessies-{size[0]}.png", full_page=True)
    page.get_by_role("button", name="Uitloggen: Onbekend apparaat").click()
    page.get_by_text("Onbekend apparaat is uitgelogd.").wait_for()
    assert lost.get(HOME).status_code == 302
