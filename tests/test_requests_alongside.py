"""Requests where one works: on the page of the client, and on the work list of who handles them."""

from __future__ import annotations

import re

import pytest

from access.models import Role
from bureaus.tenancy import in_bureau
from requests.actions.identity import ask_identity
from requests.models import Kind, State, Verzoek
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import make_case, queries_of
from tests.support.verzoeken import asked, entered

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return make_case(make_bureau())


def text_of(member, path: str) -> str:
    answer = log_in(member).get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_page_of_a_client_leads_to_a_new_request_and_shows_what_runs(case):
    page = f"/clienten/{case.client.pk}/"
    empty = text_of(case.coach, page)
    assert f"/verzoeken/nieuw/{case.client.pk}/" in empty and "Er loopt geen verzoek." in empty
    row = entered(case)
    assert f"Inzage {row.number}" in text_of(case.coach, page)
    with in_bureau(case.bureau):
        Verzoek.objects.filter(pk=row.pk).update(state=State.WITHDRAWN)
    assert row.number not in text_of(case.coach, page)


@pytest.mark.article("werkid", "15")
def test_who_is_complained_about_sees_no_complaint_there(case):
    row = asked(case, Kind.KLACHT, about_member=case.coach)
    boss = make_member(case.bureau, "Dora", Role.DIRECTIE)
    assert row.number in text_of(boss, f"/clienten/{case.client.pk}/")
    assert row.number not in text_of(case.coach, f"/clienten/{case.client.pk}/")


def waits_for(member) -> int:
    found = re.search(r"Wachten op u(?:</a>)?\s*<strong>(\d+)</strong>", text_of(member, "/werkvoorraad/"))
    return int(found[1])


def test_the_work_list_counts_what_waits_for_the_member_and_not_what_waits_for_another(case):
    row = entered(case)
    assert row.handler_id == case.coach.pk
    assert waits_for(case.coach) == 1
    here = text_of(case.coach, "/werkvoorraad/")
    assert "Er wacht een verzoek op u." in here and "Niets te doen" not in here
    assert row.number in text_of(case.coach, "/verzoeken/?toon=mijn")
    assert waits_for(make_member(case.bureau, "Dora", Role.DIRECTIE)) == 0
    with acting(case.coach):
        ask_identity(verzoek=row, by=case.coach)
    assert waits_for(case.coach) == 0
    with in_bureau(case.bureau):
        Verzoek.objects.filter(pk=row.pk).update(
            state=State.DECIDED, decision="toegewezen", decided_at=row.entered_at, identity_at=row.entered_at
        )
    assert waits_for(case.coach) == 1
    assert row.number in text_of(case.coach, "/verzoeken/?toon=mijn")


def test_many_requests_ask_no_more_of_the_database(case):
    browser, page = log_in(case.coach), f"/clienten/{case.client.pk}/"
    entered(case)
    browser.get(page)
    one = (len(queries_of(browser, page)), len(queries_of(browser, "/werkvoorraad/")))
    for kind in (Kind.AFSCHRIFT, Kind.BEPERKING, Kind.OVERDRACHT):
        entered(case, kind)
    assert (len(queries_of(browser, page)), len(queries_of(browser, "/werkvoorraad/"))) == one
    assert max(one) <= 12
