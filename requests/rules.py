"""The clocks of a request: dates in, dates out. Pure.

Two clocks run beside each other and the earlier binds (DOMAIN 4): the reglement's term, which does not roll, and the
AVG's month, counted by Regulation (EEC, Euratom) 1182/71.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays

from retention.rules import add_term


def reglement_deadline(received: date, term: str) -> date:
    """The last day by the reglement's own term: 'P4W' is 28 days from receipt. Never rolls to a working day.

    Raises ValueError in plain Dutch for what is no ISO 8601 term.
    """
    return add_term(received, term)


def one_month_deadline(received: date) -> date:
    """The last day of AVG 12(3)'s month.

    Regulation 1182/71: the day of receipt does not count (3.1); the month ends on the same day number, or else on the
    month's last day (3.2c); a Saturday, Sunday or public holiday moves it to the next working day (3.4).
    """
    return next_working_day(add_term(received, "P1M"))


def extended_deadline(received: date) -> date:
    """The last day with two more months (AVG 12.3), for who was told so with reasons within the first month."""
    return next_working_day(add_term(received, "P3M"))


def binding_deadline(received: date, term: str | None) -> date:
    """The earlier of both clocks; the AVG's month alone where the reglement names no term."""
    month = one_month_deadline(received)
    return min(month, reglement_deadline(received, term)) if term else month


def acknowledge_by(received: date, working_days: int = 5) -> date:
    """The last day to confirm receipt: that many working days after it."""
    day = received
    for _ in range(working_days):
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
