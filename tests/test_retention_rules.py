"""Terms and due dates: the documented dates, and a slow calculation that shares no code with ours."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureaus import presets
from bureaus.schema import Action, DataClass, RetentionRule, Trigger
from retention.models import HoldKind, KeptBecause
from retention.rules import Level, add_term, due_date, most_specific, transfer_from, within_maximum

DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))
NUMBERS = st.integers(0, 40)


def rule(term: str = "P5Y", trigger: Trigger = Trigger.TRAJECT_ENDED, **other: object) -> RetentionRule:
    return RetentionRule(term=term, trigger=trigger, action=Action.DESTROY_PV, **other)  # type: ignore[arg-type]


def dossier_rule(preset: str, kind: DataClass = DataClass.DOSSIER) -> RetentionRule:
    return presets.load(preset).rules.retention.rule(kind)


@pytest.mark.parametrize(
    ("start", "term", "end"),
    [
        (date(2026, 1, 1), "P2Y", date(2028, 1, 1)),
        (date(2026, 1, 1), "P10Y", date(2036, 1, 1)),
        (date(2021, 3, 3), "P5Y", date(2026, 3, 3)),
        (date(2024, 2, 29), "P1Y", date(2025, 2, 28)),
        (date(2024, 2, 29), "P4Y", date(2028, 2, 29)),
        (date(2026, 1, 31), "P1M", date(2026, 2, 28)),
        (date(2028, 1, 31), "P1M", date(2028, 2, 29)),
        (date(2026, 11, 30), "P3M", date(2027, 2, 28)),
        (date(2026, 8, 31), "P3M", date(2026, 11, 30)),
        (date(2026, 12, 31), "P1M", date(2027, 1, 31)),
        (date(2026, 3, 5), "P4W", date(2026, 4, 2)),
        (date(2026, 12, 25), "P14D", date(2027, 1, 8)),
        (date(2024, 8, 31), "P1Y6M", date(2026, 2, 28)),
        (date(2026, 1, 31), "P1M1D", date(2026, 3, 1)),
    ],
)
def test_a_term_ends_on_its_documented_day(start: date, term: str, end: date) -> None:
    assert add_term(start, term) == end


@pytest.mark.parametrize(
    "bad",
    ["", "P", "5Y", "P5", "P0D", "P0Y0M", "P-5Y", "+P5Y", "P5y", "p5Y", "P1.5Y", "PT5H", "P1YT1H", "P5Y ", "P5Y\n",
     "P6M1Y", "P5Y5Y", "P٥Y", "vijf jaar", "P99999Y", "transfer"],
)  # fmt: skip
def test_a_bad_term_is_refused_in_words(bad: str) -> None:
    with pytest.raises(ValueError, match="is geen termijn"):
        add_term(date(2026, 1, 1), bad)


def test_a_term_past_the_calendar_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="999 jaar na 9500-01-01 valt buiten de kalender"):
        add_term(date(9500, 1, 1), "P999Y")


def slow_months(start: date, months: int) -> date:
    """Month by month, then back from the wanted day until it exists."""
    year, month = start.year, start.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for day in range(start.day, 0, -1):
        try:
            return date.fromisoformat(f"{year:04d}-{month:02d}-{day:02d}")
        except ValueError:
            continue
    raise AssertionError


@given(DAYS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_a_term_agrees_with_counting_by_hand(start: date, years: int, months: int, weeks: int, days: int) -> None:
    if not years + months + weeks + days:
        return
    expected = slow_months(start, 12 * years + months)
    for _ in range(7 * weeks + days):
        expected += timedelta(days=1)
    assert add_term(start, f"P{years}Y{months}M{weeks}W{days}D") == expected


@given(DAYS, DAYS, st.sampled_from(["P5Y", "P2Y", "P10Y", "P3M", "P4W", "P14D", "P1Y6M", "P1M"]))
def test_a_later_start_never_ends_earlier(one: date, other: date, term: str) -> None:
    first, second = sorted((one, other))
    assert add_term(first, term) <= add_term(second, term)
    assert add_term(first, term) > first


def test_a_due_date_says_why() -> None:
    due = due_date({Trigger.TRAJECT_ENDED: date(2021, 3, 3)}, rule(article="javawest 7"))
    assert due.on == date(2026, 3, 3)
    assert due.explanation == "5 jaar na einde traject op 3 maart 2021 (javawest 7)"


def test_it_is_due_on_the_day_the_term_has_passed_and_not_a_day_before() -> None:
    due = due_date({Trigger.TRAJECT_ENDED: date(2021, 3, 3)}, rule())
    assert due.is_due(date(2026, 3, 3))
    assert not due.is_due(date(2026, 3, 2))


@pytest.mark.parametrize("dates", [{}, {Trigger.TRAJECT_ENDED: None}, {Trigger.CONTRACT_ENDED: date(1990, 1, 1)}])
def test_nothing_without_its_trigger_is_ever_due(dates: dict[Trigger, date | None]) -> None:
    due = due_date(dates, rule())
    assert due.on is None
    assert not due.is_due(date.max)
    assert due.missing == (Trigger.TRAJECT_ENDED,)
    assert "ontbreekt" in due.explanation


@pytest.mark.article("javawest", "7")
def test_javawest_keeps_five_years_after_the_traject() -> None:
    due = due_date(
        {Trigger.TRAJECT_ENDED: date(2021, 3, 3), Trigger.SERVICE_CLOSED: date(2022, 1, 1)}, dossier_rule("javawest")
    )
    assert (due.on, due.explanation) == (date(2026, 3, 3), "5 jaar na einde traject op 3 maart 2021 (javawest 7)")


@pytest.mark.article("werkid", "13.2")
def test_werkid_keeps_five_years_after_closing_the_service() -> None:
    due = due_date(
        {Trigger.TRAJECT_ENDED: date(2020, 1, 1), Trigger.SERVICE_CLOSED: date(2020, 2, 29)}, dossier_rule("werkid")
    )
    assert due.on == date(2025, 2, 28)


@pytest.mark.article("pluspunt", "3.5")
def test_pluspunt_keeps_at_most_five_years_and_an_agreement_can_only_shorten_that() -> None:
    five = dossier_rule("pluspunt")
    assert due_date({Trigger.SERVICE_CLOSED: date(2021, 6, 30)}, five).on == date(2026, 6, 30)
    assert five.action == Action.DESTROY_PV_CERTIFICATE
    closed = Trigger.SERVICE_CLOSED
    assert most_specific(five, contract=rule("P7Y", closed)).level == Level.REGLEMENT
    assert most_specific(five, contract=rule("P1Y", Trigger.CONTRACT_ENDED)).level == Level.REGLEMENT
    assert most_specific(five, contract=rule("P3Y", closed)).level == Level.CONTRACT
    assert not within_maximum(five, rule("P61M", closed))


@pytest.mark.article("jmwerkt", "8.1.2")
def test_jmwerkt_counts_two_and_ten_years_from_the_end_of_the_contract() -> None:
    dates = {Trigger.CONTRACT_ENDED: date(2026, 1, 1), Trigger.TRAJECT_ENDED: date(2025, 1, 1)}
    assert due_date(dates, dossier_rule("jmwerkt")).on == date(2028, 1, 1)
    assert due_date(dates, dossier_rule("jmwerkt", DataClass.LEGALLY_REQUIRED)).on == date(2036, 1, 1)


@pytest.mark.article("werklokaal", "7")
def test_werklokaal_keeps_its_copy_until_the_opdrachtgever_has_signed_for_receipt() -> None:
    transfer = dossier_rule("werklokaal")
    ended: dict[Trigger, date | None] = {Trigger.TRAJECT_ENDED: date(2026, 5, 1)}
    assert transfer_from(ended, transfer) == date(2026, 5, 1)
    assert due_date({}, transfer).missing == (Trigger.TRAJECT_ENDED,)
    assert due_date(ended, transfer).missing == (Trigger.TRANSFER_RECEIVED,)
    assert not due_date(ended, transfer).is_due(date.max)
    assert due_date(ended | {Trigger.TRANSFER_RECEIVED: date(2026, 5, 20)}, transfer).on == date(2026, 5, 20)
    assert transfer.receiver_keeps == "P10Y"


def test_the_most_specific_of_the_four_levels_holds() -> None:
    general, kind, contract, traject = rule("P5Y"), rule("P4Y"), rule("P3Y"), rule("P2Y")
    assert most_specific(general).level == Level.REGLEMENT
    assert most_specific(general, traject_kind=kind).rule == kind
    assert most_specific(general, traject_kind=kind, contract=contract).rule == contract
    assert most_specific(general, traject_kind=kind, contract=contract, traject=traject).level == Level.TRAJECT


def test_why_something_was_kept_has_one_code_and_its_words():
    codes = [*HoldKind.values, *KeptBecause.values]
    assert len(codes) == len(set(codes))
    assert KeptBecause.words("klacht,papier") == "er loopt een klacht, het papier stond ergens anders dan op de lijst"
    assert KeptBecause.words("") == ""
