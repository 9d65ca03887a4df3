"""Dossiers on paper, the company's certificate, and the register of what was destroyed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from access.models import Role
from access.reach import as_system
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from journal.models import Line
from retention import papers_held
from retention.actions import certificates, closing, paper_files
from retention.models import Certificate, DestructionList, ListStatus, PaperFile, PaperMove, ProcesVerbaal
from tests.support import documents
from tests.support.carried_out import carried_out, number_of, paper_of, proven, pv_of
from tests.support.faults import clock_ahead
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import make_case, queries_of
from tests.test_retention_papers import text_of

pytestmark = pytest.mark.django_db
PLACE = {"place": "Veendam, kast 3", "parts": 2}


@pytest.fixture
def pluspunt(db):
    return make_bureau("pluspunt", "pluspunt")


@pytest.fixture
def case(pluspunt):
    return make_case(pluspunt)


@pytest.fixture
def dirk(pluspunt):
    return make_member(pluspunt, "Dirk", Role.DIRECTIE)


@pytest.fixture
def anna(pluspunt):
    return make_member(pluspunt, "Anna", Role.ADMINISTRATIE)


def noted(case, by=None, **facts) -> PaperFile:
    by = by or case.coach
    with acting(by):
        return paper_files.note_paper(dossier=case.dossier, by=by, **(PLACE | facts))


def moves(case) -> list[tuple[str, str]]:
    with in_bureau(case.bureau):
        rows = PaperMove.objects.filter(paper__dossier=case.dossier).order_by("at", "id")
        return [(row.kind, row.by_name) for row in rows]


# -- where it stands -------------------------------------------------------------------------------------------------
@pytest.mark.article("pluspunt", "2.1")
def test_taking_a_paper_dossier_out_and_back_is_recorded(case, anna):
    paper = noted(case, by=anna)
    with acting(case.coach):
        for _ in range(2):  # a double click is one move
            paper_files.take_out(paper=paper, by=case.coach)
        with pytest.raises(IntegrityError), transaction.atomic():
            PaperFile.objects.filter(pk=paper.pk).update(holder=None)
    with acting(anna), pytest.raises(RuleBroken, match=case.coach.name):
        paper_files.take_out(paper=paper, by=anna)
    with acting(anna):
        for _ in range(2):
            back = paper_files.bring_back(paper=paper, by=anna)
    assert (back.holder_id, back.out_since) == (None, None)
    assert moves(case) == [("opgenomen", "Anna"), ("meegenomen", case.coach.name), ("teruggebracht", "Anna")]
    with in_bureau(case.bureau):
        acts = Line.objects.filter(act__startswith="papier.", dossier_id=case.dossier.pk).order_by("seq")
        assert [line.act for line in acts] == ["papier.opgenomen", "papier.meegenomen", "papier.teruggebracht"]


def test_who_looked_where_the_paper_stands_is_in_the_log_of_the_dossier(case):
    noted(case)
    assert log_in(case.coach).get(f"/dossiers/{case.dossier.pk}/papier/").status_code == 200
    with in_bureau(case.bureau):
        line = Line.objects.get(act="bewaring.ingezien")
    assert (line.actor, line.dossier_id, line.grant_id is None) == (case.coach.name, case.dossier.pk, False)


def test_another_place_is_a_move_and_the_same_place_is_none(case):
    noted(case)
    noted(case)
    moved = noted(case, place="Groningen, kast 1")
    assert moved.place == "Groningen, kast 1"
    assert [kind for kind, _ in moves(case)] == ["opgenomen", "verplaatst"]
    with in_bureau(case.bureau):
        assert papers_held.places([case.dossier.pk]) == {case.dossier.pk: "Groningen, kast 1 (2 mappen)"}


@pytest.mark.parametrize("place", ["Kast 3, dossier {}", "kast 3 ({})", "Map van de heer {}"])
def test_a_place_with_the_achternaam_in_it_is_refused_beside_its_field(case, place):
    place = place.format(case.client.last_name.upper())
    answer = log_in(case.coach).post(f"/dossiers/{case.dossier.pk}/papier/", {"place": place, "parts": 2})
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Schrijf de plaats op zonder naam" in text
    assert place in text
    with in_bureau(case.bureau):
        assert not PaperFile.objects.exists()
    assert noted(case, place=f"Kast {case.client.last_name}en").parts  # another word that begins alike


def test_who_does_not_see_the_dossier_moves_no_paper(case):
    stranger = make_member(case.bureau, "Stan", Role.COACH)
    with pytest.raises(Http404):
        noted(case, by=stranger)


def test_a_bureau_without_paper_notes_none_and_has_no_page_for_it(db):
    javawest = make_bureau()
    case, dirk = make_case(javawest), make_member(javawest, "Dirk", Role.DIRECTIE)
    with pytest.raises(RuleBroken, match="geen dossiers op papier"):
        noted(case)
    assert log_in(dirk).get("/bewaren/papier/").status_code == 404
    assert log_in(case.coach).get(f"/dossiers/{case.dossier.pk}/papier/").status_code == 404


@pytest.mark.article("pluspunt", "2.1")
def test_the_overview_says_where_each_stands_and_who_has_one_too_long(case, anna):
    paper, other = noted(case), make_case(case.bureau, "Wim")
    noted(other, place="Assen, kast 1")
    with acting(case.coach):
        paper_files.take_out(paper=paper, by=case.coach)
    browser = log_in(anna)
    page = browser.get("/bewaren/papier/").content.decode()
    assert page.index("Assen, kast 1") < page.index("Veendam, kast 3")
    assert case.dossier.number in page and other.dossier.number in page
    assert case.client.last_name not in page
    assert page.count("langer dan twee weken") == 1, "only as what the list can be narrowed to"
    with in_bureau(case.bureau):
        PaperFile.objects.filter(pk=paper.pk).update(out_since=timezone.now() - timedelta(days=15))
    page = browser.get("/bewaren/papier/?toon=lang").content.decode()
    assert case.dossier.number in page and other.dossier.number not in page
    assert case.coach.name in page and page.count("langer dan twee weken") == 2
    assert "Met deze keuze is er niets" in browser.get("/bewaren/papier/?toon=lang&q=Assen").content.decode()


def test_the_page_of_one_dossier_notes_takes_and_brings_back(case):
    browser, page = log_in(case.coach), f"/dossiers/{case.dossier.pk}/papier/"
    wrong = browser.post(page, {"place": "", "parts": "0"}).content.decode()
    assert "Vul in waar het papieren dossier staat." in wrong and "Er is ten minste 1 map." in wrong
    assert browser.post(page, PLACE).status_code == 302
    assert "Veendam, kast 3" in browser.get(f"/dossiers/{case.dossier.pk}/bewaren/").content.decode()
    assert browser.post(f"{page}meenemen/").status_code == 302
    assert case.coach.name in browser.get(page).content.decode()
    assert browser.post(f"{page}terug/").status_code == 302
    assert [kind for kind, _ in moves(case)] == ["opgenomen", "meegenomen", "teruggebracht"]


@pytest.mark.parametrize("place", ["x" * 300, "a\x00b", "<script>alert(1)</script>", "\u202egnikat"])
def test_a_strange_place_is_refused_or_shown_as_it_is(case, place):
    browser, page = log_in(case.coach), f"/dossiers/{case.dossier.pk}/papier/"
    answer = browser.post(page, {"place": place, "parts": "99999999999999999999"})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


# -- the certificate -------------------------------------------------------------------------------------------------
def waiting(bureau, by, many: int = 2, **facts) -> DestructionList:
    return carried_out(bureau, many, by=by, status=ListStatus.PAPER, paper="Veendam, kast 3 (2 mappen)", **facts)


def facts_of(upload=None, **more) -> dict:
    file = upload or SimpleUploadedFile("certificaat.pdf", documents.pdf())
    return {"company": "Papierwolf B.V.", "reference": "PW-77", "destroyed_on": timezone.localdate(),
            "upload": file} | more  # fmt: skip


@pytest.mark.article("pluspunt", "3.5")
def test_the_proces_verbaal_waits_for_the_certificate_of_the_company(pluspunt, dirk, anna):
    row = waiting(pluspunt, dirk)
    with in_bureau(pluspunt), as_system():
        assert closing.take_list() is None, "without certificate there is nothing to close"
        assert not ProcesVerbaal.objects.exists()
    with acting(anna):
        for _ in range(2):
            made = certificates.add_certificate(destruction_list=row, by=anna, **facts_of())
        assert Certificate.objects.count() == 1
        assert Line.objects.filter(act="certificaat.toegevoegd").count() == 1
        assert b"".join(certificates.fetch_certificate(certificate=made))[:5] == b"%PDF-"
    with in_bureau(pluspunt), as_system():
        taken = closing.take_list()
        assert taken.pk == row.pk
        assert closing.finish(taken).status == ListStatus.DONE
    with in_bureau(pluspunt):
        proof = ProcesVerbaal.objects.get(destruction_list=row)
    text = text_of(paper_of(proof))
    assert "2 dossiers hadden ook papier, vernietigd op" in text
    assert "door Papierwolf B.V., certificaat PW-77" in text


def test_a_certificate_is_of_a_list_that_waits_for_it_by_who_may_and_of_a_day_that_can_be(pluspunt, dirk, anna):
    row, fg = waiting(pluspunt, dirk), make_member(pluspunt, "Fien", Role.FG)
    running = carried_out(pluspunt, 1, by=dirk, first=50)
    with acting(fg), pytest.raises(PermissionDenied):
        certificates.add_certificate(destruction_list=row, by=fg, **facts_of())
    tomorrow, long_ago = (timezone.localdate() + timedelta(days=days) for days in (1, -30))
    with acting(anna):
        for list_, facts in (
            (running, facts_of()),
            (row, facts_of(destroyed_on=tomorrow)),
            (row, facts_of(destroyed_on=long_ago)),
            (row, facts_of(SimpleUploadedFile("brief.docx", documents.docx()))),
            (row, facts_of(SimpleUploadedFile("certificaat.pdf", b"%PDF-1.7 kapot"))),
        ):
            with pytest.raises(RuleBroken):
                certificates.add_certificate(destruction_list=list_, by=anna, **facts)
        assert not Certificate.objects.exists()


def test_tomorrow_is_no_day_of_a_certificate_on_a_machine_that_is_a_day_ahead_either(pluspunt, dirk, anna, monkeypatch):
    row, tomorrow = waiting(pluspunt, dirk), timezone.localdate() + timedelta(days=1)
    with acting(anna), clock_ahead(86_400, monkeypatch), pytest.raises(RuleBroken, match="moet nog komen"):
        certificates.add_certificate(destruction_list=row, by=anna, **facts_of(destroyed_on=tomorrow))


def test_the_form_keeps_what_was_typed_and_says_beside_the_field_what_is_wrong(pluspunt, dirk, anna):
    row, browser = waiting(pluspunt, dirk), log_in(anna)
    page = f"/bewaren/lijsten/{row.pk}/certificaat/"
    bad = SimpleUploadedFile("foto.exe", b"MZ" + b"x" * 99)
    for day in ("0001-01-01", "9999-12-31", "geen dag"):
        facts = {"company": "Papierwolf", "reference": "PW-77", "destroyed_on": day, "upload": bad}
        answer = browser.post(page, facts)
        assert answer.status_code == 200
        assert 'value="Papierwolf"' in answer.content.decode()
    good = facts_of(documents.upload(documents.picture(), "scan.jpg"))
    assert browser.post(page, good).status_code == 302
    assert browser.get(page).status_code == 302, "what is there is not asked again"


@pytest.mark.article("pluspunt", "3.5")
def test_what_the_company_collects_stands_on_a_list_by_place(pluspunt, dirk, anna):
    row, browser = waiting(pluspunt, dirk), log_in(anna)
    page = browser.get(f"/bewaren/lijsten/{row.pk}/papier/").content.decode()
    assert number_of(1) in page and "Veendam, kast 3 (2 mappen)" in page
    table = b"".join(browser.get(f"/bewaren/lijsten/{row.pk}/papier.csv").streaming_content).decode("utf-8-sig")
    assert table.splitlines() == [
        "dossiernummer;plaats", *(f"{number_of(at)};Veendam, kast 3 (2 mappen)" for at in (1, 2)),
    ]  # fmt: skip


# -- the register ----------------------------------------------------------------------------------------------------
def test_a_proces_verbaal_is_found_by_its_number_its_year_its_kind_and_a_dossiers_number(pluspunt, dirk):
    first = pv_of(pluspunt, carried_out(pluspunt, 2, by=dirk))
    second = pv_of(pluspunt, carried_out(pluspunt, 1, by=dirk, kind="verzoek", first=500))
    browser, year = log_in(dirk), first.year

    def found(query: str) -> set[str]:
        page = browser.get(f"/bewaren/processen-verbaal/?{query}").content.decode()
        return {str(one) for one in (first, second) if str(one) in page}

    assert found("") == found(f"jaar={year}") == {str(first), str(second)}
    assert found(f"q={year}-1") == found(f"q=PV+{year}-0001") == found(f"q={number_of(2)}") == {str(first)}
    assert found("soort=verzoek") == found(f"q={number_of(500)}") == {str(second)}
    assert found("jaar=1999") == found("q=Test") == set()
    assert found("q=%00&jaar=x&soort=niets") == {str(first), str(second)}


def test_its_page_says_what_the_paper_says_and_hands_it_out_with_a_line_in_the_log(pluspunt, dirk):
    made, browser = pv_of(pluspunt, carried_out(pluspunt, 3, by=dirk, retained=True)), log_in(dirk)
    page = browser.get(f"/bewaren/processen-verbaal/{made.pk}/").content.decode()
    for words in (number_of(3), "5 jaar na einde traject", "van 3 dossiers, 7 jaar, AWR 52", made.file_sha256):
        assert words in page, words
    answer = browser.get(f"/bewaren/processen-verbaal/{made.pk}/pdf/")
    assert b"".join(answer.streaming_content) == paper_of(made)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="proces-verbaal-{made.facts["number"]}.pdf"'
    with in_bureau(pluspunt):
        acts = set(Line.objects.filter(act__startswith="proces_verbaal.").values_list("act", flat=True))
    assert acts == {"proces_verbaal.gemaakt", "proces_verbaal.ingezien", "proces_verbaal.opgehaald"}


def test_the_register_and_the_overview_ask_the_same_however_many_there_are(pluspunt, dirk, case):
    noted(case)
    with in_bureau(pluspunt):
        proven(dirk)
    browser = log_in(dirk)
    for page in ("/bewaren/processen-verbaal/", "/bewaren/papier/"):
        browser.get(page)
        assert len(queries_of(browser, page)) <= 12, page


def test_only_who_uses_paper_has_it_in_the_menu(pluspunt, dirk):
    assert "Dossiers op papier" in log_in(dirk).get("/bewaren/processen-verbaal/").content.decode()
    werkid = make_bureau("werkid", "werkid")
    other = make_member(werkid, "Wil", Role.DIRECTIE)
    assert "Dossiers op papier" not in log_in(other).get("/bewaren/processen-verbaal/").content.decode()


def test_who_may_says_the_same_as_who_is_let_through(case, dirk):
    fg = make_member(case.bureau, "Fien", Role.FG)
    with acting(dirk):
        assert papers_held.may_paper(dirk, case.dossier)
    with acting(fg):
        assert not papers_held.may_paper(fg, case.dossier)
