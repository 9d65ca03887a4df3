"""Chance that repeats: every draw hangs on a path of words, so that client 7 stays client 7 however many there are."""

from collections.abc import Sequence
from random import Random


def rng_for(*path: object) -> Random:
    """A generator of its own for one path, such as (seed, bureau, client).

    A string seed goes through SHA-512 in the standard library, so neither the process nor its hash seed matters.
    """
    return Random("/".join(str(part) for part in path))


class Deck:
    """Draws from named pools without repeating a card before the pool is empty."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._left: dict[str, list[int]] = {}

    def draw(self, name: str, pool: Sequence[str]) -> str:
        left = self._left.get(name)
        if not left:
            left = self._left[name] = self._rng.sample(range(len(pool)), len(pool))
        return pool[left.pop()]

    def in_order(self, name: str, pool: Sequence[str]) -> str:
        """The cards as they lie, from a place in the first half on; empty once they are through.

        For pools that tell of one thing after another: first the talk, then how it went.
        """
        left = self._left.get(name)
        if left is None:
            left = self._left[name] = list(range(len(pool) - 1, self._rng.randrange(len(pool) // 2 + 1) - 1, -1))
        return pool[left.pop()] if left else ""
