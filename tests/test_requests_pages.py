"""The page of one request, and what is done from it."""

from __future__ import annotations

import pytest

from access.models import Role
from bureaus.tenancy import in_bureau
from requests import access, answer_views, handling_views, shown
from requests.models import Kind, State, Verzoek
from tests.support.people import acting, log_in, make_member
from tests.support.portal import queries_of
from tests.support.verzoeken import WORDS, asked, entered


def page_of(row) -> str:
    return f"/verzoeken/{row.pk}/"


def test_the_page_says_what_is_asked_and_by_when(javawest, vera):
    row = asked(vera, Kind.CORRECTIE)
    answer = log_in(vera.coach).get(page_of(row))
    text = answer.content.decode()
    assert answer.status_code == 200
    for part in (WORDS, "Ik was wel op tijd.", "Gesprek van maandag", "nog 28 dagen", row.number, "dit telt"):
        assert part in text, part


def test_the_page_asks_few_queries_whatever_happened(javawest, vera):
    row = asked(vera, Kind.CORRECTIE)
    client = log_in(vera.coach)
    for at in range(8):
        asked(vera, Kind.CORRECTIE, stuk=_stuk(row, vera), words=f"Nog eens {at}")
    assert len(queries_of(client, page_of(row))) <= 12


def _stuk(row, case):
    from dossiers.models import Stuk

    with in_bureau(case.bureau):
        return Stuk.objects.select_related("dossier").get(pk=row.stuk_id)


def test_the_desk_knows_who_asks_without_reading_the_stuk(javawest, vera):
    fg = make_member(javawest, "Fleur", Role.FG)
    row = asked(vera, Kind.CORRECTIE)
    text = log_in(fg).get(page_of(row)).content.decode()
    assert "Een stuk uit het dossier" in text
    assert "Gesprek van maandag" not in text
    assert "Vastleggen wie het is" not in text


def test_identity_is_asked_and_shown_from_the_page(javawest, vera):
    row, client = entered(vera), log_in(vera.coach)
    assert "Nog niet duidelijk wie dit vraagt" in client.get(page_of(row)).content.decode()
    assert client.post(f"{page_of(row)}wie-vraagt-het/").status_code == 302
    assert "De termijn staat stil" in client.get(page_of(row)).content.decode()
    answer = client.post(f"{page_of(row)}identiteit/", {"how": "overgeslagen", "reason": ""})
    assert answer.status_code == 200
    assert client.post(f"{page_of(row)}identiteit/", {"how": "gezien"}).status_code == 302
    assert "Identiteitsbewijs gezien" in client.get(page_of(row)).content.decode()


def test_a_request_is_withdrawn_on_a_page_that_says_what_happens(javawest, vera):
    row, client = asked(vera), log_in(vera.coach)
    assert "niet terugdraaien" in client.get(f"{page_of(row)}intrekken/").content.decode()
    assert client.post(f"{page_of(row)}intrekken/").status_code == 302
    with in_bureau(javawest):
        assert Verzoek.objects.get(pk=row.pk).state == State.WITHDRAWN
    again = client.post(f"{page_of(row)}intrekken/", follow=True)
    assert again.status_code == 200


@pytest.mark.parametrize("part", ["wie-vraagt-het/", "identiteit/", "verlengen/", "intrekken/"])
def test_who_only_looks_finds_no_acts(javawest, vera, part):
    row = asked(vera)
    fg, stranger = make_member(javawest, "Fleur", Role.FG), make_member(javawest, "Bob", Role.COACH)
    assert log_in(fg).get(page_of(row) + part).status_code == 403
    assert log_in(stranger).get(page_of(row) + part).status_code == 404


def test_the_parts_of_the_page_do_not_take_each_others_words(javawest, vera):
    """Each part brings what it shows under names of its own."""
    row = asked(vera, Kind.CORRECTIE)
    with acting(vera.coach):
        found = access.request_of(vera.coach, row.pk)
        parts = [shown.page(vera.coach, found), handling_views.context(vera.coach, found)]
        parts.append(answer_views.context(vera.coach, found))
    names = [name for part in parts for name in part if name != "verzoek"]
    assert sorted(names) == sorted(set(names))
