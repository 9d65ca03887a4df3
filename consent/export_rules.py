"""Which list asks what, which verzet keeps somebody off it, and how research shows nobody. No database, no user."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date

from consent.models import ExportKind, OptOutKind

# A verzet against an offer is one against standing in a file of addresses as well (jmwerkt 7, pluspunt 3.6).
BARRED_BY: dict[ExportKind, tuple[OptOutKind, ...]] = {
    ExportKind.SURVEY: (OptOutKind.SURVEYS,),
    ExportKind.SATISFACTION: (OptOutKind.SURVEYS,),
    ExportKind.NAW: (OptOutKind.NAW, OptOutKind.MARKETING),
    ExportKind.RESEARCH: (OptOutKind.RESEARCH,),
}
# Of these only who said yes to this purpose, where the reglement asks it.
CONSENT_TO = {ExportKind.SATISFACTION: "satisfaction_survey", ExportKind.RESEARCH: "research"}
# These are about trajecten that ended in a period that is asked; of the others the day or the year says which.
OF_A_PERIOD = (ExportKind.SURVEY, ExportKind.RESEARCH)
WITH_TELEPHONE = (ExportKind.SURVEY, ExportKind.SATISFACTION)
LEAST = 5  # different people that show the same (werkid 9)
HIDDEN = "niet getoond"
UNKNOWN = "onbekend"


@dataclass(frozen=True)
class Shown:
    """One traject as research shows it, in nothing but words from lists. `who` counts people and is never shown."""

    who: str
    kind: str
    payer: str
    result: str
    age: str
    duration: str


# What is left out first where too few show the same; the kind of traject never, then the whole line goes.
LEFT_OUT_IN_ORDER = ("duration", "age", "result", "payer")


def period_of(kind: ExportKind, today: date) -> tuple[date, date]:
    """Of a list that asks no period: the consent allows one question a year (jmwerkt 3.1.3), addresses are of today."""
    if kind == ExportKind.SATISFACTION:
        return date(today.year, 1, 1), date(today.year, 12, 31)
    return today, today


def in_groups(rows: Iterable[Shown], least: int = LEAST) -> list[Shown]:
    """What may be shown: each line looks the same for at least `least` different people; what does not, says less,
    and stays out where nothing is left to leave out."""
    found: list[Shown] = []
    left: Sequence[Shown] = list(rows)
    for name in ("", *LEFT_OUT_IN_ORDER):
        left = [replace(one, **{name: HIDDEN}) for one in left] if name else left
        groups: dict[tuple[str, ...], list[Shown]] = defaultdict(list)
        for one in left:
            groups[_look(one)].append(one)
        big = {look for look, rows_of in groups.items() if len({one.who for one in rows_of}) >= least}
        found += [one for one in left if _look(one) in big]
        left = [one for one in left if _look(one) not in big]
    return sorted(found, key=astuple)


def age_band(born: date | None, on: date) -> str:
    if born is None or born > on:
        return UNKNOWN
    years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return _band(years, ((25, "jonger dan 25"), (35, "25 tot 35"), (45, "35 tot 45"), (55, "45 tot 55")), "55 of ouder")


def duration_band(start: date, end: date) -> str:
    months = (end.year - start.year) * 12 + end.month - start.month
    bands = ((3, "korter dan 3 maanden"), (6, "3 tot 6 maanden"), (12, "6 tot 12 maanden"), (24, "1 tot 2 jaar"))
    return _band(months, bands, "2 jaar of langer") if months >= 0 else UNKNOWN


def _look(one: Shown) -> tuple[str, ...]:
    """All that a line shows, apart from whose it is."""
    return astuple(one)[1:]


def _band(figure: int, bands: Sequence[tuple[int, str]], last: str) -> str:
    return next((words for below, words in bands if figure < below), last)
