"""The door to the generator: cases in batches, lazily, for forty clients as for a million."""

from collections.abc import Iterator
from datetime import date
from itertools import islice

from demo.people.payers import opdrachtgevers
from demo.people.persons import person
from demo.people.shapes import Case, Opdrachtgever
from demo.people.trajecten import trajecten


def case(seed: int, slug: str, index: int, today: date, payers: tuple[Opdrachtgever, ...] | None = None) -> Case:
    """Client ``index`` of a bureau, whole. The same for the same seed, bureau, index and day."""
    who = person(seed, slug, index, today)
    return Case(who, trajecten(seed, slug, who, payers or opdrachtgevers(seed, slug, today), today))


def cases(seed: int, slug: str, today: date, *, count: int, start: int = 0) -> Iterator[Case]:
    """Clients ``start`` up to ``start + count``; nothing is kept, so the number does not matter to memory."""
    payers = opdrachtgevers(seed, slug, today)
    return (case(seed, slug, index, today, payers) for index in range(start, start + count))


def batches(seed: int, slug: str, today: date, *, count: int, start: int = 0, size: int = 200) -> Iterator[list[Case]]:
    """The same, in lists of at most ``size``: what one bulk insert takes."""
    every = cases(seed, slug, today, count=count, start=start)
    while batch := list(islice(every, size)):
        yield batch
