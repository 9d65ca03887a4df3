"""What can't be undone asks first who you are, and loses no word by asking."""

from __future__ import annotations

import pytest

from access.models import Invitation, Membership, Role
from bureaus.tenancy import in_bureau
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.people import PASSWORD, log_in, make_bureau, make_member
from tests.support.sessions import let_pass

pytestmark = pytest.mark.django_db
WHY = 'Uit dienst <per> 1 mei & "terug" in juni'


@pytest.fixture
def bureau():
    return make_bureau()


@pytest.fixture
def alice(bureau):
    return make_member(bureau, "Alice", Role.DIRECTIE)


@pytest.fixture
def bob(bureau):
    return make_member(bureau, "Bob", Role.COACH)


def path_of(bob) -> str:
    return f"/beheer/medewerkers/{bob.pk}/beeindigen/"


def works_here(member) -> bool:
    with in_bureau(member.bureau):
        return Membership.objects.all().active().filter(pk=member.pk).exists()


def test_who_logged_in_just_now_is_not_asked(alice, bob):
    assert log_in(alice).get(path_of(bob)).status_code == 200


def test_after_ten_minutes_the_page_asks_first_and_then_opens(alice, bob):
    client = log_in(alice)
    let_pass(client, 601)
    asked = client.get(path_of(bob) + "?een=1")
    assert asked.headers["Location"].startswith("/account/bevestigen/?next=")
    back = client.post(asked.headers["Location"], {"password": PASSWORD})
    assert (back.status_code, back.headers["Location"]) == (302, path_of(bob) + "?een=1")
    assert client.get(path_of(bob)).status_code == 200


def test_a_form_that_comes_too_late_carries_its_words_through_a_wrong_and_a_right_password(alice, bob):
    client = log_in(alice)
    let_pass(client, 601)
    for extra in ({}, {"bevestig-password": "niet dit wachtwoord"}):
        page = client.post(path_of(bob), {"reason": WHY, "csrfmiddlewaretoken": "x", "oud_password": "geheim"} | extra)
        assert page.status_code == 200
        assert ("reason", WHY) in page.context["kept"]
        assert {name for name, _ in page.context["kept"]} == {"reason"}
        assert works_here(bob)
    done = client.post(path_of(bob), {"reason": WHY, "bevestig-password": PASSWORD})
    assert done.status_code == 302
    assert not works_here(bob)


def test_guessing_there_is_stopped(alice, bob):
    client = log_in(alice)
    let_pass(client, 601)
    answers = [client.post(path_of(bob), {"bevestig-password": f"gok {n}"}).status_code for n in range(12)]
    assert answers[0] == 200
    assert answers[-1] == 429
    assert works_here(bob)


def test_another_role_is_refused_before_it_is_asked(alice, bob):
    client = log_in(bob)
    let_pass(client, 601)
    assert client.get(path_of(alice)).status_code == 403


def test_a_script_is_told_where_to_confirm(alice, bob):
    client = log_in(alice)
    let_pass(client, 601)
    answer = client.post(path_of(bob), {"reason": "x"}, headers={"X-Requested-With": "XMLHttpRequest"})
    assert answer.status_code == 401
    assert answer.headers["X-Login"].startswith("/account/bevestigen/")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_in_a_browser_what_was_typed_an_hour_ago_is_not_typed_again(alice, bob, live_url, new_page, size):
    page = new_page(size)
    page.goto(live_url("javawest", path_of(bob)))
    page.get_by_label("E-mailadres").fill(alice.user.email)
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()
    page.get_by_label("Reden").fill(WHY)
    let_pass(page, 601)
    page.get_by_role("button", name="Account beëindigen").click()
    page.get_by_role("heading", name="Bevestig dat u het bent").wait_for()
    check_page(page)
    assert works_here(bob)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Bevestigen en doorgaan").click()
    page.get_by_text("Het account van Bob opent hier niets meer.").wait_for()
    assert not works_here(bob)


def roles_of(member) -> list[str]:
    with in_bureau(member.bureau):
        return list(Membership.objects.get(pk=member.pk).roles)


def test_a_change_of_roles_asks_first_and_looking_does_not(alice, bob):
    client, path = log_in(alice), f"/beheer/medewerkers/{bob.pk}/"
    let_pass(client, 601)
    assert client.get(path).status_code == 200
    page = client.post(path, {"roles": ["coach", "directie"]})
    assert page.context["kept"] == [("roles", "coach"), ("roles", "directie")]
    assert roles_of(bob) == ["coach"]
    done = client.post(path, {"roles": ["coach", "directie"], "bevestig-password": PASSWORD})
    assert done.status_code == 302
    assert roles_of(bob) == ["coach", "directie"]


@pytest.mark.parametrize("role", [Role.DIRECTIE, Role.FG, Role.BEHEERDER])
def test_inviting_who_gets_power_asks_first(bureau, alice, role):
    client, sent = log_in(alice), {"email": "nieuw@javawest.test", "name": "Nieuw", "roles": ["coach", role.value]}
    let_pass(client, 601)
    page = client.post("/beheer/medewerkers/uitnodigen/", sent)
    assert ("email", "nieuw@javawest.test") in page.context["kept"]
    with in_bureau(bureau):
        assert not Invitation.objects.exists()
    client.post("/beheer/medewerkers/uitnodigen/", sent | {"bevestig-password": PASSWORD})
    with in_bureau(bureau):
        assert Invitation.objects.get().roles == sorted(["coach", role.value])


def test_inviting_a_coach_does_not_ask(bureau, alice):
    client = log_in(alice)
    let_pass(client, 601)
    client.post(
        "/beheer/medewerkers/uitnodigen/", {"email": "nieuw@javawest.test", "name": "Nieuw", "roles": ["coach"]}
    )
    with in_bureau(bureau):
        assert Invitation.objects.get().roles == ["coach"]
