"""Lists that leave the bureau: only who may stand on them, what is written down of it, and verzet."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import given as drawn
from hypothesis import strategies as st
from openpyxl import load_workbook

from access.models import Role
from access.rules import RuleBroken
from bureaus import tables
from bureaus.tenancy import in_bureau
from clients.models import Client, ContactPerson
from consent.actions.consents import withdraw
from consent.actions.optouts import opt_in, opt_out
from consent.actions.research import Question, ask_research, decide_research
from consent.export_rules import HIDDEN, LEAST, Shown, age_band, duration_band, in_groups
from consent.models import ConsentExport, ExportedClient, ExportFormat, ExportKind, OptOut, OptOutKind
from journal.models import Line, Result
from tests.support.consent_rows import given_row
from tests.support.consents import answer, asked, given, refuse
from tests.support.exported import DAY, PERIOD, ended, lines_of, made
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import Case, add_traject, authorise, make_case, queries_of
from vault.actions import create_key

pytestmark = pytest.mark.django_db
SURVEY = "satisfaction_survey"
ALL = "/registers/uitvoer/"
SENT = {"receiver": "Blik op Werk", "format": "csv", **{name: str(day) for name, day in PERIOD.items()}}


def house(slug: str) -> tuple[Case, object]:
    case = make_case(make_bureau(slug, slug))
    return case, make_member(case.bureau, "Diana", Role.DIRECTIE)


def names(one) -> list[str]:
    return [line[0] for line in lines_of(one)]


def refused(act: str, bureau) -> int:
    with in_bureau(bureau):
        return Line.objects.filter(act=act, result=Result.REFUSED).count()


# -- the lists ---------------------------------------------------------------------------------------------------------
@pytest.mark.article("javawest", "8")
def test_the_survey_of_blik_op_werk_holds_contact_fields_of_who_ended_in_the_period_and_nothing_else():
    case, diana = house("javawest")
    running, before = make_case(case.bureau, "Wim"), make_case(case.bureau, "Xandra")
    against = make_case(case.bureau, "Yves")
    ended(case)
    ended(before, PERIOD["starts_on"] - timedelta(days=1))
    ended(against)
    with acting(against.member):
        opt_out(client=against.client, kind=OptOutKind.SURVEYS, by=against.member)
    done = made(diana, ExportKind.SURVEY)
    client = case.client
    assert lines_of(done) == [[str(client), client.street, client.postcode, client.city, client.phone, client.email]]
    assert running.client.last_name not in done.content.decode()
    assert done.row.article == "javawest 8"
    assert done.row.sha256 == hashlib.sha256(done.content).hexdigest()
    with in_bureau(case.bureau):
        line = Line.objects.get(act="uitvoer.gemaakt")
        (told,) = ExportedClient.objects.all()
    assert (line.facts["count"], line.facts["sha256"]) == (1, done.row.sha256)
    assert client.last_name not in str(line.facts)
    assert (told.client_id, told.export, told.receiver) == (client.pk, done.row.pk, "Onderzoeker")


@pytest.mark.article("jmwerkt", "3.1.3")
def test_the_satisfaction_survey_holds_who_said_yes_and_a_withdrawal_drops_them_from_the_next():
    case, diana = house("jmwerkt")
    no, silent = make_case(case.bureau, "Wim"), make_case(case.bureau, "Xandra")
    yes = given(case, SURVEY)
    answer(no, refuse, asked(no, SURVEY))
    asked(silent, SURVEY)
    assert names(made(diana, ExportKind.SATISFACTION)) == [str(case.client)]
    answer(case, withdraw, yes)
    with pytest.raises(RuleBroken, match="niemand"):
        made(diana, ExportKind.SATISFACTION, again=True)
    assert refused("uitvoer.gemaakt", case.bureau) == 1


def test_what_has_ended_is_no_ground():
    case, diana = house("jmwerkt")
    with in_bureau(case.bureau):
        create_key(subject_id=case.client.pk)
        # By hand: these words have no term of their own.
        given_row(case.client, "T2026-0099", SURVEY, ends_on=timezone.localdate())
    with pytest.raises(RuleBroken, match="niemand"):
        made(diana, ExportKind.SATISFACTION)


@pytest.mark.article("pluspunt", "3.6")
@pytest.mark.article("pluspunt", "3.3")
@pytest.mark.parametrize("kind", [OptOutKind.NAW, OptOutKind.MARKETING])
def test_names_and_addresses_go_out_unless_there_is_verzet(kind):
    case, diana = house("pluspunt")
    against = make_case(case.bureau, "Wim")
    with acting(against.coach):
        opt_out(client=against.client, kind=kind, by=against.coach, how="brief")
    client = case.client
    with in_bureau(case.bureau):
        ContactPerson.objects.create(client=client, name="Zus Anders", relation="zus", given_by_client=True)
    done = made(diana, ExportKind.NAW)
    assert lines_of(done) == [[str(client), client.street, client.postcode, client.city]]
    assert "Anders" not in done.content.decode()
    with acting(against.member):
        opt_in(client=against.client, kind=kind, by=against.member)
    assert len(lines_of(made(diana, ExportKind.NAW, again=True))) == 2


@pytest.mark.parametrize(
    ("slug", "kind"),
    [("werklokaal", ExportKind.SURVEY), ("javawest", ExportKind.NAW), ("javawest", ExportKind.SATISFACTION)],
)
def test_what_the_reglement_does_not_know_does_not_leave_and_that_is_noted(slug, kind):
    case, diana = house(slug)
    ended(case)
    with pytest.raises(RuleBroken, match="reglement kent deze lijst niet"):
        made(diana, kind)
    assert refused("uitvoer.gemaakt", case.bureau) == 1
    page = log_in(diana).get(f"{ALL}{kind.value}/").content.decode()
    assert "reglement kent deze lijst niet" in page
    assert "Haal het bestand op" not in page


def test_a_second_time_names_the_first_and_asks_a_tick():
    case, diana = house("javawest")
    ended(case)
    browser, page = log_in(diana), f"{ALL}blik_op_werk/"
    first = browser.post(page, SENT)
    assert first["Content-Disposition"].startswith("attachment")
    assert str(case.client) in b"".join(first.streaming_content).decode()
    told = browser.post(page, SENT).content.decode()
    assert "Deze lijst is er al: Diana" in told
    assert 'name="again"' in told
    assert "checked" not in told.partition('name="again"')[2].partition(">")[0]
    unticked = browser.post(page, SENT | {"asked_again": "1"}).content.decode()
    assert "Deze lijst is er al" in unticked
    assert browser.post(page, SENT | {"asked_again": "1", "again": "on"})["Content-Disposition"]
    with in_bureau(case.bureau):
        assert [one.again for one in ConsentExport.objects.order_by("made_at")] == [False, True]
    assert refused("uitvoer.gemaakt", case.bureau) == 2
    assert "nog een keer" in browser.get(ALL).content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"receiver": ""}, "Vul in voor wie"),
        ({"receiver": "x" * 201}, "ten hoogste 200"),
        ({"starts_on": ""}, "eerste dag"),
        ({"starts_on": "2026-06-30", "ends_on": "2026-01-01"}, "Het einde ligt voor het begin"),
        ({"ends_on": "9999-12-31"}, "toekomst"),
        ({"format": "exe"}, "geldige keuze"),
        ({"starts_on": "2001-01-01", "ends_on": "2001-01-02"}, "Er is nu niemand"),
    ],
)
def test_what_is_sent_badly_is_told_beside_its_field_and_nothing_leaves(change, said):
    case, diana = house("javawest")
    ended(case)
    answered = log_in(diana).post(f"{ALL}blik_op_werk/", SENT | change)
    assert answered.status_code == 200
    assert said in answered.content.decode()
    with in_bureau(case.bureau):
        assert not ConsentExport.objects.exists()


def test_nobody_but_directie_makes_a_list():
    case, _ = house("javawest")
    ended(case)
    for role in (Role.ADMINISTRATIE, Role.FG, Role.COACH, Role.BEHEERDER):
        with pytest.raises(Exception, match="directie"):
            made(make_member(case.bureau, f"Other{role}", role), ExportKind.SURVEY)


def test_what_left_lies_fast():
    case, diana = house("javawest")
    ended(case)
    made(diana, ExportKind.SURVEY)
    with in_bureau(case.bureau), pytest.raises(DatabaseError), transaction.atomic():
        ConsentExport.objects.update(count=99)
    with in_bureau(case.bureau), pytest.raises(DatabaseError), transaction.atomic():
        ExportedClient.objects.update(receiver="iemand anders")


# -- the file ----------------------------------------------------------------------------------------------------------
HARMFUL = ["=1+1", "+31612345678", "-2", "@SUM(A1)", "\tx", "\rx", " =1", '=HYPERLINK("http://x")']


@pytest.mark.parametrize("text", HARMFUL)
def test_no_cell_is_a_formula_in_either_file(text):
    case, diana = house("javawest")
    ended(case)
    with in_bureau(case.bureau):
        Client.objects.filter(pk=case.client.pk).update(street=text, phone=text)
    csv = made(diana, ExportKind.SURVEY).content.decode("utf-8-sig")
    assert f"'{text.strip()[0]}" in csv or f"'{text[0]}" in csv or f"' {text.strip()[0]}" in csv
    done = made(diana, ExportKind.SURVEY, again=True, format=ExportFormat.XLSX)
    sheet = load_workbook(io.BytesIO(done.content)).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    # The type says that it is text: a number that somebody calls is as it was typed.
    assert sheet.cell(2, 5).value == text
    assert {cell.number_format for cell in cells} == {"@"}
    assert sheet.cell(2, 1).value == str(case.client)


@drawn(st.lists(st.lists(st.text(), min_size=1, max_size=4), max_size=5))
def test_whatever_stands_in_a_cell_the_workbook_opens_and_runs_nothing(rows):
    sheet = load_workbook(io.BytesIO(tables.workbook(rows, "Lijst"))).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} <= {"s"}


def test_the_page_says_what_csv_does_to_a_telephone_number():
    _, diana = house("pluspunt")
    assert "apostrof" not in log_in(diana).get(f"{ALL}naw/").content.decode()
    _, diana = house("javawest")
    assert "apostrof" in log_in(diana).get(f"{ALL}blik_op_werk/").content.decode()


# -- verzet ------------------------------------------------------------------------------------------------------------
@pytest.mark.article("jmwerkt", "7")
def test_verzet_in_the_portal_is_at_once_without_a_reason_and_taken_back_as_easily():
    case, _ = house("jmwerkt")
    portal, page = log_in(case.member), "/mijn/verzet/"
    for _ in range(2):
        assert portal.post(page, {"soort": "aanbod", "stand": "verzet"}).status_code == 302
    with in_bureau(case.bureau):
        (row,) = OptOut.objects.all()
        assert Line.objects.filter(act="verzet.vastgelegd").count() == 1
    assert (row.kind, row.how, row.made_by_name) == ("aanbod", "portaal", case.member.name)
    assert "dit doen wij niet" in portal.get(page).content.decode()
    assert "Geen post en mail met een aanbod" in log_in(case.coach).get(f"/clienten/{case.client.pk}/").content.decode()
    for _ in range(2):
        assert portal.post(page, {"soort": "aanbod", "stand": "terug"}).status_code == 302
    with in_bureau(case.bureau):
        assert not OptOut.objects.all().living().exists()
        assert Line.objects.filter(act="verzet.ingetrokken").count() == 1


@pytest.mark.parametrize("sent", [{}, {"soort": "x", "stand": "verzet"}, {"soort": "naw", "stand": "\x00"}])
def test_verzet_of_nothing_is_told_in_words(sent):
    case, _ = house("javawest")
    answered = log_in(case.member).post("/mijn/verzet/", sent)
    assert (answered.status_code, "Kies waar het om gaat" in answered.content.decode()) == (200, True)
    staff = log_in(case.coach)
    for how, said in (("", "Kies hoe dit binnenkwam"), ("portaal", "Kies hoe dit"), ("brief", "Kies waar het om gaat")):
        answered = staff.post(f"/clienten/{case.client.pk}/verzet/", sent | {"hoe": how})
        assert (answered.status_code, said in answered.content.decode()) == (200, True)
    assert refused("verzet.vastgelegd", case.bureau) + refused("verzet.ingetrokken", case.bureau) == 4


def test_who_acts_for_the_client_makes_it_and_another_client_or_coach_does_not():
    case, _ = house("javawest")
    other, gerda = make_case(case.bureau, "Wim"), authorise(case)
    assert log_in(other.coach).get(f"/clienten/{case.client.pk}/verzet/").status_code == 404
    sent = {"soort": "naw", "stand": "verzet"}
    assert log_in(gerda).post("/mijn/verzet/", sent).status_code == 302
    staff = log_in(case.coach)
    assert (
        staff.post(f"/clienten/{case.client.pk}/verzet/", sent | {"stand": "terug", "hoe": "balie"}).status_code == 302
    )
    with in_bureau(case.bureau):
        (row,) = OptOut.objects.all()
    assert (row.client_id, row.ended_by_name) == (case.client.pk, case.coach.name)


def test_the_client_reads_on_which_list_they_stood_and_another_does_not():
    case, diana = house("javawest")
    other = make_case(case.bureau, "Wim")
    ended(case)
    made(diana, ExportKind.SURVEY, receiver="Blik op Werk")
    assert "Blik op Werk" in log_in(case.member).get("/mijn/verzet/").content.decode().partition("Op welke lijsten")[2]
    assert "U stond op geen enkele lijst" in log_in(other.member).get("/mijn/verzet/").content.decode()


def test_the_register_costs_the_same_however_long_it_is():
    case, diana = house("javawest")
    ended(case)
    browser = log_in(diana)
    made(diana, ExportKind.SURVEY)
    browser.get(ALL)  # what a session writes once
    few = queries_of(browser, ALL)
    for _ in range(6):
        made(diana, ExportKind.SURVEY, again=True)
    assert len(queries_of(browser, ALL)) == len(few)


# -- research ----------------------------------------------------------------------------------------------------------
def research(case: Case, by, title: str = "Werkt het?"):
    with acting(by):
        return ask_research(question=Question(title, "Hogeschool", **PERIOD), by=by)


@pytest.mark.article("werkid", "9")
def test_directie_decides_and_never_on_what_it_asked_itself():
    case, diana = house("werkid")
    ella = make_member(case.bureau, "Ella", Role.DIRECTIE)
    row = research(case, diana)
    with acting(diana), pytest.raises(RuleBroken, match="Een ander"):
        decide_research(ask=row, allowed=True, reason="", by=diana)
    with pytest.raises(RuleBroken, match="niet besloten"):
        made(diana, ExportKind.RESEARCH, research=row)
    assert log_in(diana).get(f"/registers/onderzoek/{row.pk}/lijst/").status_code == 403
    assert log_in(diana).get(f"/registers/onderzoek/{row.pk}/besluit/").status_code == 403
    browser, page = log_in(ella), f"/registers/onderzoek/{row.pk}/besluit/"
    assert "Schrijf op waarom" in browser.post(page, {"decision": "nee"}).content.decode()
    assert browser.post(page, {"decision": "ja"}).status_code == 302
    with in_bureau(case.bureau):
        row.refresh_from_db()
        assert Line.objects.filter(act="onderzoek.toegestaan", result="ok").count() == 1
    assert (row.allowed, row.decided_by_id) == (True, ella.pk)


@pytest.mark.article("werkid", "9")
def test_research_shows_no_name_no_group_under_five_and_only_who_agreed_to_this_research():
    case, diana = house("werkid")
    coach = case.coach
    cases = [case, *(make_case(case.bureau, f"Naam{at}") for at in range(5))]
    stranger = make_case(case.bureau, "Zoe")
    for one in (*cases, stranger):
        ended(one)
    row = research(case, coach)
    with acting(diana):
        decide_research(ask=row, allowed=True, reason="", by=diana)
    for one in cases[:4]:
        given(one, "research", scope="werkt  het?", party="hogeschool")
    given(stranger, "research", scope="Een ander onderzoek", party="Hogeschool")
    with pytest.raises(RuleBroken, match="niemand"):
        made(diana, ExportKind.RESEARCH, research=row)
    for one in cases[4:]:
        given(one, "research", scope="Werkt het?", party="Hogeschool")
    # A second traject of the same person is a line that nobody ties to the first.
    ended(case, traject=add_traject(case.bureau, case.client, coach, case.contact))
    done = made(diana, ExportKind.RESEARCH, research=row)
    assert len(lines_of(done)) == len(cases) + 1
    text = done.content.decode()
    assert not any(one.client.last_name in text or one.client.street in text for one in cases)
    assert len(set(names(done))) == len(cases) + 1
    assert names(done) == sorted(names(done))
    again = made(diana, ExportKind.RESEARCH, research=row, again=True)
    assert not set(names(done)) & set(names(again))
    with in_bureau(case.bureau):
        assert not ExportedClient.objects.filter(client=stranger.client).exists()


def test_who_asks_sees_their_own_and_not_anothers():
    case, diana = house("werkid")
    other = make_case(case.bureau, "Wim")
    row = research(case, case.coach)
    assert log_in(case.coach).get(f"/registers/onderzoek/{row.pk}/").status_code == 200
    assert log_in(other.coach).get(f"/registers/onderzoek/{row.pk}/").status_code == 404
    assert log_in(diana).get(f"/registers/onderzoek/{row.pk}/").status_code == 200


SHOWN = st.builds(
    Shown, who=st.integers(0, 12).map(str), kind=st.sampled_from("ab"), payer=st.sampled_from("uv"),
    result=st.sampled_from("rs"), age=st.sampled_from("jo"), duration=st.sampled_from("kl"),
)  # fmt: skip


@drawn(st.lists(SHOWN, max_size=80))
def test_every_line_of_research_looks_the_same_for_five_people_at_least(rows):
    shown = in_groups(rows)
    looks: dict[Shown, set[str]] = {}
    for one in shown:
        looks.setdefault(replace(one, who=""), set()).add(one.who)
    assert all(len(people) >= LEAST for people in looks.values())
    assert len(shown) <= len(rows)
    assert all(one.kind != HIDDEN for one in shown)


def test_bands_hold_at_their_edges():
    born = date(2001, 3, 2)
    assert [age_band(born, date(2026, 3, day)) for day in (1, 2)] == ["jonger dan 25", "25 tot 35"]
    assert [age_band(one, DAY) for one in (None, DAY + timedelta(days=1))] == ["onbekend", "onbekend"]
    assert duration_band(date(2025, 12, 31), date(2026, 1, 1)) == "korter dan 3 maanden"
    assert duration_band(date(2024, 1, 1), date(2026, 1, 1)) == "2 jaar of langer"
    assert duration_band(DAY, date(2020, 1, 1)) == "onbekend"
