"""Names, phases and what a line of text may hold."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from bureaus import validators
from clients import rules


@pytest.mark.parametrize(
    "text",
    ["Jan\u202enaJ", "Jan\u200bsen", "Jan\x00sen", "Jan\x07", "Jan\u2066sen", "Jan\ue000"],
    ids=["right to left", "zero width", "nul", "bell", "isolate", "private"],
)
def test_a_sign_that_nobody_sees_is_refused_in_a_line(text):
    with pytest.raises(ValidationError, match="onzichtbaar teken"):
        validators.clean_line(text)


def test_spaces_of_every_kind_become_one_and_accents_stay():
    assert validators.clean_line("  d'Arc \u00a0 \t Çelik\n") == "d'Arc Çelik"


@given(st.text(max_size=300))
def test_a_cleaned_line_is_one_line_that_stays_the_same(text):
    try:
        line = validators.clean_line(text)
    except ValidationError:
        return
    assert "\n" not in line
    assert validators.clean_line(line) == line


def test_names_are_listed_on_the_achternaam():
    assert rules.listed_name("Jan", "van den", "Berg") == "Berg, Jan van den"
    assert rules.listed_name("", "", "Berg") == "Berg"


@pytest.mark.parametrize(
    ("words", "phases"),
    [
        (["aanmelding", "intake", "plan", "uitvoering", "afronding"], "aangemeld intake plan begeleiding nazorg"),
        (["aanmelding", "intake", "plan", "bemiddeling", "nazorg"], "aangemeld intake plan plaatsing nazorg"),
        (["aanmelding", "kennismaking", "plan", "begeleiding op het werk"], "aangemeld intake plan begeleiding"),
        (["iets eigens"], "aangemeld begeleiding"),
        ([], "aangemeld"),
    ],
)
def test_the_words_of_a_reglement_become_phases(words, phases):
    assert rules.phases_of(words) == phases.split()


@given(st.integers(0, 8), st.dates(), st.one_of(st.none(), st.dates()))
def test_planned_periods_follow_each_other(count, start, end):
    spans = rules.planned_periods(count, start, end)
    for (_, ends), (starts, _) in pairwise(spans):
        assert ends == starts
    assert len(spans) <= count
    assert all(until is None or until >= begin for begin, until in spans)


def test_an_end_before_its_begin_is_refused():
    with pytest.raises(rules.Refused) as refusal:
        rules.check_period(date(2026, 2, 1), date(2026, 1, 1), "Te vroeg.", "planned_end")
    assert refusal.value.field == "planned_end"
