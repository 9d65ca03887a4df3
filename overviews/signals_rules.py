"""What stands out among looks into dossiers: pure, over looks that are given in one go.

The same looks give the same signals under the same keys, so that reading the log again finds nothing new.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from access.models import Ground, Role
from access.reach import VIEW_ONLY
from clients.rules import fold
from overviews.models import Signal

Kind = Signal.Kind
K = TypeVar("K", bound=Hashable)
HERE = ZoneInfo("Europe/Amsterdam")

# A caseload is some forty people and a full day six or seven talks: thirty dossiers within one hour is no longer
# working in dossiers, it is going through them.
MANY_FROM = 30
HOUR = timedelta(hours=1)
# Nobody is planned between eleven at night and six in the morning.
NIGHT_FROM, NIGHT_UNTIL = 23, 6
# Who is of the dossier's own people.
OWN = frozenset({Ground.HANDLER, Ground.SECOND_COACH, Ground.REGISTRATION})
# Whose work is the whole bureau: one dossier outside a caseload says nothing of them, many in an hour do.
OF_THE_WHOLE_BUREAU = frozenset({Role.ADMINISTRATIE, Role.DIRECTIE, Role.FG})
# Small words of a name: no achternaam by themselves.
SMALL = frozenset({
    "aan", "aux", "bij", "d", "da", "de", "del", "den", "der", "des", "di", "do", "dos", "du", "el", "het", "in",
    "la", "las", "le", "les", "los", "met", "of", "op", "ten", "ter", "te", "t", "toe", "tot", "uit", "uyt", "van",
    "vanden", "vander", "vom", "von", "voor", "y", "zu", "zum", "zur",
})  # fmt: skip


@dataclass(frozen=True)
class Look:
    """One look into a dossier. `ground` is by which grant ("" is by role); `name` and `client` are who look at whom."""

    at: datetime
    membership_id: uuid.UUID
    actor: str
    roles: frozenset[str]
    dossier_id: uuid.UUID
    number: str
    ground: str
    client: str = ""


@dataclass(frozen=True)
class Found:
    """What is to become a signal; `first_at` is of the first look that counts in it."""

    kind: str
    once_key: str
    membership_id: uuid.UUID
    actor: str
    first_at: datetime
    count: int
    dossier_id: uuid.UUID | None = None
    number: str = ""


def stands_out(looks: Iterable[Look]) -> list[Found]:
    """Every signal in these looks, each once."""
    found: list[Found] = []
    for own in _by_person(looks):
        found += [*many(own), *outside(own), *at_night(own), *of_a_relative(own)]
    return found


def many(looks: Sequence[Look]) -> Iterator[Found]:
    """Thirty dossiers or more within an hour, of one person: once for each hour of the clock in which that was so."""
    highest: dict[datetime, tuple[int, datetime]] = {}
    within: Counter[uuid.UUID] = Counter()
    start = 0
    for look in looks:
        within[look.dossier_id] += 1
        while looks[start].at <= look.at - HOUR:
            gone = looks[start].dossier_id
            within[gone] -= 1
            if not within[gone]:
                del within[gone]
            start += 1
        hour = look.at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        if len(within) >= MANY_FROM and len(within) > highest.get(hour, (0, look.at))[0]:
            highest[hour] = (len(within), highest[hour][1] if hour in highest else looks[start].at)
    for hour, (number, first_at) in highest.items():
        one = looks[0]
        yield Found(Kind.MANY, f"{Kind.MANY}:{one.membership_id}:{hour:%Y%m%d%H}", one.membership_id, one.actor,
                    first_at, number)  # fmt: skip


def outside(looks: Sequence[Look]) -> Iterator[Found]:
    """A dossier of none of one's own trajecten: once per dossier and day."""
    for (dossier_id, day), rows in _grouped(looks, is_outside, lambda one: (one.dossier_id, day_of(one.at))):
        yield _of_dossier(Kind.OUTSIDE, f"{dossier_id}:{day:%Y%m%d}", rows)


def is_outside(look: Look) -> bool:
    """Let in for a while counts for everybody; by role, only for whose work is not the whole bureau."""
    if look.ground in OWN:
        return False
    return look.ground in VIEW_ONLY or not look.roles & OF_THE_WHOLE_BUREAU


def at_night(looks: Sequence[Look]) -> Iterator[Found]:
    """Between 23:00 and 06:00: once per person and night, which is called by the evening that it began."""
    for night, rows in _grouped(looks, lambda one: is_night(one.at), lambda one: night_of(one.at)):
        one = rows[0]
        yield Found(Kind.NIGHT, f"{Kind.NIGHT}:{one.membership_id}:{night:%Y%m%d}", one.membership_id, one.actor,
                    one.at, len(rows))  # fmt: skip


def of_a_relative(looks: Sequence[Look]) -> Iterator[Found]:
    """A client with the same achternaam: once per person and dossier."""
    for dossier_id, rows in _grouped(looks, lambda one: same_name(one.actor, one.client), lambda one: one.dossier_id):
        yield _of_dossier(Kind.RELATIVE, str(dossier_id), rows)


def same_name(worker: str, achternaam: str) -> bool:
    """Whether a worker's full name holds the achternaam of a client, or one half of a double one.

    Common names too: who is called De Vries looks at other people called De Vries, and the FG sees that it is no more.
    """
    return bool(_family(worker, given=1) & _family(achternaam, given=0))


def is_night(moment: datetime) -> bool:
    hour = moment.astimezone(HERE).hour
    return hour >= NIGHT_FROM or hour < NIGHT_UNTIL


def night_of(moment: datetime) -> date:
    """The day on whose evening a night began."""
    return (moment.astimezone(HERE) - timedelta(hours=NIGHT_UNTIL)).date()


def day_of(moment: datetime) -> date:
    return moment.astimezone(HERE).date()


def look_back(moment: datetime) -> datetime:
    """From when looks are needed to judge one of this moment: its day, its night and the hour before it."""
    evening = datetime.combine(night_of(moment), datetime.min.time(), HERE)
    return min(evening, moment - HOUR)


def span(kind: str, first_at: datetime) -> tuple[datetime, datetime] | None:
    """Between which moments the looks behind a signal lie; None: whenever they were."""
    if kind == Kind.MANY:
        return first_at, first_at + 2 * HOUR
    if kind == Kind.NIGHT:
        begin = datetime.combine(night_of(first_at), datetime.min.time(), HERE).replace(hour=NIGHT_FROM)
        return begin, begin + timedelta(hours=24 - NIGHT_FROM + NIGHT_UNTIL)
    if kind == Kind.OUTSIDE:
        begin = datetime.combine(day_of(first_at), datetime.min.time(), HERE)
        return begin, begin + timedelta(days=1)
    return None


def _family(name: str, *, given: int) -> set[str]:
    """The parts of a name that can be an achternaam; so many words in front are given names, where more follow."""
    words = fold(name).split()
    rest = words[given:] if len(words) > given else words
    parts = {part.strip(".") for word in rest for part in word.split("-")}
    return {part for part in parts if len(part) > 1 and part not in SMALL}


def _by_person(looks: Iterable[Look]) -> list[list[Look]]:
    people: dict[uuid.UUID, list[Look]] = {}
    for look in sorted(looks, key=lambda one: one.at):
        people.setdefault(look.membership_id, []).append(look)
    return list(people.values())


def _grouped(
    looks: Sequence[Look], counts: Callable[[Look], bool], key: Callable[[Look], K]
) -> Iterable[tuple[K, list[Look]]]:
    groups: dict[K, list[Look]] = {}
    for look in looks:
        if counts(look):
            groups.setdefault(key(look), []).append(look)
    return groups.items()


def _of_dossier(kind: str, key: str, rows: Sequence[Look]) -> Found:
    one = rows[0]
    return Found(kind, f"{kind}:{one.membership_id}:{key}"[:120], one.membership_id, one.actor, one.at, len(rows),
                 one.dossier_id, one.number)  # fmt: skip
