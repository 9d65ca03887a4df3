"""The clocks of a request: dates in, dates out. Pure.

Two clocks run beside each other and the earlier binds (DOMAIN 4): the reglement's term, which does not roll, and the
AVG's month, counted by Regulation (EEC, Euratom) 1182/71.
"""

from __future__ import annotations

from datetime import date, timedelta

from bureaus.workdays import next_working_day, working_days_after
from retention.rules import add_term

# How many days before the end each reminder comes (Reminder.Kind); one day after it, it is too late.
BEFORE = {"zeven": 7, "drie": 3, "een": 1, "vandaag": 0, "te_laat": -1}


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


def due(received: date, term: str | None, *, month: bool = True, paused: int = 0, extended: bool = False) -> date:
    """What binds now: the earlier of both clocks, with the days that they stood still and the AVG's two extra months.

    `month` False: the AVG's month does not count (a complaint). A clock resumes with the days that it had left (DOMAIN
    4); the AVG's still ends on a working day. An extension moves the AVG's clock only: no reglement knows one. Raises
    ValueError where neither clock runs.
    """
    ends = []
    if month:
        # Three months are one period, with the days that it stood still; its end alone moves to a working day (1182/71,
        # 3.4), never a day within it: no date that was rolled is rolled again. [V]
        own = add_term(received, "P3M") if extended else one_month_deadline(received)
        ends.append(next_working_day(own + timedelta(days=paused)))
    if term:
        ends.append(reglement_deadline(received, term) + timedelta(days=paused))
    if not ends:
        raise ValueError("a request has a clock")
    return min(ends)


def days_stood_still(began: date, ended: date) -> int:
    """How many days a pause adds: begun and ended on one day, it cost nothing. Raises ValueError for one backwards."""
    if ended < began:
        raise ValueError("a pause ends after it begins")
    return (ended - began).days


def extension_allowed(received: date, today: date, paused: int = 0) -> bool:
    """Whether the person can still be told in time that it takes longer: within the first month (AVG 12.3)."""
    return received <= today <= next_working_day(one_month_deadline(received) + timedelta(days=paused))


def half_time(received: date, due_on: date) -> date:
    """The day on which half of the time has gone, rounded down."""
    return received + (due_on - received) // 2


def reminded(received: date, due_on: date, day: date) -> list[str]:
    """The kinds of reminder whose day has come by this day, the oldest first (Reminder.Kind).

    Half time is left out where less than a week remains by then: the days before the end say it better.
    """
    half = half_time(received, due_on)
    moments = [("helft", half)] if (due_on - half).days > BEFORE["zeven"] else []
    moments += [(kind, due_on - timedelta(days=days)) for kind, days in BEFORE.items()]
    return [kind for kind, on in moments if on <= day]


def acknowledge_by(received: date, working_days: int = 5) -> date:
    """The last day to confirm receipt: that many working days after it."""
    return working_days_after(received, working_days)
