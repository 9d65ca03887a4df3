"""The aanmelding in steps, in a browser of Django's."""

from __future__ import annotations

import re
from html import unescape

import pytest

from bureaus.tenancy import in_bureau
from clients.models import Client, Opdrachtgever, Traject
from journal.models import Line
from tests.support.clients import registered
from tests.support.people import acting, log_in, make_bureau, make_member

BSN = "111222333"
URL = "/clienten/aanmelden/"
WHO = {"wie-last_name": "Berg", "wie-first_name": "Jan", "wie-birth_date": "1980-05-03"}


@pytest.fixture
def bureau(db):
    return make_bureau()


@pytest.fixture
def coach(bureau):
    return make_member(bureau, "Anna", "coach")


@pytest.fixture
def other(bureau):
    return make_member(bureau, "Bas", "coach")


class Form:
    """A page's form: sends back what the page holds, with what is typed."""

    def __init__(self, member, query=""):
        self.browser = log_in(member)
        self.page = self.browser.get(URL + query).content.decode()

    def fields(self):
        found = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', self.page))
        found |= dict(re.findall(r'<input type="text" name="([^"]+)" value="([^"]*)"', self.page))
        return {name: unescape(value) for name, value in found.items()}

    def send(self, go="verder", **typed):
        self.answer = self.browser.post(URL, self.fields() | typed | {"ga": go})
        self.page = self.answer.content.decode()
        return self

    @property
    def step(self):
        return self.fields()["stap"]


def order(coach, **changes):
    return {
        "opdracht-new_kind": "uwv", "opdracht-new_name": "UWV Groningen", "opdracht-kind": "werkfit",
        "opdracht-registered_on": "2026-01-05", "opdracht-ordernummer": "O-1",
    } | changes  # fmt: skip


def agreed(coach, **changes):
    return {
        "begeleiding-handler": str(coach.pk), "begeleiding-agreed_start": "2026-01-12",
        "begeleiding-planned_end": "2026-07-12", "begeleiding-hours_granted": "40,5",
    } | changes  # fmt: skip


def test_four_steps_make_a_traject_once(coach):
    form = Form(coach).send(**WHO, **{"wie-bsn": BSN})
    assert form.step == "opdracht"
    form.send(**order(coach))
    assert form.step == "begeleiding"
    form.send(**agreed(coach))
    assert form.step == "controle"
    assert "•••••2333" in form.page
    assert "3 mei 1980" in form.page
    last = form.fields()
    form.send()
    assert form.answer.status_code == 302
    again = form.browser.post(URL, last | {"ga": "verder"})
    assert again.url == form.answer.url
    with acting(coach):
        traject = Traject.objects.select_related("client").get()
        assert form.answer.url == f"/trajecten/{traject.pk}/"
        assert (traject.client.bsn, str(traject.hours_granted), traject.ordernummer) == (BSN, "40.50", "O-1")
    assert "Berg" not in str(dict(form.browser.session)), "no personal data in the session"
    assert "Berg" not in str(form.browser.cookies)


def test_back_keeps_all_that_was_typed_even_what_is_wrong(coach):
    form = Form(coach).send(**WHO)
    form.send(go="terug", **order(coach, **{"opdracht-registered_on": "geen datum"}))
    assert form.step == "wie"
    assert 'value="Berg"' in form.page
    assert "Dit klopt nog niet" not in form.page
    form.send()
    assert form.step == "opdracht"
    assert 'value="geen datum"' in form.page
    assert 'value="O-1"' in form.page


def test_each_step_tells_what_is_wrong_and_stays(coach):
    form = Form(coach).send(**WHO | {"wie-last_name": "x" * 300, "wie-city": "Veendam"})
    assert form.step == "wie"
    assert "ten hoogste 120 tekens" in form.page
    assert 'value="Veendam"' in form.page
    form.send(**WHO).send(**order(coach, **{"opdracht-kind": ""}))
    assert form.step == "opdracht"
    form.send(**order(coach)).send(**agreed(coach, **{"begeleiding-planned_end": "2025-01-01"}))
    assert form.step == "begeleiding"
    assert "Het einde ligt voor het begin" in form.page


def test_hidden_fields_are_checked_again_at_the_end(coach):
    form = Form(coach).send(**WHO).send(**order(coach)).send(**agreed(coach))
    form.send(**{"wie-last_name": "", "opdracht-kind": "onzin"})
    assert form.step == "wie"
    with acting(coach):
        assert not Client.objects.exists()


@pytest.mark.parametrize("stap", ["", "onzin", "controle", "\x00"])
def test_a_form_of_nonsense_begins_at_the_beginning(coach, stap):
    answer = log_in(coach).post(URL, {"stap": stap, "token": "x", "ga": "verder", "bekend": ""})
    assert answer.status_code == 200
    assert 'name="stap" value="wie"' in answer.content.decode()


@pytest.mark.article("pluspunt", "3.4")
def test_the_statement_of_the_opdrachtgever_is_asked_where_the_reglement_does(db):
    coach = make_member(make_bureau("pluspunt", "pluspunt"), "Anna", "coach")
    form = Form(coach).send(**WHO).send(**order(coach))
    assert form.step == "opdracht"
    assert "kan de aanmelding nog niet door" in form.page
    form.send(**order(coach, **{"opdracht-consent_stated": "on"}))
    assert form.step == "begeleiding"


def test_a_person_who_is_known_is_asked_about_and_can_be_chosen(coach):
    client = registered(coach, "BERG", first_name="J.", birth_date="1980-05-03").client
    form = Form(coach).send(**WHO)
    assert form.step == "dubbel"
    assert "geboren 03-05-1980" in form.page
    form.send()
    assert form.step == "dubbel", "a choice is asked"
    form.send(**{"dubbel-client": str(client.pk)})
    assert form.step == "opdracht"
    form.send(**{"opdracht-opdrachtgever": str(payer(coach).pk)}, **bare(coach))
    form.send(**agreed(coach)).send()
    assert form.answer.status_code == 302
    with acting(coach):
        assert Client.objects.count() == 1
        assert client.trajecten.count() == 2


def bare(coach):
    return {key: value for key, value in order(coach).items() if "new_" not in key}


def payer(coach):
    with acting(coach):
        return Opdrachtgever.objects.get()


def test_someone_else_of_the_same_name_is_a_client_of_their_own(coach):
    registered(coach, "Berg", birth_date="1980-05-03")
    form = Form(coach).send(**WHO).send(**{"dubbel-client": "nieuw"})
    form.send(**{"opdracht-opdrachtgever": str(payer(coach).pk)}, **bare(coach))
    form.send(**agreed(coach)).send()
    assert form.answer.status_code == 302
    with acting(coach):
        assert Client.objects.count() == 2


def test_the_same_bsn_within_reach_is_the_same_person(coach):
    registered(coach, "Anders", bsn=BSN)
    form = Form(coach).send(**WHO, **{"wie-bsn": BSN})
    assert form.step == "dubbel"
    assert "iemand anders" not in form.page
    form.send(**{"dubbel-client": "nieuw"})
    assert form.step == "dubbel"


def test_out_of_reach_only_the_same_bsn_is_told_and_that_is_journaled(bureau, coach, other):
    registered(coach, "Berg", first_name="Jan", birth_date="1980-05-03", bsn=BSN)
    form = Form(other).send(**WHO)
    assert form.step == "opdracht", "the same name and birth date elsewhere is not told"
    form = Form(other).send(**WHO | {"wie-last_name": "Heel", "wie-bsn": BSN})
    assert form.step == "wie"
    assert "misschien al bekend bij het bureau" in form.page
    with in_bureau(bureau):
        line = Line.objects.get(act="bsn.herkend")
        assert (line.actor, line.result) == ("Bas", "geweigerd")


def test_a_choice_out_of_reach_is_no_choice(coach, other):
    registered(coach, "Berg", birth_date="1980-05-03")
    theirs = registered(other, "Berg", birth_date="1980-05-03").client
    form = Form(coach).send(**WHO).send(**{"dubbel-client": str(theirs.pk)})
    assert form.step == "dubbel"


def test_another_traject_begins_from_the_page_of_a_client(coach, other):
    client = registered(coach, "Berg").client
    form = Form(coach, f"?client={client.pk}")
    assert form.step == "opdracht"
    assert "al bekend is" in form.page
    form.send(**{"opdracht-opdrachtgever": str(payer(coach).pk)}, **bare(coach))
    form.send(**agreed(coach))
    assert form.step == "controle"
    form.send()
    with acting(coach):
        assert client.trajecten.count() == 2
    assert log_in(other).post(URL, {"stap": "opdracht", "bekend": str(client.pk)}).status_code == 404


def test_who_does_the_aanmelding_for_another_can_finish_it(db):
    bureau = make_bureau("werkid", "werkid")
    clerk, coach = make_member(bureau, "Carla", "administratie"), make_member(bureau, "Anna", "coach")
    form = Form(clerk).send(**WHO).send(**order(coach)).send(**agreed(coach)).send()
    with acting(coach):
        traject = Traject.objects.all().visible_to(coach.user).get()
    assert form.answer.url == f"/trajecten/{traject.pk}/"
    assert form.browser.get(form.answer.url).status_code == 200


def test_a_token_of_another_person_is_not_used(coach, other):
    form = Form(coach).send(**WHO).send(**order(coach)).send(**agreed(coach))
    stolen = form.fields() | {"begeleiding-handler": str(other.pk), "ga": "verder"}
    form.send()
    answer = log_in(other).post(URL, stolen)
    with acting(other):
        assert Traject.objects.count() == (2 if answer.status_code == 302 else 1)
    assert answer.status_code != 302 or answer.url != form.answer.url
