"""The work list: what waits for whom, within reach, in few queries."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from access import actions as access
from access.models import Mail, Role
from bureaus.schema import StukKind
from bureaus.tenancy import in_bureau
from clients.models import Appointment, AppointmentKind, Attendance, Client, Phase, Traject
from dossiers import actions
from dossiers.models import Dossier, Draft, State, Stuk, StukVersion
from overviews import rules
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import add_traject, make_case, meet, queries_of, state, supplement, write
from tests.support.servers import DATABASE

pytestmark = pytest.mark.django_db
PAGE = "/werkvoorraad/"
TODAY = timezone.localdate


@pytest.fixture
def bureau():
    return make_bureau()


@pytest.fixture
def case(bureau):
    return make_case(bureau, "Vera", planned_end="2099-01-31")


def page_of(member, path: str = PAGE) -> str:
    answer = log_in(member).get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def shelf(text: str, slug: str) -> str:
    """The part of the page under one heading; '' where there is no such shelf."""
    start = text.find(f'aria-labelledby="{slug}"')
    return text[start : text.find("</section>", start)] if start >= 0 else ""


# -- nothing, and the words for it -------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", sorted({"coach", "administratie", "directie", "fg", "beheerder"}))
def test_who_has_nothing_to_do_is_told_so(bureau, role):
    assert "Niets te doen" in page_of(make_member(bureau, "Nel", role))


def test_it_is_the_first_page_of_who_works_here(case):
    assert log_in(case.coach).get("/").headers["Location"] == PAGE


@pytest.mark.parametrize("who", ["member", "payer"])
def test_a_client_and_an_opdrachtgever_have_no_work_list(case, who):
    assert log_in(getattr(case, who)).get(PAGE).status_code == 404


# -- contacts without a verslag ----------------------------------------------------------------------------------------
@pytest.mark.article("javawest", "4.2a")
def test_a_contact_of_days_ago_without_verslag_stands_on_the_coachs_list(case):
    held = meet(case, days=-8)
    found = shelf(page_of(case.coach), "contacten")
    assert str(case.client) in found
    # Eight times 24 hours: by the calendar one more or less, near midnight in the week in which the clock is moved.
    assert f"{(TODAY() - TODAY(held.starts_at)).days} dagen geleden" in found
    assert "Verslag schrijven" in found


@pytest.mark.article("javawest", "4.2a")
@pytest.mark.parametrize(
    ("attendance", "days"), [(Attendance.PRESENT, -1), (Attendance.ABSENT, -8), (Attendance.CANCELLED, -8)]
)
def test_a_contact_of_yesterday_or_that_was_not_held_does_not(case, attendance, days):
    meet(case, attendance, days=days)
    assert shelf(page_of(case.coach), "contacten") == ""


def test_one_press_begins_the_verslag_of_that_contact(case):
    held = meet(case, days=-8)
    answer = log_in(case.coach).post(
        f"/dossiers/{case.dossier.pk}/nieuw/", {"kind": "gespreksverslag", "appointment": str(held.pk)}
    )
    assert answer.status_code == 302
    with in_bureau(case.bureau):
        assert Stuk.objects.get().appointment_id == held.pk


def test_in_an_archived_dossier_there_is_nothing_to_press(case):
    meet(case, days=-8)
    with in_bureau(case.bureau):
        Dossier.objects.update(archived_at=timezone.now())
    found = shelf(page_of(case.coach), "contacten")
    assert str(case.client) in found
    assert "Verslag schrijven" not in found


# -- concepts ----------------------------------------------------------------------------------------------------------
@pytest.mark.article("werkid", "10.4")
def test_own_concepts_are_there_and_nobody_elses(case):
    write(case, "Half af", "…", final=False)
    assert "Half af" in shelf(page_of(case.coach), "concepten")
    dora = make_member(case.bureau, "Dora", Role.COACH, Role.DIRECTIE)
    with in_bureau(case.bureau):
        access.grant(dossier=case.dossier, to=dora, ground="tweede_coach")
    assert "Half af" not in page_of(dora)


def test_an_aanvulling_in_progress_is_a_concept_too(case):
    stuk = write(case, "Eerste gesprek", "Goed")
    with acting(case.coach):
        actions.start_aanvulling(stuk=stuk, by=case.coach)
    found = shelf(page_of(case.coach), "concepten")
    assert "anvulling op gespreksverslag" in found
    supplement_path = f"/stukken/{stuk.pk}/"
    assert supplement_path in found


def test_a_werkaantekening_does_not_wait(case):
    with acting(case.coach):
        actions.start_stuk(dossier=case.dossier, by=case.coach, kind=StukKind.WERKAANTEKENING)
    assert "Niets te doen" in page_of(case.coach)


def test_a_title_can_not_write_on_the_page(case):
    write(case, "<script>alert(1)</script>", "…", final=False)
    assert "<script>alert" not in page_of(case.coach)


# -- statements --------------------------------------------------------------------------------------------------------
@pytest.mark.article("javawest", "6.2")
def test_a_statement_of_the_client_waits_until_the_coach_has_opened_it(case):
    said = state(case, "Mijn kant", "Zo was het niet")
    assert str(case.client) in shelf(page_of(case.coach), "verklaringen")
    log_in(case.coach).get(f"/stukken/{said.pk}/")
    assert shelf(page_of(case.coach), "verklaringen") == ""


def test_a_statement_of_three_weeks_ago_waits_no_more(case):
    state(case, "Mijn kant", "Zo was het niet")
    with in_bureau(case.bureau):
        Stuk.objects.update(vastgesteld_at=timezone.now() - timedelta(days=21))
    assert shelf(page_of(case.coach), "verklaringen") == ""


def test_a_statement_in_a_traject_of_another_does_not_wait(case):
    state(case, "Mijn kant", "Zo was het niet")
    other = make_case(case.bureau, "Wim")
    assert shelf(page_of(other.coach), "verklaringen") == ""


# -- trajecten ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("days", "words"), [(12, "over 12 dagen"), (-3, "3 dagen voorbij"), (0, "vandaag")])
def test_a_traject_of_ones_own_that_ends_soon_or_should_have_ended(bureau, days, words):
    case = make_case(bureau, agreed_start="2020-01-01", planned_end=TODAY() + timedelta(days=days))
    assert words in shelf(page_of(case.coach), "einde")


@pytest.mark.parametrize(
    "more",
    [{"phase": Phase.ENDED, "end_reason": "doel", "traject_ended_on": "2026-01-31"}, {"planned_end": "2099-01-31"}],
)
def test_one_that_has_ended_or_lasts_long_is_not_there(bureau, more):
    values = {"agreed_start": "2020-01-01", "planned_end": TODAY()}
    case = make_case(bureau, **(values | more))
    assert shelf(page_of(case.coach), "einde") == ""


def test_administratie_sees_which_aanmeldingen_lack_something(bureau):
    nel = make_member(bureau, "Nel", Role.ADMINISTRATIE)
    case = make_case(bureau, agreed_start=None, ordernummer="")
    with in_bureau(bureau):
        Traject.objects.update(contact=None)
        access.grant(dossier=case.dossier, to=nel, ground="rol")
    found = shelf(page_of(nel), "aanmeldingen")
    assert "geen begindatum, contactpersoon en ordernummer" in found
    assert shelf(page_of(case.coach), "aanmeldingen") == ""


def test_out_of_reach_is_on_no_list(bureau):
    """A role alone opens nothing; the grant does."""
    with in_bureau(bureau):
        case = make_case(bureau, agreed_start=None, planned_end=TODAY())
    meet(case, days=-8)
    state(case, "Mijn kant", "Zo was het niet")
    stranger = make_member(bureau, "Stan", Role.COACH, Role.BEHEERDER)
    assert str(case.client) not in page_of(stranger)
    assert "Niets te doen" in page_of(stranger)


def test_another_bureau_sees_nothing(case):
    meet(case, days=-8)
    other = make_member(make_bureau("werkid", "werkid"), "Ver", Role.COACH)
    assert "Niets te doen" in page_of(other)


# -- the rail ----------------------------------------------------------------------------------------------------------
def test_the_coach_sees_todays_and_the_next_days_appointments(case):
    near, far = meet(case, Attendance.PLANNED, days=1), meet(case, Attendance.PLANNED, days=20)
    client = log_in(case.coach)
    answer = client.get(PAGE)
    assert [one.pk for one in answer.context["agenda"]] == [near.pk]
    assert far.pk != near.pk


def test_directie_and_beheerder_see_who_has_not_come_in_yet(bureau):
    dora = make_member(bureau, "Dora", Role.DIRECTIE)
    make_member(bureau, "Nooit", Role.COACH)
    with in_bureau(bureau):
        access.invite(email="nieuw@javawest.test", name="Nieuw", roles=[Role.COACH])
        Mail.objects.create(to="weg@weg.test", kind="x", once_key="x", status=Mail.Status.FAILED)
    answer = log_in(dora).get(PAGE)
    found = {figure.label: figure.value for figure in answer.context["figures"]}
    assert found == {
        "Uitgenodigd, nog niet binnen": 1,
        "Account, nooit ingelogd": 1,
        "Mails die niet aankwamen": 1,
        "Toegang geweigerd, laatste zeven dagen": 0,
    }


def test_the_fg_sees_how_often_access_was_refused(case):
    frank = make_member(case.bureau, "Frank", Role.FG)
    log_in(case.coach).get("/beheer/medewerkers/")
    answer = log_in(frank).get(PAGE)
    found = {figure.label: figure.value for figure in answer.context["figures"]}
    assert found["Toegang geweigerd, laatste zeven dagen"] == 1
    assert "Mails die niet aankwamen" not in found
    assert "/beheer/medewerkers/" not in answer.content.decode()


def test_figures_count_this_bureau_only(bureau):
    make_member(make_bureau("werkid", "werkid"), "Nooit", Role.COACH)
    dora = make_member(bureau, "Dora", Role.DIRECTIE)
    assert {figure.value for figure in log_in(dora).get(PAGE).context["figures"]} == {0}


# -- many --------------------------------------------------------------------------------------------------------------
ALL_OF_IT = (Role.COACH, Role.ADMINISTRATIE, Role.DIRECTIE, Role.FG, Role.BEHEERDER)


def fill(case, rows: int) -> None:
    """So many of everything that a work list can hold."""
    with in_bureau(case.bureau):
        for _ in range(min(rows, 20)):
            add_traject(case.bureau, case.client, case.coach, case.contact, agreed_start=None, planned_end=TODAY(),
                        ordernummer="")  # fmt: skip
        dossiers = list(Dossier.objects.select_related("traject"))
        moment = timezone.now() - timedelta(days=8)
        Appointment.objects.bulk_create([
            Appointment(traject=dossiers[at % len(dossiers)].traject, kind=AppointmentKind.TALK, coach=case.coach,
                        starts_at=moment, attendance=Attendance.PRESENT)
            for at in range(rows)
        ])  # fmt: skip
        common = {"purpose": "om te tellen", "date": TODAY(), "author_name": "x"}
        stukken = [
            Stuk(dossier=dossiers[at % len(dossiers)], kind=StukKind.GESPREKSVERSLAG, author=case.coach, **common)
            for at in range(rows)
        ]
        said = [
            Stuk(dossier=dossiers[at % len(dossiers)], kind=StukKind.EIGEN_VERKLARING, author=case.member,
                 herkomst="client", state=State.VASTGESTELD, vastgesteld_at=timezone.now(), version=1, **common)
            for at in range(rows)
        ]  # fmt: skip
        Stuk.objects.bulk_create([*stukken, *said])
        content = {"title": "Gesprek", "sections": []}
        Draft.objects.bulk_create([
            Draft(stuk=stuk, dossier=stuk.dossier, author=case.coach, content=content) for stuk in stukken
        ])  # fmt: skip
        StukVersion.objects.bulk_create([
            StukVersion(stuk=stuk, dossier=stuk.dossier, number=1, content=content, made_by=case.member)
            for stuk in said
        ])  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rows", [10, 1_000])
def test_it_asks_at_most_twelve_queries_of_who_has_every_role_and_answers_at_once(servers, bureau, rows):
    """Committed and analysed, as rows of a running bureau are: without figures PostgreSQL plans for an empty table."""
    case = make_case(bureau)
    with in_bureau(bureau):
        access.change_roles(membership=case.coach, roles=ALL_OF_IT)
    fill(case, rows)
    with servers.admin(DATABASE) as admin:
        admin.execute("ANALYZE")
    client = log_in(case.coach)
    client.get(PAGE)
    for path in (PAGE, f"{PAGE}contacten/", f"{PAGE}concepten/", f"{PAGE}verklaringen/?pagina=2", f"{PAGE}einde/"):
        began = time.monotonic()
        asked = queries_of(client, path)
        assert len(asked) <= 12, "\n".join(asked)
        assert time.monotonic() - began < 3, path


def test_a_long_shelf_has_a_page_of_its_own(case):
    for day in range(8, 40):
        meet(case, days=-day)
    text = page_of(case.coach)
    assert shelf(text, "contacten").count("dagen geleden") == 6
    assert f"{PAGE}contacten/" in text
    assert page_of(case.coach, f"{PAGE}contacten/").count("dagen geleden") == 25
    assert page_of(case.coach, f"{PAGE}contacten/?pagina=2").count("dagen geleden") == 7


@pytest.mark.parametrize("query", ["?pagina=0", "?pagina=x", "?pagina=99999999999999999999", "?pagina=%00"])
def test_a_page_that_does_not_exist_is_another_page(case, query):
    meet(case, days=-8)
    assert str(case.client) in page_of(case.coach, f"{PAGE}contacten/{query}")


def test_a_shelf_of_another_role_or_none_does_not_exist(case):
    client = log_in(case.coach)
    for slug in ("aanmeldingen", "niets", "titles"):
        assert client.get(f"{PAGE}{slug}/").status_code == 404


# -- the words ---------------------------------------------------------------------------------------------------------
def test_an_end_is_said_in_days():
    day = TODAY()
    said = [rules.end_words(day + timedelta(days=days), day) for days in (-2, -1, 0, 1, 2)]
    assert said == ["2 dagen voorbij", "1 dag voorbij", "vandaag", "over 1 dag", "over 2 dagen"]


def test_the_shelf_of_statements_speaks_the_bureaus_words():
    bureau = make_bureau("werklokaal", "werklokaal")
    case = make_case(bureau)
    state(case, "Mijn kant", "Zo was het niet")
    assert "Nieuw van uw klanten" in page_of(case.coach)


def test_a_client_of_every_name_is_shown_as_it_is_spoken(case):
    with in_bureau(case.bureau):
        Client.objects.filter(pk=case.client.pk).update(first_name="Ҫelik", last_name="<b>x</b>")
    meet(case, days=-8)
    assert "<b>x</b>" not in page_of(case.coach)


def test_what_is_vastgesteld_leaves_the_concepts(case):
    stuk = write(case, "Klaar", "Goed")
    supplement(case, stuk, "En nog iets")
    assert shelf(page_of(case.coach), "concepten") == ""
