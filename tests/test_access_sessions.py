"""Sessions end after doing nothing and after a day's work, for each kind of member as the reglement says."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from django.utils import timezone

from access.models import Role
from access.sessions import sentence
from bureaus.actions import Adopter, adopt_reglement
from bureaus.presets import load
from bureaus.tenancy import in_bureau
from journal.models import Line
from tests.support.people import PASSWORD, browser_of, log_in, make_bureau, make_member, sign_all
from tests.support.sessions import let_pass, session_of
from tests.test_permissions import operator

pytestmark = pytest.mark.django_db
QUIET = {"X-Quiet": "1", "X-Requested-With": "XMLHttpRequest"}
# role, minutes without an act, hours whatever is done: what all five presets promise
PROMISED = pytest.mark.parametrize(
    ("role", "home", "minutes", "hours"),
    [
        (Role.COACH, "/werkvoorraad/", 30, 10), (Role.FG, "/werkvoorraad/", 30, 10),
        (Role.CLIENT, "/mijn/", 20, 4), (Role.GEMACHTIGDE, "/mijn/", 20, 4), (Role.OPDRACHTGEVER, "/opdracht/", 20, 8),
    ],
)  # fmt: skip


@pytest.fixture
def bureau():
    return make_bureau()


@pytest.fixture
def alice(bureau):
    return make_member(bureau, "Alice", Role.DIRECTIE)


@PROMISED
def test_doing_nothing_ends_a_session_and_says_why(bureau, role, home, minutes, hours):
    client = log_in(make_member(bureau, "Zus", role))
    let_pass(client, minutes * 60 - 5, "acted")
    assert client.get(home).status_code == 200
    let_pass(client, minutes * 60 + 1, "acted")
    answer = client.get(home)
    assert answer.headers["Location"] == f"/account/inloggen/?reden=inactief-{minutes}&next={home}"
    assert f"U was {minutes} minuten niet actief." in client.get(answer.headers["Location"]).content.decode()
    assert client.get(home).headers["Location"] == f"/account/inloggen/?next={home}"


@PROMISED
def test_an_end_comes_whatever_was_done(bureau, role, home, minutes, hours):
    client = log_in(make_member(bureau, "Zus", role))
    let_pass(client, hours * 3600 - 5, "began")
    assert client.get(home).status_code == 200
    let_pass(client, 6, "began")
    answer = client.get(home)
    assert answer.headers["Location"] == f"/account/inloggen/?reden=duur-{hours}&next={home}"
    assert f"U was {hours} uur ingelogd." in client.get(answer.headers["Location"]).content.decode()


def test_the_operator_of_the_platform_has_an_end_too():
    client = operator()
    let_pass(client, 30 * 60 + 1, "acted")
    assert client.get("/platform/").status_code != 200
    assert "_auth_user_id" not in client.session


def test_working_keeps_a_session_and_a_script_that_only_looks_does_not(alice):
    client = log_in(alice)
    for _ in range(3):
        let_pass(client, 25 * 60, "acted")
        assert client.get("/werkvoorraad/").status_code == 200
    for _ in range(2):
        let_pass(client, 14 * 60, "acted")
        assert client.get("/account/sessie/", headers=QUIET).status_code == 200
    let_pass(client, 3 * 60, "acted")
    answer = client.get("/account/sessie/", headers=QUIET | {"Referer": "http://javawest.localhost/clienten/"})
    assert answer.status_code == 401
    assert answer.headers["X-Login"] == "/account/inloggen/?next=%2Fclienten%2F&reden=inactief-30"


def test_saying_to_be_there_is_an_act(alice):
    client = log_in(alice)
    let_pass(client, 29 * 60, "acted")
    assert client.get("/account/sessie/", headers=QUIET).json()["left"] <= 60
    began = time.time()
    kept = client.post("/account/sessie/").json()
    took = time.time() - began
    assert 1800 - took - 1 < kept.pop("left") <= 1800
    assert kept == {"why": "inactief-30", "user": str(alice.user_id)}


def test_the_nearest_end_is_the_one_that_is_told(alice):
    client = log_in(alice)
    let_pass(client, 10 * 3600 - 90, "began")
    ends = session_of(client)["began"] + 10 * 3600
    before = time.time()
    told = client.get("/account/sessie/", headers=QUIET).json()
    assert told["why"] == "duur-10"
    assert ends - time.time() - 1 < told["left"] <= ends - before <= 90


def test_a_new_version_of_the_reglement_holds_within_five_minutes(bureau, alice):
    client = log_in(alice)
    today = timezone.localdate()
    rules = load("javawest").parameters | {"sessions": {"staff": {"idle_minutes": 5, "absolute_hours": 1}}}
    adopt_reglement(bureau=bureau, parameters=rules, adopted_on=today, in_force_from=today, by=Adopter(name="Test"))
    assert client.get("/account/sessie/").json()["why"] == "inactief-30"
    let_pass(client, 300, "limits_at")
    assert client.get("/account/sessie/").json()["why"] == "inactief-5"


def with_ends_per_role(bureau) -> None:
    """From today the beheerder has short ends, and the FG a long time to do nothing in; the others those of staff."""
    own = {"beheerder": {"idle_minutes": 5, "absolute_hours": 4}, "fg": {"idle_minutes": 60, "absolute_hours": 2}}
    rules = load("javawest").parameters | {"sessions": {"per_role": own}}
    today = timezone.localdate()
    adopt_reglement(bureau=bureau, parameters=rules, adopted_on=today, in_force_from=today, by=Adopter(name="Test"))


@pytest.mark.parametrize(
    ("roles", "limits"),
    [
        ([Role.BEHEERDER], (5, 4)), ([Role.FG], (60, 2)), ([Role.COACH], (30, 10)), ([Role.CLIENT], (20, 4)),
        ([Role.COACH, Role.FG], (30, 2)), ([Role.BEHEERDER, Role.DIRECTIE, Role.FG], (5, 2)),
    ],
)  # fmt: skip
def test_a_role_may_have_ends_of_its_own_and_of_more_roles_the_strictest_hold(bureau, roles, limits):
    with_ends_per_role(bureau)
    client = log_in(make_member(bureau, "Zus", *roles))
    assert tuple(session_of(client)["limits"]) == limits


def test_an_end_of_ones_own_role_ends_the_session(bureau):
    with_ends_per_role(bureau)
    client = log_in(make_member(bureau, "Bea", Role.BEHEERDER))
    let_pass(client, 5 * 60 + 1, "acted")
    assert client.get("/beheer/medewerkers/").headers["Location"].startswith("/account/inloggen/?reden=inactief-5")


def test_the_page_of_the_reglement_says_how_long_each_stays_logged_in(bureau, alice):
    shown = log_in(alice).get("/beheer/reglement/").content.decode()
    assert "30 minuten zonder iets te doen, ten hoogste 10 uur" in shown
    assert "Andere medewerkers" not in shown
    with_ends_per_role(bureau)
    with in_bureau(bureau):
        sign_all(alice)
    shown = log_in(alice).get("/beheer/reglement/").content.decode()
    for text in ("Beheerder", "5 minuten zonder iets te doen, ten hoogste 4 uur", "Andere medewerkers"):
        assert text in shown


def test_a_session_that_never_began_is_nobodys(alice):
    client = log_in(alice)
    session = session_of(client)
    del session["began"]
    session.save()
    assert client.get("/werkvoorraad/").status_code == 302


@pytest.mark.parametrize("why", ["", "inactief-0", "inactief-9999", "duur--1", "<b>-1", "inactief-30\n", "ander-5"])
def test_the_address_of_the_login_page_says_nothing_of_itself(bureau, why):
    assert sentence(why) == ""
    assert "U bent uitgelogd" not in browser_of(bureau).get("/account/inloggen/", {"reden": why}).content.decode()


def test_what_asks_again_and_again_says_that_it_is_no_act():
    """A page that polls would keep a session alive for ever."""
    polls = re.compile(r"<[^>]*hx-trigger=\"[^\"]*every [^>]*>")
    for path in Path("templates").rglob("*.html"):
        assert all("X-Quiet" in tag for tag in polls.findall(path.read_text())), path


# --- a stolen cookie ---------------------------------------------------------------------------------------------
def stolen(client, host="javawest.localhost"):
    """Another browser that sends the same cookie."""
    from django.test import Client

    copy = Client(headers={"host": host, "User-Agent": "thief"})
    copy.cookies.load({name: one.value for name, one in client.cookies.items()})
    return copy


def test_after_a_password_change_the_cookie_that_was_stolen_opens_nothing(bureau, alice):
    make_bureau("werkid", "werkid")
    mine, other = log_in(alice), log_in(alice)
    thieves = [stolen(mine), stolen(other)]
    assert [thief.get("/werkvoorraad/").status_code for thief in thieves] == [200, 200]
    new = "een heel andere lange zin om in te loggen"
    answer = mine.post("/account/wachtwoord/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert mine.get("/werkvoorraad/").status_code == 200
    for thief in (*thieves, stolen(other), other):
        assert thief.get("/werkvoorraad/").status_code == 302
        assert thief.get("/account/sessie/", headers=QUIET).status_code == 401
    assert refused(bureau) == 1  # the session of the other window; that of this one got a new key


def refused(bureau) -> int:
    with in_bureau(bureau):
        found: int = Line.objects.filter(act="sessie.geweigerd", result="geweigerd").count()
        return found


def test_a_stolen_cookie_sent_to_another_bureau_ends_the_session_that_it_is_of(alice):
    elsewhere = make_bureau("werkid", "werkid")
    mine = log_in(alice)
    assert stolen(mine, "werkid.localhost").get("/werkvoorraad/").status_code == 302
    assert mine.get("/werkvoorraad/").status_code == 302
    assert refused(elsewhere) == 1


def test_after_logging_out_the_cookie_opens_nothing(alice):
    mine = log_in(alice)
    thief = stolen(mine)
    mine.post("/account/uitloggen/")
    assert thief.get("/werkvoorraad/").status_code == 302
