"""Names as they really occur in the Netherlands, with their prefixes, accents and apostrophes."""

from dataclasses import dataclass
from random import Random
from typing import Any

from demo.people import texts
from demo.people.shapes import Name


@dataclass(frozen=True, slots=True)
class Origin:
    """Names that go together, and the languages people with those names may bring along."""

    weight: int
    mannen: tuple[str, ...]
    vrouwen: tuple[str, ...]
    achternamen: tuple[str, ...]
    talen: tuple[str, ...]


def _origin(found: dict[str, Any]) -> Origin:
    lists = (tuple(found[part]) for part in ("mannen", "vrouwen", "achternamen", "talen"))
    return Origin(found["weight"], *lists)


ORIGINS = tuple(_origin(found) for found in texts.names()["herkomst"])
DUTCH = ORIGINS[0]
WEIGHTS = tuple(origin.weight for origin in ORIGINS)


def draw_origin(rng: Random) -> Origin:
    return rng.choices(ORIGINS, WEIGHTS)[0]


def draw_name(rng: Random, gender: str, origin: Origin | None = None) -> Name:
    """A name of the given gender ('m', 'v' or 'x', which takes either list)."""
    origin = origin or draw_origin(rng)
    first = origin.mannen if (gender == "m" or (gender == "x" and rng.random() < 0.5)) else origin.vrouwen
    given = rng.sample(first, rng.choices((1, 2, 3), (5, 3, 1))[0])
    prefix, _, family = rng.choice(origin.achternamen).rpartition("|")
    return Name(given[0], " ".join(given), _initials(given), prefix, family)


def relative_of(rng: Random, name: Name, gender: str) -> Name:
    """Somebody of the same family."""
    given = rng.choice(DUTCH.mannen if gender == "m" else DUTCH.vrouwen)
    return Name(given, given, _initials([given]), name.tussenvoegsel, name.achternaam)


def _initials(given: list[str]) -> str:
    return "".join(f"{part[0].upper()}." for name in given for part in name.replace("-", " ").split())
