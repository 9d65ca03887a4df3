"""Who objects or asked to restrict is on no list that leaves, by the request alone; then verzet is noted by kind."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from access.models import Role
from bureaus.tenancy import in_bureau
from consent.actions.consents import give
from consent.models import ExportKind
from requests.actions import handling, receiving
from requests.models import Decision, Kind, State, Verzoek
from tests.support.consents import answer
from tests.support.consents import asked as asked_consent
from tests.support.exported import ended, lines_of, made
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import in_force_with, make_case
from tests.support.verzoeken import asked, entered, identified

pytestmark = pytest.mark.django_db
GROUND = {
    Kind.BEZWAAR: "dwingende redenen van het bureau wegen zwaarder (AVG 21)",
    Kind.BEPERKING: "geen van de redenen van AVG 18 doet zich voor",
}  # fmt: skip
OFF = (Kind.BEZWAAR, Kind.BEPERKING)


@pytest.fixture
def diana():
    return make_member(make_bureau("pluspunt", "pluspunt"), "Diana", Role.DIRECTIE)


@pytest.fixture
def case(diana):
    """Somebody who asks something; another, who asks nothing, stays on every list."""
    ended(make_case(diana.bureau, "Wim"))
    vera = make_case(diana.bureau)
    ended(vera)
    return vera


def handled(case, kind):
    row = entered(case, kind)
    with in_bureau(case.bureau):
        Verzoek.objects.filter(pk=row.pk).update(handler=case.coach)
        row.refresh_from_db()
    return identified(row, by=case.coach)


def decided(case, kind, decision, *, until=State.DECIDED):
    row = handled(case, kind)
    no = {"reason_code": GROUND[kind], "reason": "Dat weegt zwaarder."} if decision != Decision.GRANTED else {}
    with acting(case.coach):
        row = handling.decide(verzoek=row, decision=decision, by=case.coach, **no)
        if until == State.CLOSED:
            if decision != Decision.REFUSED:
                handling.carry_out(verzoek=row, by=case.coach, words="Het gebruik is gestopt.")
            row = handling.close(verzoek=row, by=case.coach)
    assert row.state == until
    return row


def listed(case, diana, kind=ExportKind.NAW):
    """Whether the client stands on a list that is made now."""
    return str(case.client) in [line[0] for line in lines_of(made(diana, kind, again=True))]


@pytest.mark.article("pluspunt", "3.6")
@pytest.mark.parametrize("kind", OFF)
@pytest.mark.parametrize("take_in", [asked, entered])
def test_who_asks_is_on_no_list_from_the_moment_that_it_is_received(case, diana, kind, take_in):
    assert listed(case, diana)
    row = take_in(case, kind)
    assert not listed(case, diana)
    with acting(case.coach):
        receiving.withdraw(verzoek=row, by=case.coach)
    assert listed(case, diana)


@pytest.mark.parametrize("kind", OFF)
@pytest.mark.parametrize("until", [State.DECIDED, State.CLOSED])
def test_what_is_granted_keeps_them_off_and_goes_on_doing_so(case, diana, kind, until):
    decided(case, kind, Decision.GRANTED, until=until)
    assert not listed(case, diana)


def test_a_bezwaar_that_is_granted_in_part_keeps_them_off(case, diana):
    in_force_with(case.bureau, requests={"bezwaar_ends_at_once": False})
    decided(case, Kind.BEZWAAR, Decision.PARTLY)
    assert not listed(case, diana)


@pytest.mark.parametrize("kind", OFF)
@pytest.mark.parametrize("until", [State.DECIDED, State.CLOSED])
def test_what_is_refused_keeps_nobody_off(case, diana, kind, until):
    in_force_with(case.bureau, requests={"bezwaar_ends_at_once": False})
    decided(case, kind, Decision.REFUSED, until=until)
    assert listed(case, diana)


@pytest.mark.parametrize("kind", OFF)
def test_a_refusal_that_waits_for_a_second_look_keeps_them_off(case, diana, kind):
    in_force_with(case.bureau, requests={"bezwaar_ends_at_once": False, "refusal_seen_by_directie": True})
    decided(case, kind, Decision.REFUSED, until=State.SECOND_LOOK)
    assert not listed(case, diana)


def test_another_request_or_one_about_a_stuk_says_nothing_of_a_list(case, diana):
    asked(case, Kind.INZAGE)
    row = asked(case, Kind.BEPERKING)
    with in_bureau(case.bureau):
        Verzoek.objects.filter(pk=row.pk).update(stuk_id=uuid.uuid4())
    assert listed(case, diana)


@pytest.mark.parametrize("kind", OFF)
def test_a_request_of_one_keeps_nobody_else_off(case, diana, kind):
    other = make_case(case.bureau, "Xandra")
    asked(other, kind)
    assert listed(case, diana)


@pytest.mark.article("jmwerkt", "3.1.3")
def test_it_holds_where_they_said_yes_before():
    boss = make_member(make_bureau("jmwerkt", "jmwerkt"), "Diana", Role.DIRECTIE)
    vera, wim = make_case(boss.bureau), make_case(boss.bureau, "Wim")
    for one in (vera, wim):
        answer(one, give, asked_consent(one, "satisfaction_survey"))
    assert listed(vera, boss, ExportKind.SATISFACTION)
    asked(vera, Kind.BEPERKING)
    assert not listed(vera, boss, ExportKind.SATISFACTION)
    assert listed(wim, boss, ExportKind.SATISFACTION)


# -- its page ----------------------------------------------------------------------------------------------------------
def test_the_page_of_a_granted_bezwaar_leads_to_verzet_by_kind(case):
    row = handled(case, Kind.BEZWAAR)
    verzet, page = reverse("consent:optouts", args=[case.client.pk]), f"/verzoeken/{row.pk}/"
    browser = log_in(case.coach)
    assert verzet not in browser.get(page).content.decode()
    with acting(case.coach):
        handling.decide(verzoek=row, decision=Decision.GRANTED, by=case.coach)
    text = browser.get(page).content.decode()
    assert f'href="{verzet}"' in text
    assert "per soort" in text
    assert browser.get(verzet).status_code == 200


def test_a_granted_beperking_asks_no_verzet(case):
    row = decided(case, Kind.BEPERKING, Decision.GRANTED)
    assert "per soort" not in log_in(case.coach).get(f"/verzoeken/{row.pk}/").content.decode()


def test_who_may_note_no_verzet_is_not_led_there(case):
    row = decided(case, Kind.BEZWAAR, Decision.GRANTED)
    watcher = make_member(case.bureau, "Fenna", Role.FG)
    page = log_in(watcher).get(f"/verzoeken/{row.pk}/")
    assert page.status_code == 200
    assert reverse("consent:optouts", args=[case.client.pk]) not in page.content.decode()
