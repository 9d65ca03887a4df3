"""Days as a Dutch office counts and writes them."""

from datetime import date, timedelta

DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)
FRIDAY, WEEK = 4, 7


def long_day(day: date) -> str:
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def working_day(day: date) -> date:
    """That day, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - FRIDAY))


def next_working_day(day: date) -> date:
    """That day, or the Monday after a weekend."""
    return day if day.weekday() <= FRIDAY else day + timedelta(days=WEEK - day.weekday())
