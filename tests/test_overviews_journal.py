"""The log of the bureau on its pages: for FG and directie, in words, by place, and its export."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import time
from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone

from access.models import Role
from bureaus import tables
from bureaus.tenancy import has_context, in_bureau
from journal import labels
from journal.actions import record
from journal.groups import GROUPS
from journal.models import Line, Result
from overviews import journal_export, journal_reading
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import make_case, queries_of
from tests.support.sessions import let_pass
from tests.test_journal_acts import acts

pytestmark = pytest.mark.django_db
PAGE, EXPORT = "/logboek/", "/logboek/exporteren/"


@pytest.fixture
def case():
    return make_case(make_bureau(), "Vera")


@pytest.fixture
def fenna(case):
    return make_member(case.bureau, "Fenna", Role.FG)


@pytest.fixture
def guard(fenna):
    return log_in(fenna)


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def shown(answer) -> list[str]:
    """The acts in the table."""
    assert answer.status_code == 200, answer.status_code
    return re.findall(r'<a href="/logboek/[0-9a-f-]{36}/">([^<]+)<span', answer.content.decode())


def numbers(answer) -> list[int]:
    return [int(one) for one in re.findall(r", regel (\d+)</span>", answer.content.decode())]


def lines(bureau, **which) -> list[Line]:
    with in_bureau(bureau):
        return list(Line.objects.filter(**which).order_by("seq"))


def write(member, number: int, act: str = "stuk.ingezien", **more) -> None:
    with acting(member):
        for _ in range(number):
            record(act=act, **more)


# -- words for everything ------------------------------------------------------------------------------------------
def test_every_act_that_the_code_writes_has_a_label():
    assert sorted(acts() - set(labels.acts())) == []


def test_no_act_stands_in_two_groups():
    every = [act for group in GROUPS for act in group.acts]
    assert len(every) == len(set(every))
    assert set(labels.LOOKS) <= set(every)


@pytest.mark.parametrize("slug", ["javawest", "werkid", "pluspunt", "jmwerkt", "werklokaal"])
def test_labels_are_in_the_bureaus_own_words(slug):
    with in_bureau(make_bureau(slug, slug)):
        from bureaus.words import word

        assert labels.act_label("clienten.gezocht") == f"{word('client', plural=True, capital=True)} gezocht"
        assert all("{" not in labels.act_label(act) for act in labels.acts())


def test_facts_are_read_as_one_writes_them():
    facts = {
        "complete": True, "health": False, "until": "2026-05-03T12:05:00+00:00", "from": "2026-05-03", "empty": "",
        "roles": ["coach", "fg"], "none": None, "zo_maar": 3, "method": "POST", "asked": {"dossier": "x"},
    }  # fmt: skip
    assert labels.facts_in_words(facts) == [
        ("Helemaal", "ja"), ("Over gezondheid", "nee"), ("Tot", "3-5-2026 14:05"), ("Van", "3-5-2026"),
        ("Rollen", "coach, fg"), ("Zo maar", "3"), ("Manier", "insturen"), ("Gevraagd", "dossier: x"),
    ]  # fmt: skip


# -- the list ------------------------------------------------------------------------------------------------------
def test_the_newest_line_comes_first_with_who_what_and_when(case, guard):
    with acting(case.coach):
        record(act="dossier.ingezien", dossier=case.dossier)
    answer = guard.get(PAGE)
    assert shown(answer)[0] == "Logboek bekeken"
    assert "Dossier bekeken" in shown(answer)[1:]
    page = text_of(answer)
    assert case.dossier.number in page
    assert "functionaris gegevensbescherming" in page


def test_each_page_goes_on_where_the_last_one_ended(case, guard):
    write(case.coach, 130)
    seen, query = [], ""
    for _ in range(6):
        answer = guard.get(f"{PAGE}?wat=stuk.ingezien{query}")
        seen += numbers(answer)
        older = re.search(r"voor=(\d+)", answer.content.decode())
        if not older:
            break
        query = f"&voor={older[1]}"
    expected = [line.seq for line in lines(case.bureau, act="stuk.ingezien")][::-1]
    assert seen == expected
    back = guard.get(f"{PAGE}?wat=stuk.ingezien&na={expected[100]}")
    assert numbers(back) == expected[50:100]
    first = guard.get(f"{PAGE}?wat=stuk.ingezien&na={expected[50]}")
    assert numbers(first) == expected[:50]
    assert "na=" not in first.content.decode()


def test_a_line_opens_to_its_facts_in_words(case, guard):
    with acting(case.coach):
        record(act="dossier.ingezien", dossier=case.dossier, obj=case.dossier, reason="waarneming", ground="overmacht",
               result=Result.EMERGENCY, facts={"shown": 7})  # fmt: skip
    (line,) = lines(case.bureau, act="dossier.ingezien")
    page = text_of(guard.get(f"{PAGE}{line.pk}/"))
    for words in ("Dossier bekeken", "waarneming", "noodtoegang", "overmacht", "Getoond 7", "127.0.0.1", str(line.seq)):
        assert words in page


FILTERS = {
    "wie=Bob": ["Stuk vastgesteld"],
    "wie=systeem&wat=bureau.gemaakt": ["Bureau gemaakt"],
    "wie=Niemandal": [],
    "wat=schrijven&wie=Bob": ["Stuk vastgesteld"],
    "wat=stuk.vastgesteld": ["Stuk vastgesteld"],
    "resultaat=overmacht": ["Stuk gelezen"],
    "grond=overmacht": ["Stuk gelezen"],
    "wie=bob&resultaat=geweigerd": [],
}


@pytest.mark.parametrize("query", FILTERS)
def test_lines_are_found_by_person_act_result_and_ground(case, guard, query):
    bob = make_member(case.bureau, "Bob", Role.COACH)
    write(bob, 1, "stuk.vastgesteld")
    write(case.coach, 1, "stuk.ingezien", result=Result.EMERGENCY, ground="overmacht")
    found = shown(guard.get(f"{PAGE}?{query}"))
    assert [one for one in found if one != "Account gemaakt"] == FILTERS[query]


def test_lines_are_found_by_the_number_of_a_dossier(case, guard):
    other = make_case(case.bureau, "Wim")
    for one in (case, other):
        with acting(one.coach):
            record(act="dossier.ingezien", dossier=one.dossier)
    page = text_of(guard.get(f"{PAGE}?dossier= {case.dossier.number.lower()} "))
    assert case.dossier.number in page
    assert other.dossier.number not in page


def test_lines_are_found_by_day(case, guard):
    today = timezone.localdate()
    before = today - timedelta(days=1)
    assert shown(guard.get(f"{PAGE}?van={today}&tot={today}"))
    assert "Niets gevonden" in text_of(guard.get(f"{PAGE}?tot={before}"))


@pytest.mark.parametrize(
    "query",
    ["van=0001-01-01", "tot=9999-12-31", "van=gisteren", "wie=%00", "wie=" + "x" * 300, "wat=bestaat.niet",
     "dossier=%27--", "resultaat=x", "grond=x", "voor=99999999999999999999", "voor=-1", "na=%00", "na=x",
     "voor=9223372036854775807", "wie=%E2%80%AEx", "voor=%C2%B2", "van=2026-05-02&tot=2026-05-01"],
)  # fmt: skip
def test_strange_filters_are_told_beside_the_field_and_break_nothing(guard, query):
    assert guard.get(f"{PAGE}?{query}").status_code == 200
    assert guard.get(f"{EXPORT}?{query}").status_code in (200, 302)


def test_a_name_that_everybody_has_is_told(case, guard, monkeypatch):
    monkeypatch.setattr("overviews.journal_forms.NAMES_AT_MOST", 1)
    assert "Schrijf meer van de naam" in text_of(guard.get(f"{PAGE}?wie=e"))


def test_the_number_of_lines_changes_nothing_in_the_number_of_queries(case, guard):
    guard.get(PAGE)
    few = queries_of(guard, PAGE)
    write(case.coach, 300)
    many = queries_of(guard, f"{PAGE}?wie={case.coach.name}&wat=kijken")
    assert len(many) <= 12, "\n".join(many)
    guard.get(PAGE)
    assert len(queries_of(guard, PAGE)) <= len(few)


# -- whose ---------------------------------------------------------------------------------------------------------
def test_another_bureaus_lines_are_not_there(case, guard):
    other = make_case(make_bureau("werkid", "werkid"), "Wim")
    write(other.coach, 1, "stuk.vastgesteld")
    (line,) = lines(other.bureau, act="stuk.vastgesteld")
    assert other.coach.name not in text_of(guard.get(f"{PAGE}?wat=schrijven"))
    assert guard.get(f"{PAGE}{line.pk}/").status_code == 404
    assert numbers(guard.get(f"{PAGE}?voor={line.seq}")) == numbers(guard.get(PAGE))


@pytest.mark.parametrize("role", [Role.COACH, Role.ADMINISTRATIE, Role.BEHEERDER])
@pytest.mark.parametrize("path", [PAGE, EXPORT, "/signalen/"])
def test_the_log_is_for_fg_and_directie(case, role, path):
    assert log_in(make_member(case.bureau, "Ellen", role)).get(path).status_code == 403


# -- looking is itself in it ---------------------------------------------------------------------------------------
def test_a_visit_is_one_line_however_many_pages(case, guard):
    write(case.coach, 120)
    first = numbers(guard.get(f"{PAGE}?wat=kijken"))
    guard.get(f"{PAGE}?wat=kijken&voor={first[-1]}")
    guard.get(f"{PAGE}{lines(case.bureau, act='stuk.ingezien')[0].pk}/")
    (line,) = lines(case.bureau, act="logboek.ingezien")
    assert line.facts == {"group": "kijken"}


def test_looking_for_something_else_is_another_line_and_holds_no_words(case, guard):
    guard.get(PAGE)
    guard.get(f"{PAGE}?wie={case.coach.name}&dossier={case.dossier.number}")
    found = lines(case.bureau, act="logboek.ingezien")
    assert [line.facts for line in found] == [
        {},
        {"dossier": case.dossier.number, "person": [str(case.coach.pk)]},
    ]
    assert case.coach.name not in str(found[1].facts)


# -- the export ----------------------------------------------------------------------------------------------------
def fetched(answer) -> bytes:
    assert answer.status_code == 200, answer.status_code
    return b"".join(answer.streaming_content)


def cells(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def test_the_file_holds_the_lines_that_were_asked_and_the_log_holds_its_hash(case, guard):
    write(case.coach, 3, "stuk.vastgesteld")
    assert "3 regels gaan" in text_of(guard.get(f"{EXPORT}?wat=stuk.vastgesteld"))
    answer = guard.post(f"{EXPORT}?wat=stuk.vastgesteld")
    data = fetched(answer)
    assert data.startswith(b"\xef\xbb\xbf")
    head, *rows = cells(data)
    assert head == list(journal_export.COLUMNS)
    assert [row[6] for row in rows] == ["Stuk vastgesteld"] * 3
    assert [int(row[0]) for row in rows] == [line.seq for line in lines(case.bureau, act="stuk.vastgesteld")][::-1]
    (begun,) = lines(case.bureau, act="logboek.export_begonnen")
    (line,) = lines(case.bureau, act="logboek.geexporteerd")
    assert (begun.facts["count"], line.facts["count"], line.facts["complete"]) == (3, 3, True)
    assert line.facts["sha256"] == hashlib.sha256(data).hexdigest()
    assert (line.actor, line.facts["group"]) == ("Fenna", "stuk.vastgesteld")
    assert "attachment" in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "no-store"


def test_a_long_export_comes_in_parts_without_a_gap_or_a_double(case, guard, monkeypatch):
    monkeypatch.setattr(journal_export, "BATCH", 7)
    write(case.coach, 40)
    answer = guard.post(f"{EXPORT}?wat=stuk.ingezien")
    write(case.coach, 5)  # meanwhile: not in it
    rows = cells(fetched(answer))[1:]
    expected = [line.seq for line in lines(case.bureau, act="stuk.ingezien")][:40]
    assert [int(row[0]) for row in rows] == expected[::-1]


def test_an_export_that_breaks_off_is_in_the_log_as_such(case, guard):
    write(case.coach, 3)
    answer = guard.post(EXPORT)
    next(iter(answer.streaming_content))
    # What the server does when the reader went away; `close` itself would end the test's own connection as well.
    for close in answer._resource_closers:
        close()
    (begun,) = lines(case.bureau, act="logboek.export_begonnen")
    assert begun.facts["count"] > 3
    ended = lines(case.bureau, act="logboek.geexporteerd")
    assert [line.facts["complete"] for line in ended] == [False]


def test_between_two_parts_no_context_is_left_open(case, guard):
    answer = guard.post(EXPORT)
    for _ in answer.streaming_content:
        assert not has_context()


@pytest.mark.parametrize("typed", ["=1+1", "+31", "-2", "@SUM(A1)", "\t=1", "  =1", "＝1", "\r=1"])
def test_what_a_spreadsheet_would_run_is_shown(case, guard, typed):
    write(case.coach, 1, "proef", reason=typed)
    rows = cells(fetched(guard.post(f"{EXPORT}?wie={case.coach.name}")))
    (reason,) = [row[12] for row in rows if row[7] == "proef"]
    assert reason.startswith("'")
    assert tables.harmless('gewoon; "tekst"') == 'gewoon; "tekst"'
    for unseen in ("\u200b", "\ufeff", "\xad", "\x00", "\u202e \u2060"):
        assert tables.harmless(f"{unseen}=1+1").startswith("'")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_spreadsheet_that_cuts_elsewhere_runs_nothing_either(delimiter):
    """Every cell of up to five of these signs, as it is read where columns are parted by another sign than ours."""
    for length in range(1, 6):
        for signs in product(f'a=\n"{delimiter} ', repeat=length):
            made = tables.rows([["naam", "".join(signs), "b"]]).decode()
            for row in csv.reader(io.StringIO(made, newline=""), delimiter=delimiter):
                assert not [cell for cell in row if cell.lstrip().startswith("=")], made


@pytest.mark.parametrize("cut", [",", ";", "\t", "|", "\n", "\r\n"])
@pytest.mark.parametrize("formula", ["=1+1", " +31", "-2", "\u200b@SUM(A1)", '"=1+1', "＝1"])
def test_within_a_cell_an_apostrophe_stands_before_what_could_be_run_and_nowhere_else(cut, formula):
    assert tables.harmless(f"Straat 1{cut}{formula}") == f"Straat 1{cut}'{formula}"
    for plain in (f"Straat 1{cut} 2-hoog", f"1{cut}{cut}2", f"a=b{cut}{cut} c"):
        assert tables.harmless(plain) == plain


def test_a_long_cell_takes_no_longer_than_its_length():
    begun = time.monotonic()
    for one in ("\n", " ", ",", ", ", "\r\n", '"', ',"'):
        tables.harmless(one * 100_000)
    assert time.monotonic() - begun < 10


def test_who_logged_in_long_ago_shows_first_who_they_are(case, guard):
    let_pass(guard, 700)
    assert guard.get(EXPORT).status_code == 302
    write(case.coach, 1)
    answer = guard.post(EXPORT)
    assert not answer.streaming
    assert lines(case.bureau, act="logboek.geexporteerd") == []
    assert lines(case.bureau, act="logboek.export_begonnen") == []


def test_another_bureaus_lines_are_in_no_export(case, guard):
    other = make_case(make_bureau("werkid", "werkid"), "Wim")
    write(other.coach, 2)
    assert other.coach.name not in fetched(guard.post(EXPORT)).decode()


def test_a_line_without_words_is_shown_by_its_own_name(case):
    with in_bureau(case.bureau):
        record(act="toekomst.gebeurd", facts={"iets_nieuws": 1})
        row = journal_reading.row_of(Line.objects.get(act="toekomst.gebeurd"))
    assert row.act == "Toekomst gebeurd"
