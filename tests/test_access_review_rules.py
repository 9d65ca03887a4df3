"""When an access review is due, and what is said of what somebody reaches: pure."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access import review_rules as rules

DAYS = st.dates(date(2011, 1, 1), date(2090, 1, 1))
TERMS = st.sampled_from(["P1Y", "P6M", "P3M"])


@given(DAYS, TERMS)
def test_the_newest_day_from_which_it_is_due_is_the_last_one(day, every):
    newest = rules.newest_due(day, every)
    assert rules.due_on(newest, every) <= day < rules.due_on(newest + timedelta(days=1), every)


@pytest.mark.parametrize(
    ("days", "said"),
    [(-31, ""), (-30, "vooraf"), (-1, "vooraf"), (0, "week 0"), (6, "week 0"), (7, "week 1"), (70, "week 10")],
)
def test_there_is_a_reminder_a_month_before_on_the_day_and_each_week_after(days, said):
    due = date(2026, 11, 21)
    assert rules.stage(due, due + timedelta(days=days)) == said


@pytest.mark.parametrize(
    ("counts", "together", "said"),
    [
        ({}, 0, "geen enkel dossier"),
        ({"behandelaar": 0}, 0, "geen enkel dossier"),
        ({"behandelaar": 1}, 1, "1 dossier als behandelaar"),
        ({"behandelaar": 41, "rol:administratie": 3}, 44, "41 dossiers als behandelaar, 3 via de rol administratie"),
        ({"behandelaar": 4, "rol:fg": 40}, 40, "40 dossiers via de rol functionaris gegevensbescherming, 4 als"
         " behandelaar; samen 40 dossiers"),
        ({"overmacht": 1, "directie": 1}, 2, "1 dossier met toestemming van de directie, 1 met noodtoegang"),
        ({"van later": 2}, 2, "2 dossiers van later"),
    ],
)  # fmt: skip
def test_what_somebody_reaches_is_said_in_plain_words(counts, together, said):
    assert rules.in_words(counts, together) == said


def test_only_what_was_somebodys_decision_is_loose():
    assert (
        rules.loose({"behandelaar": 9, "rol:fg": 3, "aanmelding": 1, "overmacht": 2, "support": 1, "directie": 4}) == 8
    )
