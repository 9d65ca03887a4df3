"""Someone who pays for themselves is a person: no other coach learns that they are known here (werkid 4)."""

from __future__ import annotations

import pytest

from access.models import Role
from bureaus.tenancy import in_bureau
from clients import actions
from clients.models import Opdrachtgever, OpdrachtgeverKind
from tests.support.clients import registered
from tests.support.people import acting, log_in, make_bureau, make_member

pytestmark = [pytest.mark.django_db, pytest.mark.article("werkid", "4")]
NAME = "P. de Zelfbetaler"


@pytest.fixture
def bureau():
    return make_bureau("werkid", "werkid")


@pytest.fixture
def coach(bureau):
    return make_member(bureau, "Alice", Role.COACH)


@pytest.fixture
def other(bureau):
    return make_member(bureau, "Bob", Role.COACH)


@pytest.fixture
def payer(coach):
    """Who pays for the traject that Alice has in hand."""
    traject = registered(coach)
    with in_bureau(coach.bureau):
        row = Opdrachtgever.objects.create(kind=OpdrachtgeverKind.PARTICULIER, name=NAME)
        traject.opdrachtgever = row
        traject.save()
    return row


def test_only_who_reaches_their_dossier_finds_them(coach, other, payer):
    alice, bob = log_in(coach), log_in(other)
    assert NAME in alice.get("/opdrachtgevers/").content.decode()
    assert alice.get(f"/opdrachtgevers/{payer.pk}/").status_code == 200
    for page in ("/opdrachtgevers/", "/opdrachtgevers/?naam=zelfbetaler"):
        assert NAME not in bob.get(page).content.decode()
    for page in ("", "wijzigen/", "contacten/nieuw/", "contracten/nieuw/"):
        assert bob.get(f"/opdrachtgevers/{payer.pk}/{page}").status_code == 404


def test_the_same_name_is_not_refused(other, payer):
    with acting(other):
        again = actions.save_opdrachtgever(kind=OpdrachtgeverKind.PARTICULIER, name=NAME, by=other)
    assert again.pk != payer.pk


def test_an_organisation_is_still_there_once(coach, other):
    registered(coach)
    answer = log_in(other).post("/opdrachtgevers/nieuw/", {"kind": "uwv", "name": "uwv groningen"})
    assert "staat al in de lijst" in answer.content.decode()


def test_a_particulier_is_added_with_the_aanmelding(coach):
    answer = log_in(coach).post("/opdrachtgevers/nieuw/", {"kind": "particulier", "name": NAME})
    assert "Kies uit de lijst." in answer.content.decode()
