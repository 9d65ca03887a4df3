"""What counts as soon, and how it is said: pure functions."""

from __future__ import annotations

from datetime import date, timedelta

SOON = timedelta(weeks=6)


def soon(today: date) -> date:
    """The last day of which the work list speaks already."""
    return today + SOON


def end_words(end: date, today: date) -> str:
    """How far off an end is: 'over 12 dagen', 'vandaag', '3 dagen voorbij'."""
    days = (end - today).days
    if days == 0:
        return "vandaag"
    unit = "dag" if abs(days) == 1 else "dagen"
    return f"over {days} {unit}" if days > 0 else f"{-days} {unit} voorbij"


def missing_words(*, start: bool, contact: bool, order: bool) -> str:
    """What an aanmelding lacks, as one phrase."""
    lacking = {"begindatum": start, "contactpersoon": contact, "ordernummer": order}
    names = [name for name, missing in lacking.items() if missing]
    if not names:
        return ""
    return "geen " + (f"{', '.join(names[:-1])} en {names[-1]}" if len(names) > 1 else names[0])
