"""Two lists beside each other tell nobody apart; a list goes to whom the consent names; the log holds no names."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import connections, transaction

from access.models import Role
from access.reach import as_system
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from consent import export_selection
from consent.actions.consents import withdraw
from consent.actions.exports import BUSY
from consent.actions.research import Question, ask_research, decide_research
from consent.models import ConsentExport, ExportKind
from dossiers.models import Dossier
from journal.models import Line
from retention.erasing import erase_dossier
from tests.support.consents import answer, given
from tests.support.exported import PERIOD, ended, lines_of, made
from tests.support.people import acting, make_bureau, make_member
from tests.support.portal import make_case
from tests.support.waiting import until_somebody_waits

LOOKED = 3.0  # seconds, longer than PostgreSQL waits before it looks for a deadlock


@pytest.fixture
def studied(db):
    """Seven people who agreed to one research by one party, its asking allowed, and who makes the lists."""
    bureau = make_bureau("werkid", "werkid")
    cases = [make_case(bureau, f"Naam{at}") for at in range(7)]
    rows = []
    for one in cases:
        ended(one)
        rows.append(given(one, "research", scope="Werkt het?", party="Hogeschool"))
    diana = make_member(bureau, "Diana", Role.DIRECTIE)
    return cases, rows, diana


def allowed(case, diana, receiver: str = "Hogeschool", **period):
    with acting(case.coach):
        row = ask_research(question=Question("Werkt het?", receiver, **(PERIOD | period)), by=case.coach)
    with acting(diana):
        return decide_research(ask=row, allowed=True, reason="", by=diana)


@pytest.mark.article("werkid", "9")
def test_research_goes_to_whom_the_consent_names_and_to_nobody_else(studied):
    cases, _, diana = studied
    other = allowed(cases[0], diana, "Datahandel BV")
    with pytest.raises(RuleBroken, match="niemand"):
        made(diana, ExportKind.RESEARCH, research=other)
    done = made(diana, ExportKind.RESEARCH, research=allowed(cases[0], diana), receiver="Iemand anders")
    assert len(lines_of(done)) == len(cases)
    assert done.row.receiver == "Hogeschool"  # as it was decided, whatever is asked with it


@pytest.mark.article("werkid", "9")
def test_a_second_research_about_the_same_days_for_the_same_receiver_is_refused(studied):
    cases, _, diana = studied
    made(diana, ExportKind.RESEARCH, research=allowed(cases[0], diana))
    longer = allowed(cases[0], diana, ends_on=PERIOD["ends_on"] + timedelta(days=1))
    with pytest.raises(RuleBroken, match="een deel van deze periode"):
        made(diana, ExportKind.RESEARCH, research=longer, again=True)


@pytest.mark.article("werkid", "9")
def test_the_same_research_again_is_refused_when_the_difference_is_a_few_people(studied):
    cases, rows, diana = studied
    research = allowed(cases[0], diana)
    made(diana, ExportKind.RESEARCH, research=research)
    made(diana, ExportKind.RESEARCH, research=research, again=True)
    answer(cases[0], withdraw, rows[0])
    with pytest.raises(RuleBroken, match="enkele personen bij of af"):
        made(diana, ExportKind.RESEARCH, research=research, again=True)
    with in_bureau(diana.bureau):
        assert ConsentExport.objects.count() == 2


def test_the_log_of_a_refused_second_list_names_neither_who_made_the_first_nor_for_whom(db):
    case = make_case(make_bureau("javawest", "javawest"))
    diana = make_member(case.bureau, "Diana", Role.DIRECTIE)
    ended(case)
    made(diana, ExportKind.SURVEY, receiver="Mevrouw Geheim")
    with pytest.raises(RuleBroken, match="Mevrouw Geheim"):
        made(diana, ExportKind.SURVEY)
    with in_bureau(case.bureau):
        line = Line.objects.get(act="uitvoer.gemaakt", result="geweigerd")
    assert line.reason == "deze lijst is er al"


@pytest.mark.timeout(120)
@pytest.mark.django_db(transaction=True)
def test_a_dossier_that_is_destroyed_while_a_list_is_made_ends_one_of_the_two_in_words(monkeypatch):
    """The list holds the consent and wants the client, destruction the other way round: the list gives way."""
    bureau = make_bureau("jmwerkt", "jmwerkt")
    case, diana = make_case(bureau), make_member(bureau, "Diana", Role.DIRECTIE)
    given(case, "satisfaction_survey")
    held, go, came = threading.Event(), threading.Event(), {}
    hold = export_selection._consents_held

    def slowly(asked):
        found = hold(asked)
        held.set()
        assert go.wait(60)
        return found

    monkeypatch.setattr(export_selection, "_consents_held", slowly)

    def listing() -> None:
        try:
            made(diana, ExportKind.SATISFACTION)
        except RuleBroken as refusal:
            came["list"] = str(refusal)
        finally:
            connections.close_all()

    def erasing() -> None:
        try:
            with in_bureau(bureau), as_system(), transaction.atomic():
                dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=case.dossier.pk)
                erase_dossier(dossier)
            came["erased"] = True
        finally:
            connections.close_all()

    one = threading.Thread(target=listing)
    one.start()
    assert held.wait(20)
    other = threading.Thread(target=erasing)
    other.start()
    # It has the client and waits for the consent; that alone is no deadlock, and it has looked.
    until_somebody_waits()
    time.sleep(LOOKED)
    go.set()
    one.join()
    other.join()
    assert came == {"list": BUSY, "erased": True}
    with in_bureau(bureau):
        assert ConsentExport.objects.count() == 0
        assert Line.objects.get(act="uitvoer.gemaakt", result="geweigerd").reason == BUSY
