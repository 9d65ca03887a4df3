"""A machtiging is withdrawn while a letter is made on it, or its answer filed: one of the two comes first."""

from __future__ import annotations

import pytest

from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from consent.actions import information as acts
from consent.actions.consents import withdraw
from dossiers.models import Stuk
from journal.models import Line
from tests.support.people import acting, make_bureau
from tests.support.portal import Case, make_case
from tests.support.questions import answered, asked, machtiging, now, prepared
from tests.test_disclosure_races import together

ROUNDS = 2
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case(transactional_db) -> Case:
    return make_case(make_bureau())


def taken_back(case: Case, consent):
    def act() -> None:
        with acting(case.member):
            withdraw(consent=consent, by=case.member)

    return act


@pytest.mark.article("javawest", "5.2")
def test_a_machtiging_withdrawn_while_the_letter_is_made_ends_in_a_stopped_question(case):
    for at in range(ROUNDS):
        consent = machtiging(case, f"T2026-{at + 1:04}")
        row = prepared(case, consent)

        def make(row=row) -> object:
            with acting(case.coach):
                return acts.make_letter(question=row, by=case.coach)

        outcome, _ = together(make, taken_back(case, consent))
        done = now(row)
        with in_bureau(case.bureau):
            made = Line.objects.filter(act=acts.MADE, object_id=str(row.pk), result="ok").exists()
            stopped = Line.objects.filter(act=acts.STOPPED, object_id=str(row.pk)).count()
        assert (done.state, stopped) == ("ingetrokken", 1)
        assert bool(done.letter_file) == made == (not isinstance(outcome, RuleBroken))


def test_a_machtiging_withdrawn_while_an_answer_is_filed_leaves_it_whole_or_not_at_all(case):
    for at in range(ROUNDS):
        consent = machtiging(case, f"T2026-{at + 1:04}")
        row = asked(case, consent)
        outcome, _ = together(lambda row=row: answered(case, row), taken_back(case, consent))
        done = now(row)
        with in_bureau(case.bureau):
            there = Stuk.objects.filter(pk=done.stuk_id).exists()
        refused = isinstance(outcome, RuleBroken)
        assert (done.state, there) == (("ingetrokken", False) if refused else ("beantwoord", True))


def test_two_clicks_are_one_question(case):
    consent = machtiging(case)
    first, second = together(lambda: prepared(case, consent), lambda: prepared(case, consent))
    assert first.pk == second.pk
