"""Asking somebody outside for something: with a machtiging that holds, by letter, and followed up (javawest 5.2)."""

from __future__ import annotations

import io
from datetime import timedelta

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from access.models import Mail, Role
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from consent import information_rules as rules
from consent.actions import information as acts
from consent.actions.consents import withdraw
from consent.actions.information import Question
from consent.information_rounds import go_round
from consent.models import Consent, InformationRequest
from dossiers.models import Dossier, StoredFile, Stuk
from journal.models import Line
from tests.support.consent_rows import asked_row, given_row, withdrawn
from tests.support.disclosing import in_a_view, with_key
from tests.support.documents import pdf, upload
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import Case, make_case, queries_of
from tests.support.questions import PARTY, WHAT, WHY, answered, asked, due, machtiging, now, prepared, running_row
from vault.files import open_sealed

DAYS = st.dates(timezone.localdate() - timedelta(days=3000), timezone.localdate() + timedelta(days=3000))


@pytest.fixture
def case(db) -> Case:
    return make_case(make_bureau())


def numbered(at: int) -> str:
    """By the year in which it was begun."""
    return f"IV{timezone.localdate().year}-{at:04}"


def rows(case: Case) -> list[InformationRequest]:
    with in_bureau(case.bureau):
        return list(InformationRequest.objects.select_related("consent").order_by("number"))


def words_of(case: Case, row: InformationRequest) -> str:
    """The text of the letter, as it was sealed."""
    with in_bureau(case.bureau):
        made = b"".join(open_sealed(subject_id=row.dossier_id, name=row.letter_file))
    with pikepdf.open(io.BytesIO(made)) as paper, paper.open_metadata() as said:
        assert said.pdfa_status == "3A"
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(made)).pages)


def take_back(case: Case, consent: Consent) -> None:
    """The client, in the portal."""
    with acting(case.member):
        withdraw(consent=consent, by=case.member)


def refusals(case: Case, act: str) -> list[str]:
    with in_bureau(case.bureau):
        return list(Line.objects.filter(act=act, result="geweigerd").values_list("reason", flat=True))


# -- the machtiging ----------------------------------------------------------------------------------------------------
@pytest.mark.article("javawest", "5.2")
def test_without_a_machtiging_that_holds_nothing_is_asked(case):
    today = timezone.localdate()
    with in_bureau(case.bureau):
        client = with_key(case.client)
        wrong = {
            "niet gegeven": asked_row(client, "T2026-0001", "machtiging"),
            "ingetrokken": withdrawn(given_row(client, "T2026-0002", "machtiging")),
            "verlopen": given_row(client, "T2026-0003", "machtiging", ends_on=today),
            "opvragen bij een ander": given_row(client, "T2026-0004", "third_party_share"),
            "noemt niet": given_row(client, "T2026-0005", "machtiging", party=None),
        }
        other = make_case(case.bureau, "Bart")
        wrong["van iemand anders"] = given_row(with_key(other.client), "T2026-0006", "machtiging")
        wrong["ander dossier"] = given_row(client, "T2026-0007", "machtiging", dossier=other.dossier)
    for said, consent in wrong.items():
        with pytest.raises(RuleBroken, match=said):
            prepared(case, consent)
    assert rows(case) == []
    assert len(refusals(case, acts.BEGUN)) == len(wrong)


@pytest.mark.article("werklokaal", "5b")
@pytest.mark.parametrize(
    ("slug", "purpose"), [("javawest", "machtiging"), ("werklokaal", "toestemmingsformulier"),
                          ("werkid", "third_party_ask"), ("pluspunt", "third_party_ask")],
)  # fmt: skip
@pytest.mark.article("javawest", "5.2")
@pytest.mark.article("werkid", "12")
@pytest.mark.article("pluspunt", "3.6")
def test_the_letter_names_the_machtiging_and_what_it_covers(db, slug, purpose):
    case = make_case(make_bureau(slug, slug))
    row = asked(case, machtiging(case, purpose=purpose))
    assert (row.number, row.state, row.party) == (numbered(1), "gevraagd", PARTY)
    told = words_of(case, row)
    for said in (PARTY, "Dorpsstraat 1", row.number, "T2026-0001", "De brief van 3 maart", WHAT, WHY, "Bijlage"):
        assert said in told
    with in_bureau(case.bureau):
        line = Line.objects.get(act=acts.MADE, result="ok")
        assert (line.ground, line.facts["consent"], line.facts["number"]) == ("consent", "T2026-0001", row.number)
        assert WHAT not in str(line.facts)


@pytest.mark.article("javawest", "5.2")
def test_the_machtiging_is_asked_again_when_the_letter_is_made(case):
    consent = machtiging(case)
    row = prepared(case, consent)
    with in_bureau(case.bureau):
        withdrawn(consent)  # and nobody told: what is asked here is the consent itself
    with pytest.raises(RuleBroken, match="ingetrokken"), in_a_view(case.coach):
        acts.make_letter(question=row, by=case.coach)
    assert (now(row).state, now(row).letter_file) == ("opzet", "")


def test_numbers_have_no_gaps_and_the_same_form_twice_is_one(case):
    consent = machtiging(case)
    first = prepared(case, consent)
    assert prepared(case, consent).pk == first.pk
    prepared(case, consent, what="Iets anders")
    assert [one.number for one in rows(case)] == [numbered(1), numbered(2)]
    made = asked(case, consent)
    with in_a_view(case.coach):
        assert acts.make_letter(question=made, by=case.coach).letter_file == made.letter_file
    with in_bureau(case.bureau):
        assert Line.objects.filter(act=acts.MADE).count() == 1


# -- who ---------------------------------------------------------------------------------------------------------------
def test_who_does_not_write_in_the_dossier_asks_nothing(case):
    consent, question = machtiging(case), Question(WHAT, WHY)
    stranger, fg = make_member(case.bureau, "Bob", Role.COACH), make_member(case.bureau, "Fien", Role.FG)
    for who in (stranger, fg):
        with pytest.raises(Http404), acting(who):
            acts.prepare(dossier=case.dossier, consent=consent, question=question, by=who)


@pytest.mark.article("werkid", "13.1")
def test_from_an_archived_dossier_nothing_is_asked(case):
    consent = machtiging(case)
    with in_bureau(case.bureau):
        Dossier.objects.filter(pk=case.dossier.pk).update(archived_at=timezone.now())
        before, now_ = case.dossier, Dossier.objects.get(pk=case.dossier.pk)
    for dossier in (before, now_):  # as a form that was opened before it was archived still has it
        with pytest.raises(RuleBroken, match="gearchiveerd"), in_a_view(case.coach):
            acts.prepare(dossier=dossier, consent=consent, question=Question(WHAT, WHY), by=case.coach)
    assert rows(case) == []


# -- what comes of it --------------------------------------------------------------------------------------------------
@pytest.mark.article("javawest", "5.1")
def test_the_answer_is_laid_in_the_dossier_as_from_a_third_party_once(case):
    row = asked(case)
    done = answered(case, row)
    assert answered(case, row).stuk_id == done.stuk_id
    with in_bureau(case.bureau):
        (stuk,) = Stuk.objects.filter(dossier=case.dossier)
        assert (stuk.pk, stuk.herkomst, stuk.state) == (done.stuk_id, "derde", "vastgesteld")
        assert StoredFile.objects.filter(stuk=stuk).count() == 1
        assert stuk.versions.get().content["title"] == f"Antwoord van {PARTY} op {row.number}"
    assert (now(row).state, now(row).ended_by_name) == ("beantwoord", case.coach.name)


def test_before_the_letter_there_is_no_answer_and_an_empty_file_is_none(case):
    consent = machtiging(case)
    with pytest.raises(RuleBroken, match="nog niets gevraagd"):
        answered(case, prepared(case, consent))
    row = asked(case, consent, what="Iets anders")
    with pytest.raises(RuleBroken, match="leeg"):
        answered(case, row, upload=SimpleUploadedFile("leeg.pdf", b""))
    assert now(row).state == "gevraagd"


def test_it_is_closed_with_a_reason_and_then_over(case):
    row = asked(case)
    with pytest.raises(RuleBroken, match="waarom"), in_a_view(case.coach):
        acts.close(question=row, reason=" ", by=case.coach)
    with in_a_view(case.coach):
        acts.close(question=row, reason="Zij geven niets", by=case.coach)
        acts.close(question=row, reason="Nog eens", by=case.coach)
    with in_bureau(case.bureau):
        done = InformationRequest.objects.get(pk=row.pk)
        assert (done.state, done.end_reason) == ("gesloten", "Zij geven niets")
    with pytest.raises(RuleBroken, match="afgesloten"):
        answered(case, row)


@pytest.mark.article("javawest", "5.2")
@pytest.mark.article("jmwerkt", "3.1.3")
def test_a_withdrawal_stops_what_is_asked_at_once_and_the_coach_hears(case):
    consent = machtiging(case)
    waits, new = asked(case, consent), prepared(case, consent, what="Iets anders")
    done = answered(case, asked(case, consent, what="Nog iets"))
    take_back(case, consent)
    assert [now(one).state for one in (waits, new, done)] == ["ingetrokken", "ingetrokken", "beantwoord"]
    for act in (lambda: answered(case, waits), lambda: asked(case, consent, what="Meer")):
        with pytest.raises(RuleBroken):
            act()
    with in_bureau(case.bureau):
        mails = Mail.objects.filter(kind="opvraging_gestopt", to=case.coach.user.email)
        assert {one.facts["path"] for one in mails} == {f"/opvragingen/{one.pk}/" for one in (waits, new)}
        assert not any(PARTY in str(one.facts) for one in mails)
        assert Line.objects.filter(act=acts.STOPPED).count() == 2


# -- following up ------------------------------------------------------------------------------------------------------
@given(DAYS, DAYS)
def test_the_day_on_the_letter_is_what_was_chosen_or_two_weeks_on(chosen, today):
    on = rules.follow_up(chosen, today)
    assert on > today
    assert on in (chosen, today + rules.WAIT)


def test_the_coach_is_reminded_once_for_each_day_and_finds_it_in_the_work_list(case):
    row = asked(case)
    assert (row.follow_up_on, go_round(case.bureau.pk)) == (timezone.localdate() + timedelta(days=14), 0)
    browser = log_in(case.coach)
    assert row.number not in browser.get("/werkvoorraad/").content.decode()
    due(row)
    assert [go_round(case.bureau.pk) for _ in range(3)] == [1, 0, 0]
    with in_bureau(case.bureau):
        (mail,) = Mail.objects.filter(kind="opvraging_opvolgen")
        assert (mail.to, mail.facts) == (
            case.coach.user.email, {"path": f"/opvragingen/{row.pk}/", "number": row.number},
        )  # fmt: skip
    assert row.number in browser.get("/werkvoorraad/").content.decode()
    with in_a_view(case.coach):
        acts.postpone(question=row, follow_up_on=timezone.localdate() + timedelta(days=7), by=case.coach)
    assert row.number not in browser.get("/werkvoorraad/").content.decode()
    due(row, 1)
    assert go_round(case.bureau.pk) == 1
    answered(case, row)
    assert row.number not in browser.get("/werkvoorraad/").content.decode()


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_day_that_can_not_be_is_refused(case, days):
    row, day = asked(case), timezone.localdate() + timedelta(days=days)
    with pytest.raises(RuleBroken, match="Kies een dag"), in_a_view(case.coach):
        acts.postpone(question=row, follow_up_on=day, by=case.coach)


# -- pages -------------------------------------------------------------------------------------------------------------
def test_from_the_dossier_to_an_answer(case):
    browser, consent = log_in(case.coach), machtiging(case)
    start = f"/dossiers/{case.dossier.pk}/opvragen/"
    assert start in browser.get(f"/dossiers/{case.dossier.pk}/").content.decode()
    bad = browser.post(start, {"what": "<b>d'Artagnan</b>", "why": "", "follow_up_on": "gisteren"})
    told = bad.content.decode()
    for said in ("Kies de machtiging", "Schrijf op waarvoor", "geen datum", "d&#x27;Artagnan"):
        assert said in told
    sent = {"consent": str(consent.pk), "what": WHAT, "why": WHY, "address": "",
            "follow_up_on": (timezone.localdate() + timedelta(days=10)).isoformat()}  # fmt: skip
    page = browser.post(start, sent)["Location"]
    assert browser.post(f"{page}brief/").status_code == 302
    paper = browser.get(f"{page}brief.pdf")
    assert b"".join(paper.streaming_content).startswith(b"%PDF")
    given_ = {"kind": "document", "date": timezone.localdate().isoformat(), "title": "",
              "upload": upload(pdf(), "brief.pdf")}  # fmt: skip
    assert browser.post(f"{page}antwoord/", given_ | {"upload": ""}).status_code == 200
    assert browser.post(f"{page}antwoord/", given_).status_code == 302
    assert "antwoord in het dossier" in browser.get(page).content.decode()
    (row,) = rows(case)
    assert row.number in browser.get(f"/clienten/{case.client.pk}/opgevraagd/").content.decode()


def test_without_a_machtiging_the_page_says_to_ask_it_first(case):
    told = log_in(case.coach).get(f"/dossiers/{case.dossier.pk}/opvragen/").content.decode()
    assert "geen machtiging die nu geldt" in told
    assert "Verder: brief maken" not in told


@pytest.mark.article("javawest", "6.2")
def test_the_client_reads_what_was_asked_of_whom_and_not_what_is_prepared(case):
    consent = machtiging(case)
    asked(case, consent)
    prepared(case, consent, what="Nog niet gevraagd")
    browser = log_in(case.member)
    for path in ("/mijn/toestemmingen/", f"/mijn/toestemmingen/{consent.pk}/"):
        told = browser.get(path).content.decode()
        assert WHAT in told
        assert "Nog niet gevraagd" not in told
    other = make_case(case.bureau, "Bart")
    assert WHAT not in log_in(other.member).get("/mijn/toestemmingen/").content.decode()


def test_the_list_and_the_shelf_cost_the_same_whatever_their_length(case):
    browser, consent = log_in(case.coach), machtiging(case)
    path = f"/clienten/{case.client.pk}/opgevraagd/"

    def more(first: int, many: int) -> None:
        with in_bureau(case.bureau):
            for at in range(first, first + many):
                running_row(case.dossier, case.coach, consent, f"IV2020-{at:04}")

    more(1, 1)
    browser.get(path)
    few = [len(queries_of(browser, one)) for one in (path, "/werkvoorraad/")]
    more(2, 30)
    assert [len(queries_of(browser, one)) for one in (path, "/werkvoorraad/")] == few
    assert "Bladzijde 1 van 2" in browser.get(path).content.decode()
