"""Asking somebody outside, on the screens: after a withdrawal, for who only looks, and where it is found again."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.utils import formats, timezone
from pypdf import PdfReader

from access import actions as grants
from access.models import Ground, Role
from bureaus.tenancy import in_bureau
from consent.actions import information as acts
from consent.actions.consents import withdraw
from consent.information_rounds import go_round
from consent.models import InformationRequest
from dossiers.models import Dossier
from tests.support.consent_rows import given_row
from tests.support.disclosing import in_a_view, with_key
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import Case, make_case
from tests.support.questions import PARTY, answered, asked, due, machtiging, prepared, question_row, running_row
from vault.files import open_sealed


@pytest.fixture
def case(db) -> Case:
    return make_case(make_bureau())


# -- after a withdrawal, and who is let in --------------------------------------------------------------------------
@pytest.mark.article("javawest", "5.2")
def test_after_a_withdrawal_the_letter_and_the_machtiging_go_nowhere(case):
    consent = machtiging(case)
    row, browser = asked(case, consent), log_in(case.coach)
    page = f"/opvragingen/{row.pk}/"
    assert f"{page}brief.pdf" in browser.get(page).content.decode()
    with acting(case.member):
        withdraw(consent=consent, by=case.member)
    told = browser.get(page).content.decode()
    assert f"{page}brief.pdf" not in told
    assert "Stuur een kopie" not in told
    refused = browser.get(f"{page}brief.pdf")
    assert refused.status_code == 403
    assert "niet meer verstuurd" in refused.content.decode()


@pytest.mark.article("javawest", "5.2")
def test_a_letter_on_its_way_is_printed_no_more_once_the_term_of_its_machtiging_passed(case):
    with in_bureau(case.bureau):
        over = {"party": PARTY, "ends_on": timezone.localdate()}
        ended = given_row(with_key(case.client), "T2026-0001", "machtiging", **over)
        waits = running_row(case.dossier, case.coach, ended, "IV2026-0001")
        done = question_row(case.dossier, case.coach, ended, "IV2026-0002")
    browser = log_in(case.coach)
    pages = [f"/opvragingen/{one.pk}/" for one in (waits, done)]
    assert [f"{page}brief.pdf" in browser.get(page).content.decode() for page in pages] == [False, True]
    assert [browser.get(f"{page}brief.pdf").status_code for page in pages] == [403, 200]


def test_the_letter_of_what_was_answered_can_still_be_read_and_of_what_was_closed_not(case):
    consent, browser = machtiging(case), log_in(case.coach)
    done, over = asked(case, consent), asked(case, consent, what="Iets anders")
    answered(case, done)
    with in_a_view(case.coach):
        acts.close(question=over, reason="Niet meer nodig", by=case.coach)
    assert [browser.get(f"/opvragingen/{one.pk}/brief.pdf").status_code for one in (done, over)] == [200, 403]


@pytest.mark.article("pluspunt", "4.1")
def test_who_was_let_in_to_read_sees_no_button_for_the_letter(case):
    row, visitor = asked(case), make_member(case.bureau, "Bob", Role.COACH)
    with in_bureau(case.bureau):
        expires = timezone.now() + timedelta(hours=4)
        grants.grant(dossier=case.dossier, to=visitor, ground=Ground.CONSENT_OF_DIRECTIE, expires_at=expires)
    browser, page = log_in(visitor), f"/opvragingen/{row.pk}/"
    told = browser.get(page)
    assert (told.status_code, browser.get(f"{page}brief.pdf").status_code) == (200, 403)
    assert f"{page}brief.pdf" not in told.content.decode()


# -- where it is found -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["coach", "directie"])
def test_who_reads_the_list_finds_it_on_the_dossier_of_an_archived_one_too(case, role):
    who = case.coach if role == "coach" else make_member(case.bureau, "Dirk", Role.DIRECTIE)
    page, ask = f"/clienten/{case.client.pk}/opgevraagd/", f"/dossiers/{case.dossier.pk}/opvragen/"
    browser = log_in(who)
    told = browser.get(f"/dossiers/{case.dossier.pk}/").content.decode()
    assert (page in told, ask in told) == (True, role == "coach")
    with in_bureau(case.bureau):
        Dossier.objects.filter(pk=case.dossier.pk).update(archived_at=timezone.now())
    told = browser.get(f"/dossiers/{case.dossier.pk}/").content.decode()
    assert (page in told, ask in told) == (True, False)
    assert browser.get(page).status_code == 200


def test_what_was_prepared_and_forgotten_comes_back(case):
    row, browser = prepared(case), log_in(case.coach)
    told = browser.get(f"/clienten/{case.client.pk}/opgevraagd/").content.decode()
    assert "brief nog maken" in told
    assert "niet meer nodig" not in told
    assert row.number not in browser.get("/werkvoorraad/").content.decode()
    assert go_round(case.bureau.pk) == 0
    due(row)
    assert [go_round(case.bureau.pk) for _ in range(2)] == [1, 0]
    told = browser.get("/werkvoorraad/").content.decode()
    assert f"{row.number}, brief nog maken" in told
    assert f"/opvragingen/{row.pk}/later/" in browser.get(f"/opvragingen/{row.pk}/").content.decode()
    with in_a_view(case.coach):
        made = acts.make_letter(question=row, by=case.coach)
    due(made)
    assert go_round(case.bureau.pk) == 0, "that day was said already"
    due(made, 1)
    assert go_round(case.bureau.pk) == 1


# -- the machtiging that goes along ------------------------------------------------------------------------------------
def pages_of(case: Case, row: InformationRequest) -> list[str]:
    """The letter as it was sealed, a text for each page."""
    with in_bureau(case.bureau):
        made = b"".join(open_sealed(subject_id=row.dossier_id, name=row.letter_file))
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(made)).pages]


@pytest.mark.article("javawest", "5.2")
def test_a_machtiging_of_the_portal_is_printed_with_the_letter(case):
    with in_bureau(case.bureau):
        consent = given_row(with_key(case.client), "T2026-0009", "machtiging", signed_name="Vera de Boer")
    row = asked(case, consent)
    *letter, machtiging_ = pages_of(case, row)
    said = " ".join(letter)
    assert "Bijlage: machtiging T2026-0009, op de volgende bladzijde" in said
    given_on = formats.date_format(timezone.localdate(), "j F Y")
    for words in (" ".join(consent.text.text.split()), str(case.client), "T2026-0009", given_on, "in het portaal",
                  "Charlie", "Vera de Boer", "Huisarts Vermeer", "De brief van 3 maart"):  # fmt: skip
        assert words in machtiging_, machtiging_
        assert words != consent.text.text or words not in said
    told = log_in(case.coach).get(f"/opvragingen/{row.pk}/").content.decode()
    assert "De machtiging zit bij de brief" in told
    assert "Stuur een kopie" not in told


@pytest.mark.article("javawest", "5.2")
def test_of_a_machtiging_on_paper_a_copy_is_added_by_hand(case):
    row = asked(case)
    *_, last = pages_of(case, row)
    assert "Bijlage: kopie van de getekende machtiging T2026-0001" in last
    told = log_in(case.coach).get(f"/opvragingen/{row.pk}/").content.decode()
    assert "Stuur een kopie van de getekende machtiging met de brief mee" in told
    assert "zit bij de brief" not in told
