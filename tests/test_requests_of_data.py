"""A correctie that is of no stuk: what the bureau keeps of the client besides, such as a date of birth (AVG 16)."""

from __future__ import annotations

import pytest

from access.models import Role
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from dossiers.actions import mark_read
from requests import clocks
from requests.actions import handling, receiving
from requests.models import Change, Decision, FollowUp, Kind, State, Step, Verzoek
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import make_case, state, write
from tests.support.verzoeken import entered, identified

pytestmark = pytest.mark.django_db
NEW = "/mijn/verzoeken/nieuw/"
WRONG, RIGHT = "Mijn geboortedatum klopt niet.", "3 mei 1980"


@pytest.fixture
def case():
    return make_case(make_bureau("pluspunt", "pluspunt"))


def said(**more):
    return {"change": "verbeteren", "words": WRONG, "proposed": RIGHT} | more


@pytest.mark.article("pluspunt", "4.3")
def test_the_client_says_in_the_portal_what_it_should_be(case):
    write(case, "Gesprek", "Over werk.")
    browser = log_in(case.member)
    assert "stuk=gegevens" in browser.get(f"{NEW}?soort=correctie").content.decode()
    page = f"{NEW}?soort=correctie&stuk=gegevens&dossier={case.dossier.number}"
    shown = browser.get(page).content.decode()
    assert "Het gaat over uw gegevens" in shown and "Afschermen" not in shown
    assert "Kies een van de drie." in browser.post(page, said(change="afschermen")).content.decode()
    assert "Over: uw gegevens" in browser.post(page, said()).content.decode()
    answer = browser.post(page, said(versturen="1"), follow=True)
    assert answer.status_code == 200 and "Over: uw gegevens" in answer.content.decode()
    with in_bureau(case.bureau):
        row = Verzoek.objects.get()
        assert (row.stuk_id, row.dossier_id, row.proposed, row.of_data) == (None, None, RIGHT, True)


@pytest.mark.article("werkid", "11.1")
def test_the_desk_takes_it_in_from_a_letter_and_holds_what_it_should_be(case):
    browser = log_in(case.coach)
    page = f"/verzoeken/nieuw/{case.client.pk}/?soort=correctie"
    assert "Geen stuk: gegevens zoals naam, adres of geboortedatum" in browser.get(page).content.decode()
    with in_bureau(case.bureau):
        day = clocks.today().isoformat()
    given = said(stuk="gegevens", channel="brief", received_on=day)
    empty = browser.post(page, given | {"proposed": ""}).content.decode()
    assert "Schrijf op wat er zou moeten staan." in empty
    shield = browser.post(page, given | {"change": "afschermen"}).content.decode()
    assert "Afschermen gaat per stuk." in shield
    answer = browser.post(page, given, follow=True)
    assert "de gegevens van" in answer.content.decode()


def test_without_a_stuk_and_without_saying_that_it_is_of_the_data_it_is_refused_as_before(case):
    with acting(case.coach), pytest.raises(RuleBroken, match="Kies het stuk") as refused:
        receiving.enter(
            client=case.client, kind=Kind.CORRECTIE, channel="brief", by=case.coach, received_on=clocks.today(),
            **said(),
        )  # fmt: skip
    assert refused.value.field == "stuk"


@pytest.mark.article("jmwerkt", "6.1.3")
def test_it_is_decided_and_who_changed_the_data_says_so_in_words(case):
    state(case, "Mijn verhaal", "Over iets anders.")
    row = entered(case, Kind.CORRECTIE, stuk=None, of_data=True, words=WRONG, proposed=RIGHT)
    with in_bureau(case.bureau):
        Verzoek.objects.filter(pk=row.pk).update(handler=case.coach)
        row = Verzoek.objects.select_related("handler").get(pk=row.pk)
    identified(row, by=case.coach)
    browser = log_in(case.coach)
    assert RIGHT in browser.get(f"/verzoeken/{row.pk}/besluit/").content.decode()
    with acting(case.coach):
        handling.decide(verzoek=row, decision=Decision.GRANTED, by=case.coach)
        assert FollowUp.objects.filter(verzoek=row, kind=FollowUp.Kind.EXECUTE).count() == 1
    assert "Pas de gegevens aan waar ze staan" in browser.get(f"/verzoeken/{row.pk}/").content.decode()
    with acting(case.coach):
        with pytest.raises(RuleBroken, match="Schrijf op wat er is gedaan"):
            handling.carry_out(verzoek=row, by=case.coach)
        handling.carry_out(verzoek=row, words="Geboortedatum aangepast.", by=case.coach)
        assert Step.objects.get(verzoek=row, kind=Step.Kind.EXECUTED).note == "Geboortedatum aangepast."
        assert handling.close(verzoek=row, by=case.coach).state == State.CLOSED


def test_after_a_refusal_nothing_is_said_about_a_stuk(case):
    row = entered(case, Kind.CORRECTIE, stuk=None, of_data=True, change=Change.ADD, words=WRONG, proposed=RIGHT)
    with in_bureau(case.bureau):
        Verzoek.objects.filter(pk=row.pk).update(
            handler=case.coach, identity="gezien", identity_at=row.entered_at, decision=Decision.REFUSED,
            decided_at=row.entered_at, state=State.DECIDED, reason_code="x",
        )  # fmt: skip
    assert "eigen verklaring" not in log_in(case.coach).get(f"/verzoeken/{row.pk}/").content.decode()
    assert "Ik wil er iets bij zetten" not in log_in(case.member).get(f"/mijn/verzoeken/{row.pk}/").content.decode()


@pytest.mark.article("werkid", "11.1")
def test_of_the_data_too_it_comes_after_inzage_where_the_reglement_says_so():
    case = make_case(make_bureau("werkid", "werkid"))
    stuk = write(case, "Gesprek", "Over werk.")
    ada = make_member(case.bureau, "Ada", Role.ADMINISTRATIE)
    asked = {"stuk": None, "of_data": True, "words": WRONG, "proposed": RIGHT, "by": ada}
    with pytest.raises(RuleBroken, match="Eerst inzage"):
        entered(case, Kind.CORRECTIE, **asked)
    with acting(case.member):
        mark_read(stuk=stuk, by=case.member)
    assert entered(case, Kind.CORRECTIE, **asked).of_data
