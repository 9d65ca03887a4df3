"""Ways around the door of a dossier that were tried: what may not be learnt or done, and what stays written."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from access import actions
from access.actions import emergency, resets, support
from access.models import DossierGrant, Membership, Role, User
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from clients.actions import NewTraject, register_client_and_traject
from clients.models import Traject
from clients.rules import Refused
from dossiers.actions import sync_grants
from journal.models import Line, Result
from tests.support.asking import UNKNOWN, allow, ask, make_house
from tests.support.people import PASSWORD, acting, browser_of, log_in, make_member

pytestmark = pytest.mark.django_db
WHY = "De lijst met trajecten laadt volgens het bureau niet goed."
EMERGENCY = "De cliënt is opgenomen en het ziekenhuis belt nu."
WRONG = "een heel ander wachtwoord"


@pytest.fixture
def house(db):
    return make_house()


def let_in(house, operator) -> Membership:
    """The platform's operator, without a dossier named."""
    request = support.ask_support(bureau=house.bureau, operator=operator, reason=WHY, hours=2)
    with acting(house.dora):
        visitor = support.let_in(request=request, hours=2, by=house.dora).asker
    assert visitor is not None
    return visitor


def refusals(house, act: str) -> list[tuple[str, str]]:
    with in_bureau(house.bureau):
        return list(Line.objects.filter(act=act, result=Result.REFUSED).values_list("reason", "object_id"))


# -- what may not be learnt ------------------------------------------------------------------------------------------
def test_directie_that_asks_does_not_read_on_its_own_request_whether_the_number_is_there(house):
    pages = []
    for number in (house.number, UNKNOWN):
        row = ask(house, by=house.dora, number=number)
        page = log_in(house.dora).get(reverse("access:asked", args=[row.pk])).content.decode()
        pages.append(page[page.index("<dl") : page.index("</dl>")].replace(number, "NUMBER"))
    assert pages[0] == pages[1]
    assert "Behandelaar" not in pages[0]


def test_who_has_to_sign_first_is_not_told_that_a_dossier_is_not_there(house):
    row = ask(house)
    browser = log_in(make_member(house.bureau, "Zoe", Role.DIRECTIE, signed=False))
    for page in (reverse("access:asked", args=[row.pk]), reverse("access:inbox")):
        answer = browser.get(page)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("access:declarations"))


# -- what may not be done --------------------------------------------------------------------------------------------
def test_what_directie_ends_has_ended_also_when_that_person_has_to_sign_first(house):
    row = allow(house, ask(house))
    browser = log_in(make_member(house.bureau, "Zoe", Role.DIRECTIE, signed=False))
    browser.post(reverse("access:stop_asking", args=[row.pk]))
    with in_bureau(house.bureau):
        assert not DossierGrant.objects.all().living().filter(pk=row.grant_id).exists()


def test_a_bureau_that_lets_the_platform_in_does_not_reset_its_second_step(house):
    visitor = let_in(house, actions.make_platform_operator(email="op@platform.test", password=PASSWORD))
    with acting(house.dora), pytest.raises(RuleBroken, match="van het platform"):
        resets.ask_reset(person=visitor, reason="telefoon kwijt", by=house.dora)


def test_an_operator_who_was_a_coach_here_is_let_in_to_no_dossier_of_that_time(house):
    coach = make_member(house.bureau, "Kees", Role.COACH)
    with in_bureau(house.bureau):
        Traject.objects.filter(pk=house.case.traject.pk).update(handler=coach)
        sync_grants(dossier=house.dossier, by=None)
    with acting(house.dora):
        actions.end_membership(membership=coach, by=house.dora, reason="uit dienst")
    visitor = let_in(house, actions.make_platform_operator(email=coach.user.email, password=PASSWORD))
    with in_bureau(house.bureau):
        assert visitor.pk == coach.pk
        assert not DossierGrant.objects.filter(group_id=visitor.private_group_id).exists()


def test_the_operator_looks_under_no_other_name(house):
    visitor = let_in(house, actions.make_platform_operator(email="op@platform.test", password=PASSWORD))
    answer = log_in(visitor).post(reverse("access:account"), {"name": "Alice Jansen"})
    assert "verandert niet" in answer.content.decode()
    with in_bureau(house.bureau):
        assert Membership.objects.get(pk=visitor.pk).name == "Ondersteuning (op@platform.test)"


def test_who_is_no_operator_any_more_is_not_let_in(house):
    operator = actions.make_platform_operator(email="op@platform.test", password=PASSWORD)
    request = support.ask_support(bureau=house.bureau, operator=operator, reason=WHY, hours=2)
    User.objects.filter(pk=operator.pk).update(is_platform_operator=False)
    with acting(house.dora), pytest.raises(RuleBroken, match="niet meer voor het platform"):
        support.let_in(request=request, hours=2, by=house.dora)
    with in_bureau(house.bureau):
        assert not Membership.objects.filter(user=operator).exists()


@pytest.mark.parametrize("how", ["left", "leads no more"])
def test_who_may_let_nobody_in_any_more_leaves_no_invitation_behind(house, how):
    """A second account for oneself, asked for on the last day."""
    with acting(house.dick):
        invitation = actions.invite(email="thuis@elders.test", name="Dick", roles=[Role.DIRECTIE], by=house.dick)
    with acting(house.dora):
        if how == "left":
            actions.end_membership(membership=house.dick, by=house.dora, reason="uit dienst")
        else:
            actions.change_roles(membership=house.dick, roles=[Role.COACH], by=house.dora)
    page = reverse("access:accept", args=[invitation.token])
    assert browser_of(house.bureau).post(page, {"password": PASSWORD}).status_code == 410
    assert refusals(house, "uitnodiging.geweigerd") == [("wie uitnodigde mag dat niet meer", str(invitation.pk))]


def test_who_was_let_in_to_read_does_not_become_the_clients_coach_by_another_traject(house):
    """As handler of a new traject one changes the client's data and reads the BSN, for as long as it runs."""
    allow(house, ask(house))
    order = NewTraject(
        kind="werkfit", handler=house.bob, registered_on=date(2026, 1, 5), consent_stated=True,
        new_kind="uwv", new_name="UWV Assen",
    )  # fmt: skip
    with acting(house.bob), pytest.raises(Refused, match="niet meer dan dat"):
        register_client_and_traject(token=uuid.uuid4(), client=house.case.client, order=order, by=house.bob)
    page = log_in(house.bob).get(reverse("clients:detail", args=[house.case.client.pk])).content.decode()
    assert "Nieuw traject" not in page
    with acting(house.case.coach):
        assert register_client_and_traject(
            token=uuid.uuid4(),
            client=house.case.client,
            by=house.case.coach,
            order=replace(order, handler=house.case.coach),
        )


# -- what stays written ----------------------------------------------------------------------------------------------
def test_the_page_of_the_client_is_among_what_was_looked_at_in_an_emergency(house):
    with acting(house.bob):
        opened = emergency.open_in_emergency(number=house.number, reason=EMERGENCY, by=house.bob)
    assert log_in(house.bob).get(reverse("clients:detail", args=[house.case.client.pk])).status_code == 200
    with in_bureau(house.bureau):
        assert [line.act for line in emergency.lines_of(opened)] == ["client.ingezien"]


def test_a_wrong_password_at_the_link_of_a_reset_is_written_down(house):
    with acting(house.dora):
        reset = resets.ask_reset(person=house.bob, reason="telefoon kwijt", by=house.dora)
    with acting(house.dick):
        token = resets.confirm_reset(reset=reset, by=house.dick).token
    assert browser_of(house.bureau).post(f"/account/herstel/{token}/", {"password": WRONG}).status_code == 200
    assert refusals(house, "reset.geweigerd") == [("wachtwoord", str(house.bob.pk))]


def test_a_wrong_password_at_the_link_of_an_invitation_is_written_down(house):
    with in_bureau(house.bureau):
        invitation = actions.invite(email=house.bob.user.email, name="Bob", roles=[Role.ADMINISTRATIE])
    page = reverse("access:accept", args=[invitation.token])
    assert browser_of(house.bureau).post(page, {"password": WRONG}).status_code == 200
    assert refusals(house, "uitnodiging.geweigerd") == [("wachtwoord", str(invitation.pk))]


def test_a_wrong_code_of_a_second_step_is_written_down_with_whose_it_is(house):
    with acting(house.bob):
        TOTP.activate(house.bob.user, generate_totp_secret())
    browser = browser_of(house.bureau)
    browser.post(reverse("account_login"), {"login": house.bob.user.email, "password": PASSWORD})
    assert browser.post(reverse("mfa_authenticate"), {"code": "geen code"}).status_code == 200
    assert refusals(house, "inloggen.geweigerd") == [("tweede stap", str(house.bob.user_id))]


def test_who_changes_their_name_leaves_both_names_in_the_log(house):
    """Who looked under another name is found: the client and the signals see the name of that moment."""
    log_in(house.bob).post(reverse("access:account"), {"name": "Dora"})
    with in_bureau(house.bureau):
        line = Line.objects.get(act="lidmaatschap.naam_gewijzigd")
        assert line.facts == {"before": "Bob", "after": "Dora"}
