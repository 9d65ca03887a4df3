"""Somebody telephones: nothing is said, and that is noted (javawest 8, werkid 12)."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import Http404
from django.utils import timezone

from access.models import Declaration, Role
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from consent import call_access, disclosing
from consent.actions.calls import REFUSED, note_refused
from consent.models import RefusedCall
from journal.models import Line, Result
from tests.support.disclosure_rows import call_row, disclosure_rows
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import Case, make_case, queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.article("javawest", "8"), pytest.mark.article("werkid", "12")]
ASKED = "Of Vera al werk heeft, en wie haar arts is."
MOST = 14


@pytest.fixture
def case() -> Case:
    return make_case(make_bureau())


def noted(case: Case, by=None, **more) -> RefusedCall:
    who = by or case.coach
    said = {"caller": "P. O'Neill", "organisation": "UWV", "asked": ASKED, "called_at": timezone.now()} | more
    with acting(who):
        return note_refused(dossier=case.dossier, by=who, **said)


def filled(**more) -> dict[str, str]:
    now = timezone.localtime()
    typed = {"caller": "P. O'Neill", "organisation": "", "asked": ASKED, "called_on": now.date().isoformat(),
             "called_time": "00:00"}  # fmt: skip
    return typed | more


def page_of(case: Case) -> str:
    return f"/dossiers/{case.dossier.pk}/gebeld/"


def test_a_refused_call_is_sealed_journaled_and_on_both_registers(case):
    coach = log_in(case.coach)
    answer = coach.post(page_of(case), filled(organisation="UWV"), follow=True)
    said = answer.content.decode()
    assert "Genoteerd als geweigerd" in said
    assert "P. O&#x27;Neill" in said and "wie haar arts is" in said and "geweigerd" in said
    with in_bureau(case.bureau):
        line = Line.objects.get(act=REFUSED)
        assert (line.dossier_number, "arts" in str(vars(line))) == (case.dossier.number, False)
        raw = RefusedCall.objects.raw("SELECT id, bureau_id, caller::text AS kept FROM consent_refusedcall")[0].kept
        assert "Neill" not in raw
    dirk = log_in(make_member(case.bureau, "Dirk", Role.DIRECTIE))
    for query in ("", "?stand=geweigerd", f"?jaar={timezone.localdate().year}"):
        assert "Neill" in dirk.get(f"/registers/verstrekkingen/{query}").content.decode()
    for query in ("?stand=klaar", "?grond=law", f"?jaar={timezone.localdate().year - 1}"):
        assert "Neill" not in dirk.get(f"/registers/verstrekkingen/{query}").content.decode()


def test_the_screen_says_what_to_say_and_names_nobody(case):
    said = re.sub(r'value="\w{64}"', "", log_in(case.coach).get(page_of(case)).content.decode())  # without tokens
    assert "Aan de telefoon zeg ik nooit of iemand hier cliënt is" in said
    assert f"/dossiers/{case.dossier.pk}/verstrekken/" in said
    for name in (case.client.first_name, case.client.last_name):
        assert name not in said
    dossier = log_in(case.coach).get(f"/dossiers/{case.dossier.pk}/").content.decode()
    assert "Iemand belt" in dossier


@pytest.mark.article("javawest", "8")
@pytest.mark.parametrize("role", [Role.COACH, Role.DIRECTIE, Role.ADMINISTRATIE, Role.FG, Role.BEHEERDER])
def test_who_picks_up_has_the_words_at_hand_without_a_dossier(role):
    browser = log_in(make_member(make_bureau("werklokaal", "werklokaal"), "Noor", role))
    assert 'href="/gebeld/"' in browser.get("/werkvoorraad/").content.decode()
    page = browser.get("/gebeld/")
    said = page.content.decode()
    assert "Aan de telefoon zeg ik nooit of iemand hier" in said
    assert "/dossiers/" not in said
    assert browser.post("/gebeld/").status_code == 405


def test_it_speaks_the_words_of_the_bureau():
    case = make_case(make_bureau("werklokaal", "werklokaal"))
    assert "of iemand hier klant is" in log_in(case.coach).get(page_of(case)).content.decode()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"caller": " "}, "caller"),
        ({"asked": ""}, "asked"),
        ({"called_at": timezone.now() + timedelta(days=2)}, "called_time"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(case, more, field):
    with pytest.raises(RuleBroken) as refused:
        noted(case, **more)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"caller": ""}, "Vul in wie de beller zei te zijn"), ({"asked": " \n"}, "Schrijf op wat werd gevraagd"),
        ({"called_on": "morgen"}, "geen datum"), ({"called_time": "25:99"}, "geen tijd"),
        ({"called_on": "9999-12-31"}, "in de toekomst"), ({"caller": "x" * 151}, "ten hoogste 150"),
        ({"called_time": "23:59:59.999"}, "toekomst"),  # of the day on which this runs, not of when it was read
    ],
)  # fmt: skip
def test_bad_input_is_answered_in_words_and_what_was_typed_stays(case, typed, said):
    answer = log_in(case.coach).post(page_of(case), filled(**typed))
    assert answer.status_code == 200
    assert said in answer.content.decode()
    if "asked" not in typed:
        assert "wie haar arts is" in answer.content.decode()
    with in_bureau(case.bureau):
        assert not RefusedCall.objects.exists()


def test_what_is_not_noted_leaves_its_line(case):
    with acting(case.coach), suppress(RuleBroken):
        note_refused(dossier=case.dossier, by=case.coach, caller="Piet", asked=" ", called_at=timezone.now())
    with in_bureau(case.bureau):
        assert Line.objects.get(act=REFUSED).result == Result.REFUSED
        assert not RefusedCall.objects.exists()


def test_a_double_click_is_one_line(case):
    coach, typed = log_in(case.coach), filled()
    coach.post(page_of(case), typed)
    coach.post(page_of(case), typed)
    coach.post(page_of(case), typed | {"caller": "Een ander"})
    with in_bureau(case.bureau):
        assert RefusedCall.objects.count() == 2
        assert Line.objects.filter(act=REFUSED).count() == 2


def test_the_desk_notes_it_too_and_who_does_not_stand_in_the_dossier_does_not(case):
    adam, fleur = (make_member(case.bureau, name, role) for name, role in
                   (("Adam", Role.ADMINISTRATIE), ("Fleur", Role.FG)))  # fmt: skip
    assert noted(case, adam).noted_by_name == "Adam"
    for who, refusal in ((fleur, (Http404, PermissionDenied)), (make_case(case.bureau, "Wim").coach, Http404)):
        with pytest.raises(refusal):
            noted(case, who)


def test_who_watches_over_it_reads_that_it_was_and_not_about_whom(case):
    noted(case)
    fleur = log_in(make_member(case.bureau, "Fleur", Role.FG))
    said = fleur.get("/registers/verstrekkingen/").content.decode()
    assert "Neill" in said and case.dossier.number in said
    assert "haar arts" not in said and case.client.last_name not in said
    stranger = make_case(case.bureau, "Wim").coach
    with acting(stranger):
        assert not call_access.calls(stranger).exists()


@pytest.mark.article("javawest", "2")
@pytest.mark.parametrize("role", [Role.DIRECTIE, Role.FG])
def test_who_has_a_declaration_to_sign_first_reads_neither_register(case, role):
    watches = make_member(case.bureau, "Fleur", role)
    with in_bureau(case.bureau):
        disclosure_rows(case.dossier, case.coach)
        call_row(case.dossier)
    with acting(watches):
        assert len(call_access.calls(watches)) == len(disclosing.register(watches)) == 1
    with in_bureau(case.bureau):
        Declaration.objects.filter(membership=watches).delete()
    with acting(watches):
        assert len(call_access.calls(watches)) == len(disclosing.register(watches)) == 0


def test_it_lies_fast(case):
    row = noted(case)
    with acting(case.coach):
        with pytest.raises(DatabaseError, match="lies fast"), transaction.atomic():
            RefusedCall.objects.filter(pk=row.pk).update(noted_by_name="Niemand")
        with pytest.raises(DatabaseError, match="lies fast"), transaction.atomic():
            RefusedCall.objects.filter(pk=row.pk).delete()


def test_the_registers_cost_the_same_however_many_there_are(case):
    with in_bureau(case.bureau):
        call_row(case.dossier)
    dirk = log_in(make_member(case.bureau, "Dirk", Role.DIRECTIE))
    pages = ("/registers/verstrekkingen/", f"/clienten/{case.client.pk}/verstrekkingen/")
    few = [len(queries_of(dirk, page)) for page in pages for _ in range(2)][1::2]
    with in_bureau(case.bureau):
        for minute in range(30):
            call_row(case.dossier, called_at=timezone.now() - timedelta(minutes=minute + 1))
    assert [len(queries_of(dirk, page)) for page in pages] == few
    assert max(few) <= MOST
    first = dirk.get(pages[0]).content.decode()
    assert first.count('data-label="Wie zei te bellen"') == 25
    assert dirk.get(f"{pages[0]}?geweigerd=2").content.decode().count('data-label="Wie zei te bellen"') == 6
