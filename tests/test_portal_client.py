"""The client's own screens, through a real login."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from bureaus.schema import StukKind
from bureaus.tenancy import in_bureau
from clients.models import Attendance, Phase
from dossiers.models import ReadMark
from journal.models import Line
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import (
    add_traject,
    authorise,
    in_force_with,
    make_case,
    many_stukken,
    meet,
    queries_of,
    release,
    state,
    supplement,
    write,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal(vera):
    return log_in(vera.member)


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def without_token(answer) -> str:
    """Nor the seconds that the session has left."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|data-left="\d+"', "", answer.content.decode())


def acts(case) -> list[str]:
    with in_bureau(case.bureau):
        return list(Line.objects.filter(membership_id=case.member.pk).values_list("act", flat=True))


# -- what is new -----------------------------------------------------------------------------------------------------
@pytest.mark.article("javawest", "6.2")
def test_what_was_added_stands_in_the_feed_until_it_is_read(vera, portal):
    stuk = write(vera, "Kennismaking", "Wij spraken over de bakkerij.")
    assert "Kennismaking" in text_of(portal.get("/mijn/"))
    assert "Wij spraken over de bakkerij." in text_of(portal.get(f"/mijn/stukken/{stuk.pk}/"))
    home = text_of(portal.get("/mijn/"))
    assert "Kennismaking" not in home
    assert "Er is niets nieuws" in home


@pytest.mark.article("javawest", "6.2")
def test_what_was_supplemented_is_new_again(vera, portal):
    stuk = write(vera, "Kennismaking", "Eerst.")
    portal.get(f"/mijn/stukken/{stuk.pk}/")
    supplement(vera, stuk, "Later.")
    assert "Er is iets bij gekomen" in text_of(portal.get("/mijn/"))
    page = text_of(portal.get(f"/mijn/stukken/{stuk.pk}/"))
    assert page.index("Eerst.") < page.index("Later toegevoegd") < page.index("Later.")
    assert "Er is niets nieuws" in text_of(portal.get("/mijn/"))


def test_ones_own_statement_is_no_news(vera, portal):
    state(vera, "Mijn kant", "Zo was het.")
    assert "Er is niets nieuws" in text_of(portal.get("/mijn/"))


def test_a_read_mark_goes_up_to_the_version_that_was_read(vera, portal):
    stuk = write(vera, "Kennismaking", "Eerst.")
    portal.get(f"/mijn/stukken/{stuk.pk}/")
    supplement(vera, stuk, "Later.")
    portal.get(f"/mijn/stukken/{stuk.pk}/")
    portal.get(f"/mijn/stukken/{stuk.pk}/")
    with in_bureau(vera.bureau):
        assert list(ReadMark.objects.values_list("membership_id", "version")) == [(vera.member.pk, 2)]


def test_the_next_appointment_and_the_phase_are_told_in_plain_words(vera, portal):
    meet(vera, Attendance.PLANNED, days=9)
    meet(vera, Attendance.PLANNED, days=3)
    meet(vera, Attendance.CANCELLED, days=1)
    home = text_of(portal.get("/mijn/"))
    soon = timezone.localdate(timezone.now() + timedelta(days=3))
    assert f'datetime="{soon}' in home
    assert "U werkt aan uw plan" in home
    assert "Werkfit maken" in home


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase != Phase.ENDED])
def test_every_phase_has_a_sentence(javawest, phase):
    case = make_case(javawest, phase=phase)
    assert "Uw traject" in text_of(log_in(case.member).get("/mijn/"))


def test_someone_without_a_dossier_is_told_so(javawest):
    nobody = log_in(make_member(javawest, "Nieuw", "client"))
    for path in ("/mijn/", "/mijn/dossier/", "/mijn/verhaal/", "/mijn/mensen/"):
        assert "Zo bereikt u ons" in (page := text_of(nobody.get(path))) or "geen dossier" in page
    assert nobody.get("/mijn/verhaal/nieuw/").status_code == 404


# -- the dossier -----------------------------------------------------------------------------------------------------
def test_the_dossier_shows_everything_and_says_what_is_unread(vera, portal):
    read, unread = write(vera, "Gelezen", "a"), write(vera, "Ongelezen", "b")
    portal.get(f"/mijn/stukken/{read.pk}/")
    page = text_of(portal.get("/mijn/dossier/"))
    assert "Gelezen" in page
    assert str(unread.pk) in page
    assert page.count("#star") == 1


def test_of_several_trajecten_one_is_shown_and_another_can_be_chosen(vera, portal):
    write(vera, "In het eerste", "a")
    second = add_traject(vera.bureau, vera.client, vera.coach, vera.contact, registered_on="2026-06-01")
    assert "In het eerste" not in text_of(portal.get("/mijn/dossier/"))
    assert "In het eerste" in text_of(portal.get(f"/mijn/dossier/?dossier={vera.dossier.number}"))
    assert portal.get(f"/mijn/dossier/?dossier={second.dossier.number}").status_code == 200


@pytest.mark.article("werklokaal", "6b")
@pytest.mark.article("javawest", "6.1")
def test_a_stuk_says_who_wrote_it_when_and_why_it_is_kept(vera, portal):
    stuk = write(vera, "Kennismaking", "Tekst.")
    page = text_of(portal.get(f"/mijn/stukken/{stuk.pk}/"))
    assert f"Geschreven door {vera.coach.name}" in page
    assert stuk.purpose in page
    assert "Dit stuk komt van ons bureau" in page


def test_reading_is_journaled_without_content(vera, portal):
    stuk = write(vera, "Kennismaking", "Geheim woord.")
    portal.get("/mijn/dossier/")
    portal.get(f"/mijn/stukken/{stuk.pk}/")
    assert {"dossier.ingezien", "stuk.ingezien"} <= set(acts(vera))
    with in_bureau(vera.bureau):
        line = Line.objects.get(act="stuk.ingezien")
        assert line.dossier_number == vera.dossier.number
        assert line.facts == {"version": 1}


# -- what is not the client's ----------------------------------------------------------------------------------------
def test_another_clients_stuk_and_one_of_another_bureau_do_not_exist(vera, portal):
    other = make_case(vera.bureau, "Willem")
    far = make_case(make_bureau("werkid", "werkid"), "Xander")
    portal.get("/mijn/")
    missing = portal.get("/mijn/stukken/01980000-0000-7000-8000-000000000000/")
    assert missing.status_code == 404
    for case in (other, far):
        stuk = write(case, "Van een ander", "Niet voor u.")
        answer = portal.get(f"/mijn/stukken/{stuk.pk}/")
        assert (answer.status_code, without_token(answer)) == (404, without_token(missing))
        assert portal.get(f"/mijn/verhaal/nieuw/?over={stuk.pk}").status_code == 404
        assert portal.get(f"/mijn/dossier/?dossier={case.dossier.number}").status_code == 404


@pytest.mark.article("werkid", "10.4")
def test_a_concept_and_a_werkaantekening_do_not_exist(vera, portal):
    concept = write(vera, "Nog niet af", "x", final=False)
    note = write(vera, "Geheugensteun", "y", kind=StukKind.WERKAANTEKENING, final=False)
    for stuk in (concept, note):
        assert portal.get(f"/mijn/stukken/{stuk.pk}/").status_code == 404
    page = text_of(portal.get("/mijn/dossier/"))
    assert "Nog niet af" not in page
    assert "Geheugensteun" not in page


def test_what_is_restricted_to_the_coaches_is_open_to_the_client(vera, portal):
    stuk = write(vera, "Thuis", "Zorg voor moeder.", kind=StukKind.PERSOONLIJKE_OMSTANDIGHEDEN)
    page = text_of(portal.get(f"/mijn/stukken/{stuk.pk}/"))
    assert "Zorg voor moeder." in page
    assert "Alleen u en uw coach lezen dit" in page


@pytest.mark.parametrize(
    "path", ["/mijn/", "/mijn/dossier/", "/mijn/verhaal/", "/mijn/verhaal/nieuw/", "/mijn/mensen/"]
)
def test_the_portal_is_for_clients_alone(vera, path):
    for member in (vera.coach, vera.payer):
        assert log_in(member).get(path).status_code == 404


@pytest.mark.parametrize("query", ["?dossier=%00", "?dossier=%27", "?pagina=99999999999999999999", "?pagina=-1"])
def test_strange_addresses_break_nothing(vera, portal, query):
    for path in ("/mijn/", "/mijn/dossier/", "/mijn/verhaal/", "/mijn/mensen/"):
        assert portal.get(path + query).status_code in (200, 404)
    assert portal.get("/mijn/verhaal/nieuw/?over=%00x").status_code == 404


# -- people ----------------------------------------------------------------------------------------------------------
def test_the_client_sees_who_works_on_the_dossier_and_who_looked(vera, portal):
    stuk = write(vera, "Kennismaking", "x")
    with acting(vera.coach):
        from journal.actions import record

        record(act="stuk.ingezien", obj=stuk, dossier=vera.dossier)
    page = text_of(portal.get("/mijn/mensen/"))
    assert f'<strong>{vera.coach.name}</strong> <p class="entry-meta">uw coach' in page
    looked = page[page.index("Wie keken in uw dossier?") :]
    assert vera.coach.name in looked
    assert vera.member.name not in looked
    assert "Dorpsweg 4" in page


def test_where_the_reglement_does_not_show_who_looked_it_is_not_shown(vera, portal):
    in_force_with(vera.bureau, access={"client": {"sees_who_viewed": False}})
    assert "Wie keken in uw dossier?" not in text_of(portal.get("/mijn/mensen/"))


def test_the_client_sees_what_went_to_the_opdrachtgever(vera, portal):
    stuk = write(vera, "Plan van aanpak", "x", kind=StukKind.PLAN)
    release(vera, stuk)
    page = text_of(portal.get("/mijn/mensen/"))
    assert "Plan van aanpak" in page[page.index("Wat gaven wij aan") :]
    assert "Opdrachtgever uwv mag dit lezen sinds" in page


# -- who acts for the client -----------------------------------------------------------------------------------------
def test_a_gemachtigde_looks_along_and_sees_for_whom(vera):
    stuk = write(vera, "Kennismaking", "Tekst.")
    greet = log_in(authorise(vera))
    for path in ("/mijn/", "/mijn/dossier/", f"/mijn/stukken/{stuk.pk}/", "/mijn/verhaal/", "/mijn/mensen/"):
        assert f"U kijkt mee in het dossier van {vera.client}" in text_of(greet.get(path))
    with in_bureau(vera.bureau):
        assert ReadMark.objects.exclude(membership_id=vera.member.pk).count() == 1


def test_an_ended_machtiging_opens_nothing(vera):
    stuk = write(vera, "Kennismaking", "Tekst.")
    greet = log_in(authorise(vera, until=timezone.localdate() - timedelta(days=1)))
    for path in ("/mijn/dossier/", f"/mijn/stukken/{stuk.pk}/", "/mijn/verhaal/", "/mijn/mensen/"):
        assert greet.get(path).status_code == 404
    assert "geen dossier" in text_of(greet.get("/mijn/"))


# -- however much there is -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/mijn/", "/mijn/dossier/", "/mijn/verhaal/", "/mijn/mensen/"])
def test_a_page_asks_at_most_12_queries_whatever_the_number_of_rows(vera, portal, path):
    many_stukken(vera, 10)
    for at in range(3):
        state(vera, f"Verhaal {at}", f"Tekst {at}.")
    portal.get(path)
    few = queries_of(portal, path)
    many_stukken(vera, 990)
    for at in range(9):
        state(vera, f"Meer {at}", f"Meer {at}.")
    many = queries_of(portal, path)
    assert len(many) <= 12, "\n".join(many)
    assert len(many) <= len(few) + 1


def test_reading_a_stuk_asks_at_most_12_queries(vera, portal):
    stuk = write(vera, "Kennismaking", "Tekst.")
    for at in range(5):
        supplement(vera, stuk, f"Later {at}.")
        state(vera, f"Verhaal {at}", f"Tekst {at}.", about=stuk)
    portal.get("/mijn/")
    first = queries_of(portal, f"/mijn/stukken/{stuk.pk}/")
    assert len(first) <= 12, "\n".join(first)
