"""The database's clock, by whose day terms run and what somebody typed is judged; and a machine's against it."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from access.reach import database_now
from access.rules import RuleBroken

AT_MOST = timedelta(seconds=60)
OFF = "De klok van deze machine loopt"  # how what is said of it begins


class ClockOff(RuleBroken):
    """This machine and the database do not agree on the time; nothing is destroyed until they do."""


def database_today() -> date:
    """The day by the database's clock, here in the Netherlands; one query."""
    return timezone.localdate(database_now())


def check_clock() -> None:
    """Raises ClockOff where this machine's clock is more than a minute from the database's."""
    here, there = timezone.now(), database_now()
    if abs(here - there) <= AT_MOST:
        return
    way = "voor" if here > there else "achter"
    seconds = int(abs(here - there).total_seconds())
    raise ClockOff(
        f"{OFF} {seconds} seconden {way} op die van de database. Er is niets vernietigd. Zet eerst de klok gelijk."
    )
