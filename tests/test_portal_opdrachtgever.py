"""The opdrachtgever's own screens: its trajecten, and what was released to it."""

from __future__ import annotations

import pytest

from bureaus.schema import StukKind
from bureaus.tenancy import in_bureau
from clients.models import AppointmentKind, Attendance, Client, OpdrachtgeverKind, Phase, Traject
from dossiers import actions
from journal.models import Line
from tests.support.people import acting, log_in, make_bureau
from tests.support.portal import (
    add_traject,
    in_force_with,
    make_case,
    many_trajecten,
    meet,
    plan_phases,
    queries_of,
    release,
    state,
    supplement,
    write,
)
from tests.support.words import without_tokens

pytestmark = pytest.mark.django_db


@pytest.fixture
def payer(vera):
    return log_in(vera.payer)


def text_of(answer) -> str:
    """Without the tokens of its forms, in which any short word may stand."""
    assert answer.status_code == 200, answer.status_code
    return " ".join(without_tokens(answer).split())


def page_of(case) -> str:
    return f"/opdracht/{case.traject.pk}/"


def released_report(case):
    stuk = write(case, "Voortgang tot mei", "Het gaat goed.", kind=StukKind.VOORTGANGSRAPPORTAGE)
    return stuk, release(case, stuk)


# -- its trajecten ---------------------------------------------------------------------------------------------------
@pytest.mark.article("javawest", "6.1")
def test_it_sees_its_own_trajecten_and_no_other(vera, payer):
    other = make_case(vera.bureau, "Willem")
    far = make_case(make_bureau("werkid", "werkid"), "Xander")
    page = text_of(payer.get("/opdracht/"))
    assert vera.client.listed_name in page
    assert "Willem" not in page
    assert text_of(payer.get(page_of(vera)))
    for case in (other, far):
        assert payer.get(page_of(case)).status_code == 404


def test_a_row_tells_phase_dates_attendance_and_hours(vera, payer):
    for attendance in (Attendance.PRESENT, Attendance.PRESENT, Attendance.EXCUSED, Attendance.ABSENT):
        meet(vera, attendance)
    meet(vera, Attendance.PLANNED, days=3, hours=None)
    page = text_of(payer.get("/opdracht/"))
    assert "2 aanwezig, 1 afgemeld, 1 niet verschenen" in page
    assert "6 van 41" in page
    assert "Begeleiding" in page
    assert 'datetime="2026-02-01"' in page
    assert vera.traject.ordernummer in page


def test_when_the_client_reads_its_own_dossier_is_not_the_opdrachtgevers_business(vera, payer):
    meet(vera, kind=AppointmentKind.INZAGE)
    page = text_of(payer.get(page_of(vera)))
    assert "Inzage" not in page
    assert "0 keer aanwezig" in page


def test_a_traject_shows_only_the_fields_of_the_reglement(vera, payer):
    plan_phases(vera)
    meet(vera)
    whole = text_of(payer.get(page_of(vera)))
    for shown in ("Dorpsweg 4", "Fasen van het traject", "Afgesproken begin", "Toegekend", "1 keer aanwezig"):
        assert shown in whole
    in_force_with(vera.bureau, opdrachtgever_view={"uwv": {"fields": ["phase"]}})
    bare = text_of(payer.get(page_of(vera)))
    assert "Fasen van het traject" in bare
    for hidden in ("Dorpsweg 4", "Berg", "Afgesproken begin", "Toegekend", "keer aanwezig", "<td>2026"):
        assert hidden not in bare
    table = text_of(payer.get("/opdracht/"))
    assert "Berg" not in table
    assert "aanwezig" not in table
    assert "van 41" not in table


def test_results_show_once_the_traject_has_ended(vera, payer):
    with in_bureau(vera.bureau):
        Traject.objects.filter(pk=vera.traject.pk).update(
            phase=Phase.ENDED, end_reason="doel", result="werk", traject_ended_on="2026-10-01"
        )
    page = text_of(payer.get(page_of(vera)))
    assert "betaald werk" in page
    assert "doel bereikt" in page
    in_force_with(vera.bureau, opdrachtgever_view={"uwv": {"fields": ["naw", "phase", "dates"]}})
    assert "betaald werk" not in text_of(payer.get(page_of(vera)))


def test_the_bsn_is_on_no_screen(vera, payer):
    from vault.actions import create_key

    with in_bureau(vera.bureau):
        create_key(subject_id=vera.client.pk)
        client = Client.objects.get(pk=vera.client.pk)
        client.bsn = "111222333"
        client.save()
    for path in ("/opdracht/", page_of(vera)):
        assert "111222333" not in text_of(payer.get(path))


def test_each_kind_of_opdrachtgever_opens_its_pages(javawest):
    for kind in OpdrachtgeverKind:
        case = make_case(javawest, kind.value.capitalize(), kind=kind)
        payer = log_in(case.payer)
        assert text_of(payer.get("/opdracht/"))
        assert text_of(payer.get(page_of(case)))


@pytest.mark.parametrize("path", ["/opdracht/", "/mijn/", "/mijn/dossier/", "/mijn/mensen/"])
def test_each_portal_is_for_its_own_people(vera, path):
    strangers = [vera.coach, vera.member] if path.startswith("/opdracht") else [vera.coach, vera.payer]
    for member in strangers:
        assert log_in(member).get(path).status_code == 404


# -- searching -------------------------------------------------------------------------------------------------------
def test_a_search_finds_by_name_and_order_and_is_journaled_without_its_words(vera, payer):
    with in_bureau(vera.bureau):
        second = Client.objects.create(first_name="Ömer", last_name="Çelik")
    add_traject(vera.bureau, second, vera.coach, vera.contact, ordernummer="XY-77")
    for asked in ("celik", "ÖMER", "xy-7"):
        page = text_of(payer.get("/opdracht/", {"q": asked}))
        assert "Çelik" in page
        assert "Vera" not in page
    with in_bureau(vera.bureau):
        lines = Line.objects.filter(act="opdrachten.gezocht")
        assert [line.facts for line in lines] == [{"found": 1}] * 3


def test_where_names_are_not_shown_they_can_not_be_searched(vera, payer):
    in_force_with(vera.bureau, opdrachtgever_view={"uwv": {"fields": ["phase"]}})
    assert "Niets gevonden" in text_of(payer.get("/opdracht/", {"q": "vera"}))


def test_filters_sift_by_phase_and_standing(vera, payer):
    assert "Vera" in text_of(payer.get("/opdracht/?fase=begeleiding&stand=lopend"))
    assert "Niets gevonden" in text_of(payer.get("/opdracht/?stand=afgerond"))
    assert "Niets gevonden" in text_of(payer.get("/opdracht/?fase=intake"))


@pytest.mark.parametrize("query", ["q=%00", "q=%25_%5C", "q='--", "fase=x&stand=%00", "pagina=-3", "q=" + "a" * 3000])
def test_strange_questions_break_nothing(vera, payer, query):
    assert payer.get(f"/opdracht/?{query}").status_code == 200
    assert payer.get(f"{page_of(vera)}?{query}&stukken=x").status_code == 200


# -- what was released -----------------------------------------------------------------------------------------------
@pytest.mark.article("javawest", "6.1")
def test_only_what_was_released_is_there(vera, payer):
    kept = write(vera, "Gesprek over thuis", "Niet voor de opdrachtgever.")
    stuk, _ = released_report(vera)
    page = text_of(payer.get(page_of(vera)))
    assert "Voortgang tot mei" in page
    assert "Gesprek over thuis" not in page
    assert "Het gaat goed." in text_of(payer.get(f"/opdracht/stukken/{stuk.pk}/"))
    assert payer.get(f"/opdracht/stukken/{kept.pk}/").status_code == 404


def test_what_was_withdrawn_is_gone(vera, payer):
    stuk, given = released_report(vera)
    with acting(vera.coach):
        actions.withdraw_release(release=given, by=vera.coach)
    assert payer.get(f"/opdracht/stukken/{stuk.pk}/").status_code == 404
    assert "Voortgang tot mei" not in text_of(payer.get(page_of(vera)))


def test_an_aanvulling_after_the_release_stays_inside(vera, payer):
    stuk, _ = released_report(vera)
    supplement(vera, stuk, "Later geschreven.")
    assert "Later geschreven." not in text_of(payer.get(f"/opdracht/stukken/{stuk.pk}/"))
    release(vera, stuk)
    assert "Later geschreven." in text_of(payer.get(f"/opdracht/stukken/{stuk.pk}/"))


@pytest.mark.article("javawest", "6.2")
def test_the_clients_statement_goes_along_with_the_stuk_that_it_is_about(vera, payer):
    stuk, _ = released_report(vera)
    said = state(vera, "Het ging anders", "Ik was ziek.", about=stuk)
    apart = state(vera, "Over alles", "Algemeen.")
    assert "Ik was ziek." in text_of(payer.get(f"/opdracht/stukken/{stuk.pk}/"))
    answer = payer.get(f"/opdracht/stukken/{said.pk}/")
    assert (answer.status_code, answer.url) == (302, f"/opdracht/stukken/{stuk.pk}/")
    assert payer.get(f"/opdracht/stukken/{apart.pk}/").status_code == 404


def test_reading_is_journaled_and_the_client_sees_it(vera, payer):
    stuk, _ = released_report(vera)
    payer.get(page_of(vera))
    payer.get(f"/opdracht/stukken/{stuk.pk}/")
    with in_bureau(vera.bureau):
        acts = set(Line.objects.filter(membership_id=vera.payer.pk).values_list("act", flat=True))
    assert {"opdracht.ingezien", "stuk.ingezien"} <= acts
    people = text_of(log_in(vera.member).get("/mijn/mensen/"))
    assert vera.payer.name in people[people.index("Wie keken in uw dossier?") :]


def test_hostile_words_are_shown_as_words(vera, payer):
    with in_bureau(vera.bureau):
        Client.objects.filter(pk=vera.client.pk).update(city="<script>x</script>")
        Traject.objects.filter(pk=vera.traject.pk).update(ordernummer="<script>y</script>")
    for path in ("/opdracht/", page_of(vera)):
        assert "<script>x" not in (page := text_of(payer.get(path)))
        assert "<script>y" not in page


# -- however much there is -------------------------------------------------------------------------------------------
def test_the_table_asks_at_most_12_queries_whatever_the_number_of_rows(vera, payer):
    many_trajecten(vera, 9)
    payer.get("/opdracht/")
    few = queries_of(payer, "/opdracht/")
    many_trajecten(vera, 990)
    many = queries_of(payer, "/opdracht/")
    assert len(many) <= 12, "\n".join(many)
    assert len(many) == len(few)
    assert "Bladzijde 1 van 40" in text_of(payer.get("/opdracht/"))


def test_a_traject_asks_at_most_12_queries(vera, payer):
    plan_phases(vera)
    for at in range(15):
        meet(vera)
        stuk = write(vera, f"Rapport {at}", "x", kind=StukKind.VOORTGANGSRAPPORTAGE)
        release(vera, stuk)
    payer.get("/opdracht/")
    asked = queries_of(payer, page_of(vera))
    assert len(asked) <= 12, "\n".join(asked)
    reading = queries_of(payer, f"/opdracht/stukken/{stuk.pk}/")
    assert len(reading) <= 12, "\n".join(reading)
