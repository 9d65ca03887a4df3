"""The pages of disclosures: a constant number of queries, and what is typed strangely is answered in words."""

from __future__ import annotations

import pytest

from access.models import Role
from bureaus.schema import StukKind
from bureaus.tenancy import in_bureau
from consent.actions import disclosures
from journal.models import Line
from tests.support.disclosing import chosen, prepared, ready
from tests.support.people import log_in, make_bureau, make_member
from tests.support.portal import Case, make_case, queries_of, state, write

MOST = 12


@pytest.fixture
def case(db) -> Case:
    return make_case(make_bureau())


def queries(browser, path: str) -> int:
    queries_of(browser, path)  # what is kept for the process is there
    return len(queries_of(browser, path))


def test_the_pages_ask_no_more_for_more_stukken(case):
    letters = [write(case, f"Brief {at}", "Tekst.", kind=StukKind.CORRESPONDENTIE) for at in range(4)]
    for one in letters:
        state(case, "Mijn kant", "Zo was het niet.", about=one)
    first, rest = chosen(case, prepared(case, ground="law", words="Artikel 54"), letters[0]), letters
    many = chosen(case, prepared(case, ground="law", words="Artikel 54"), *rest)
    coach = log_in(case.coach)
    pages = ("stukken/", "versturen/", "", "gegevens/")
    few = {page: queries(coach, f"/verstrekkingen/{first.pk}/{page}") for page in pages}
    lot = {page: queries(coach, f"/verstrekkingen/{many.pk}/{page}") for page in pages}
    assert few == lot
    assert max(lot.values()) <= MOST, (lot, queries_of(coach, f"/verstrekkingen/{many.pk}/versturen/"))


def test_every_page_of_it_that_opens_something_leaves_its_line_and_so_does_choosing(case):
    letter = write(case, "Brief", "Tekst.", kind=StukKind.CORRESPONDENTIE)
    row = chosen(case, prepared(case, ground="law", words="Artikel 54"), letter)
    with in_bureau(case.bureau):
        line = Line.objects.filter(act=disclosures.PREPARED).last()
        assert (line.object_id, line.dossier_id, line.facts) == (str(row.pk), case.dossier.pk, {"stukken": 1})
    coach = log_in(case.coach)
    for at, page in enumerate(("gegevens/", "stukken/", "versturen/", ""), start=1):
        assert coach.get(f"/verstrekkingen/{row.pk}/{page}").status_code == 200
        with in_bureau(case.bureau):
            assert Line.objects.filter(act="verstrekking.bekeken", object_id=str(row.pk)).count() == at


def test_the_registers_ask_no_more_for_more_lines(case):
    letter = write(case, "Brief", "Tekst.", kind=StukKind.CORRESPONDENTIE)
    for _ in range(3):
        ready(case, letter, ground="law", words="Artikel 54")
    dirk = log_in(make_member(case.bureau, "Dirk", Role.DIRECTIE))
    assert queries(dirk, "/registers/verstrekkingen/") <= MOST
    assert queries(dirk, "/registers/verstrekkingen/?grond=law&stand=klaar&jaar=2026&pagina=99") <= MOST
    assert queries(dirk, f"/clienten/{case.client.pk}/verstrekkingen/") <= MOST
    assert queries(log_in(case.member), "/mijn/verstrekkingen/") <= MOST


@pytest.mark.parametrize("strange", ["nul\x00teken", "‮omgekeerd", "<script>alert(1)</script>", "x" * 3000])
def test_what_is_typed_strangely_is_answered_in_words(case, strange):
    coach = log_in(case.coach)
    page = f"/dossiers/{case.dossier.pk}/verstrekken/?grond=law"
    names = ("words", "why", "receiver", "receiver_kind", "address", "authority", "authority_words", "means")
    answer = coach.post(page, dict.fromkeys(names, strange))
    assert answer.status_code == 200
    assert "<script>alert(1)" not in answer.content.decode()
    assert coach.get(f"/dossiers/{case.dossier.pk}/verstrekken/", {"grond": strange}).status_code == 200
    row = prepared(case, ground="law", words="Artikel 54")
    assert coach.post(f"/verstrekkingen/{row.pk}/stukken/", {"stukken": [strange]}).status_code == 200
    assert coach.get("/ophalen/" + strange.replace("/", "").replace("\x00", "%00") + "/").status_code in (404, 410)
