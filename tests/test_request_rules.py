"""The clocks of a request, against the documented dates and a slow calculation with an Easter of its own."""

from __future__ import annotations

import re
from datetime import date, timedelta
from importlib import metadata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import requests
from bureaus.workdays import is_working_day, public_holidays
from requests.rules import (
    acknowledge_by,
    days_stood_still,
    due,
    extension_allowed,
    half_time,
    one_month_deadline,
    reglement_deadline,
    reminded,
)
from retention.rules import add_term

ROOT = Path(__file__).resolve().parent.parent
RECEIVED = st.dates(date(2014, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("received", "four_weeks", "month"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 2)),
        (date(2026, 3, 5), date(2026, 4, 2), date(2026, 4, 7)),
        (date(2026, 8, 31), date(2026, 9, 28), date(2026, 9, 30)),
    ],
)
def test_the_documented_dates_hold(received: date, four_weeks: date, month: date) -> None:
    assert reglement_deadline(received, "P4W") == four_weeks
    assert one_month_deadline(received) == month
    assert due(received, "P4W") == four_weeks


@pytest.mark.parametrize(
    ("received", "month"),
    [
        (date(2026, 3, 3), date(2026, 4, 7)),  # Good Friday, weekend, Easter Monday
        (date(2026, 4, 5), date(2026, 5, 6)),  # 5 May in a year that isn't the fifth
        (date(2025, 4, 5), date(2025, 5, 6)),
        (date(2026, 3, 27), date(2026, 4, 28)),  # King's Day
        (date(2024, 11, 25), date(2024, 12, 27)),  # both days of Christmas
        (date(2025, 12, 1), date(2026, 1, 2)),
        (date(2024, 1, 31), date(2024, 2, 29)),
    ],
)
def test_a_month_that_ends_on_a_holiday_moves_to_the_next_working_day(received: date, month: date) -> None:
    assert one_month_deadline(received) == month


def slow_easter(year: int) -> date:
    """Gauss, as in Lichtenberg's version; the package under test uses dateutil-like tables of its own."""
    a, k = year % 19, year // 100
    m = 15 + (3 * k + 3) // 4 - (8 * k + 13) // 25
    s = 2 - (3 * k + 3) // 4
    d = (19 * a + m) % 30
    r = (d + a // 11) // 29
    og = 21 + d - r
    sz = 7 - (year + year // 4 + s) % 7
    return date(year, 3, 1) + timedelta(days=og + (7 - (og - sz) % 7) - 1)


def slow_holidays(year: int) -> set[date]:
    easter, king = slow_easter(year), date(year, 4, 27)
    moving = {easter + timedelta(days=n) for n in (-2, 0, 1, 39, 49, 50)}
    king -= timedelta(days=1 if king.isoweekday() == 7 else 0)
    return moving | {king, date(year, 1, 1), date(year, 5, 5), date(year, 12, 25), date(year, 12, 26)}


def slow_month(received: date) -> date:
    """Walk day by day: into the next month, to the same number or its end, and on past closed days."""
    day = received.replace(day=1)
    while (day.year, day.month) == (received.year, received.month):
        day += timedelta(days=1)
    month = day.month
    while day.day < received.day and (day + timedelta(days=1)).month == month:
        day += timedelta(days=1)
    while day.isoweekday() > 5 or day in slow_holidays(day.year):
        day += timedelta(days=1)
    return day


@pytest.mark.parametrize("year", range(2020, 2041))
def test_every_day_of_two_decades_agrees_with_the_slow_calculation(year: int) -> None:
    day = date(year, 1, 1)
    while day.year == year:
        assert one_month_deadline(day) == slow_month(day), day
        day += timedelta(days=1)


@given(RECEIVED)
def test_the_month_ends_on_a_working_day_within_a_week_after_it(received: date) -> None:
    end = one_month_deadline(received)
    assert is_working_day(end)
    assert timedelta(days=28) <= end - received <= timedelta(days=36)
    assert due(received, None, extended=True) > end
    assert set(public_holidays(received.year)) == slow_holidays(received.year)


@given(RECEIVED, st.sampled_from(["P4W", "P28D", "P3M", None]))
def test_the_earlier_clock_binds(received: date, term: str | None) -> None:
    both = [one_month_deadline(received)] + ([reglement_deadline(received, term)] if term else [])
    assert due(received, term) == min(both)


@given(RECEIVED)
def test_four_weeks_are_twenty_eight_days_whatever_day_that_is(received: date) -> None:
    assert reglement_deadline(received, "P4W") == received + timedelta(days=28)


def slow_roll(day: date) -> date:
    while day.isoweekday() > 5 or day in slow_holidays(day.year):
        day += timedelta(days=1)
    return day


def slow_due(received: date, term: str | None, days: int, *, extended: bool) -> date:
    """Three walks of a month where it was extended; then on, one day for each that it stood still.

    Extended, only the very end moves past closed days; else a clock that had rolled keeps the days it had left.
    """
    month, last = received.replace(day=1), received.day
    for _ in range(3 if extended else 1):
        month = (month + timedelta(days=32)).replace(day=1)
    end = month
    while end.day < last and (end + timedelta(days=1)).month == month.month:
        end += timedelta(days=1)
    end = end if extended else slow_roll(end)
    for _ in range(days):
        end += timedelta(days=1)
    ends = [slow_roll(end)] + ([received + timedelta(days=28 + days)] if term else [])
    return min(ends)


@given(RECEIVED, st.sampled_from(["P4W", None]), st.integers(0, 400), st.booleans())
def test_pauses_and_an_extension_agree_with_the_slow_calculation(received, term, days, extended) -> None:
    assert due(received, term, paused=days, extended=extended) == slow_due(received, term, days, extended=extended)


@given(RECEIVED, st.integers(0, 400))
def test_an_extension_with_a_pause_is_rounded_once(received, days) -> None:
    end = due(received, None, paused=days, extended=True)
    nominal = add_term(received, "P3M") + timedelta(days=days)
    assert is_working_day(end)
    assert not any(is_working_day(nominal + timedelta(days=at)) for at in range((end - nominal).days))
    assert end > due(received, None, paused=days)


def test_a_pause_in_an_extended_month_does_not_count_a_weekend_twice() -> None:
    # Three months of 21 November end on Saturday 21 February; two days of standing still make it Monday, not Wednesday.
    received = date(2025, 11, 21)
    assert due(received, None, extended=True) == date(2026, 2, 23)
    assert due(received, None, extended=True, paused=2) == date(2026, 2, 23)
    assert due(received, None, extended=True, paused=3) == date(2026, 2, 24)


@pytest.mark.parametrize("year", range(2020, 2041))
def test_every_day_of_two_decades_is_extended_as_the_slow_calculation_says(year: int) -> None:
    for day in (date(year, 1, 1) + timedelta(days=at) for at in range(365)):
        assert due(day, None, extended=True) == slow_due(day, None, 0, extended=True), day
        assert due(day, "P4W") == slow_due(day, "P4W", 0, extended=False), day


@given(RECEIVED, st.sampled_from(["P4W", "P3M", None]), st.integers(0, 400))
def test_a_clock_never_has_fewer_days_left_after_it_stood_still(received, term, days) -> None:
    before, after = due(received, term), due(received, term, paused=days)
    assert after - before >= timedelta(days=days)
    assert term is None or due(received, term, month=False, paused=days) == reglement_deadline(
        received, term
    ) + timedelta(days=days)


@given(RECEIVED, st.integers(-5, 60), st.integers(0, 30))
def test_an_extension_is_told_within_the_first_month(received, at, paused) -> None:
    day = received + timedelta(days=at)
    assert extension_allowed(received, day, paused) == (received <= day <= due(received, None, paused=paused))


def test_on_the_day_after_the_first_month_it_is_too_late_to_extend() -> None:
    assert extension_allowed(date(2026, 6, 1), date(2026, 7, 1))  # day 30
    assert not extension_allowed(date(2026, 6, 1), date(2026, 7, 3))  # day 32


@given(RECEIVED, st.integers(0, 400))
def test_a_pause_is_its_days_and_never_backwards(began, days) -> None:
    assert days_stood_still(began, began + timedelta(days=days)) == days
    with pytest.raises(ValueError, match="after it begins"):
        days_stood_still(began, began - timedelta(days=1))


def test_without_a_clock_there_is_no_last_day() -> None:
    with pytest.raises(ValueError, match="has a clock"):
        due(date(2026, 1, 1), None, month=False)


@given(RECEIVED, st.integers(1, 120), st.integers(-10, 140))
def test_reminders_come_in_order_and_stay_said(received, length, at) -> None:
    end, day = received + timedelta(days=length), received + timedelta(days=at)
    said = reminded(received, end, day)
    assert said == reminded(received, end, day + timedelta(days=200))[: len(said)]
    assert ("te_laat" in said) == (day > end)
    assert ("vandaag" in said) == (day >= end)
    assert ("drie" in said) == (day >= end - timedelta(days=3))
    assert received <= half_time(received, end) <= end


def test_receipt_is_confirmed_within_five_working_days() -> None:
    assert acknowledge_by(date(2026, 4, 1)) == date(2026, 4, 10)  # Good Friday and Easter Monday between


def test_a_bad_term_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="is geen termijn"):
        reglement_deadline(date(2026, 1, 1), "4 weken")


def test_the_name_requests_is_ours() -> None:
    assert Path(str(requests.__file__)).parent == ROOT / "requests"


def locked() -> list[str]:
    return re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)


def test_the_lock_file_brings_no_package_that_needs_the_hidden_one() -> None:
    names = locked()
    assert len(names) > 30
    assert "requests" not in {name.lower() for name in names}
    assert not re.search(r"^\s+#\s+(via )?requests\b", (ROOT / "requirements.txt").read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", locked())
def test_a_locked_package_does_not_ask_for_the_hidden_one(name: str) -> None:
    try:
        needs = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return  # for another platform: not installed here
    always = [need for need in needs if "extra ==" not in need]
    assert not [need for need in always if re.match(r"requests\b(?![-_.])", need)]
