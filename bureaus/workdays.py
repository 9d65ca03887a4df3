"""Working days in the Netherlands: dates in, dates out. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays


def working_days_after(day: date, count: int) -> date:
    """The day that many working days after this one, which itself does not count."""
    for _ in range(count):
        day = next_working_day(day + timedelta(days=1))
    return day


def next_working_day(day: date) -> date:
    """The day itself, or the first working day after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in public_holidays(day.year)


@cache
def public_holidays(year: int) -> frozenset[date]:
    """The public holidays of the Netherlands that stop a term from ending.

    The Algemene termijnenwet (art. 3) names them: 5 May counts every year, not only in the fifth, and Good Friday
    stands equal for terms. The package files 5 May under 'optional' in other years, hence both categories. [V]
    """
    named = holidays.country_holidays("NL", years=year, categories=("public", "optional"))
    return frozenset(day for day in named if day.year == year)
