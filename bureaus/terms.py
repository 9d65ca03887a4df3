"""Terms in ISO 8601 (P5Y, P3M, P4W, P1Y6M): reading, adding and saying them. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

_SHAPE = re.compile(r"P(?:([0-9]{1,3})Y)?(?:([0-9]{1,4})M)?(?:([0-9]{1,4})W)?(?:([0-9]{1,5})D)?")
_NAMES = (("jaar", "jaar"), ("maand", "maanden"), ("week", "weken"), ("dag", "dagen"))


@dataclass(frozen=True)
class Term:
    """A length of time in whole years, months, weeks and days; never zero."""

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0

    def after(self, start: date) -> date:
        """The day on which this term, counted from `start`, has passed.

        Years and months keep the day number; where the month is too short, its last day counts (29 February, 31st).
        Raises ValueError past the year 9999.
        """
        try:
            month = _add_months(start, 12 * self.years + self.months)
            return month + timedelta(days=7 * self.weeks + self.days)
        except (OverflowError, ValueError):
            raise ValueError(f"De termijn {self} na {start.isoformat()} valt buiten de kalender.") from None

    def __str__(self) -> str:
        """In Dutch: '5 jaar', '1 jaar en 6 maanden'."""
        amounts = zip((self.years, self.months, self.weeks, self.days), _NAMES, strict=True)
        parts = [f"{n} {one if n == 1 else many}" for n, (one, many) in amounts if n]
        return " en ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def parse_term(text: str) -> Term:
    """Read an ISO 8601 term. Raises ValueError in plain Dutch; hours, fractions, signs and zero are no terms here."""
    shape = _SHAPE.fullmatch(text) if isinstance(text, str) else None
    term = Term(*(int(n or 0) for n in shape.groups())) if shape else Term()
    if term == Term():
        raise ValueError(
            f"'{text}' is geen termijn. Schrijf bijvoorbeeld P5Y (5 jaar), P3M (3 maanden), P4W (4 weken)"
            " of P14D (14 dagen)."
        )
    return term


def longer(one: str, other: str) -> bool:
    """Whether term `one` lasts longer than term `other`, both counted from 1 January of a leap year."""
    start = date(2000, 1, 1)
    return parse_term(one).after(start) > parse_term(other).after(start)


def _add_months(start: date, months: int) -> date:
    year, month = divmod(12 * start.year + start.month - 1 + months, 12)
    if year > date.max.year:
        raise OverflowError
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
