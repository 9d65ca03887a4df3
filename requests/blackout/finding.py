"""Where marked words stand in a text. Pure.

Found whatever the capitals, accents, spaces, line ends, hyphens and ligatures: what is found once too often is only
missed, what is overlooked has left the house. Words of five letters and more are found within longer words as well
(Vermeulens); shorter ones only by themselves, or Jan would go from januari and be guessed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise

WITHIN = 5  # letters from which on words are also found inside longer ones
SHORTEST = 2
_GONE = {"Mn", "Me", "Cf", "Cc", "Cn", "Pd", "Zs", "Zl", "Zp"}
_QUOTES = dict.fromkeys(map(ord, "’‘‛`´ʼ"), "'")


def squeezed(text: str) -> tuple[str, list[int]]:
    """The text without what does not tell words apart, and of each of its characters the place it came from."""
    kept = [_folded(char) for char in text]
    places = [at for at, folded in enumerate(kept) for _ in folded]
    return "".join(kept), places


def letters(words: str) -> str:
    return squeezed(words)[0]


def spans(text: str, words: str) -> list[tuple[int, int]]:
    """From where to where these words stand in the text."""
    return spans_in(text, squeezed(text), letters(words))


def spans_in(text: str, folded: tuple[str, list[int]], sought: str) -> list[tuple[int, int]]:
    """As `spans`, for a text that was squeezed already."""
    plain, places = folded
    found, at = [], plain.find(sought) if sought else -1
    while at >= 0:
        begin, end = places[at], places[at + len(sought) - 1] + 1
        if len(sought) >= WITHIN or _by_itself(text, begin, end):
            found.append((begin, end))
        at = plain.find(sought, at + 1)
    return merged(found)


def holds(text: str, sought: Iterable[str]) -> bool:
    """Whether one of these, squeezed, stands in the text."""
    folded = squeezed(text)
    return any(spans_in(text, folded, one) for one in sought)


def merged(found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same places without overlap, in order."""
    out: list[tuple[int, int]] = []
    for begin, end in sorted(found):
        if out and begin < out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((begin, end))
    return out


def pieces(text: str, sought: Sequence[str]) -> list[tuple[str, int | None]]:
    """The text cut up: each piece with which of these it is, None where it is none."""
    owners: dict[int, int] = {}
    folded = squeezed(text)
    for number, one in reversed(list(enumerate(sought))):
        for begin, end in spans_in(text, folded, one):
            owners.update(dict.fromkeys(range(begin, end), number))
    edges = [0, *(at for at in range(1, len(text)) if owners.get(at) != owners.get(at - 1)), len(text)]
    return [(text[begin:end], owners.get(begin)) for begin, end in pairwise(edges) if end > begin]


@cache
def _folded(char: str) -> str:
    plain = unicodedata.normalize("NFKD", char).translate(_QUOTES).casefold()
    return "".join(one for one in plain if unicodedata.category(one) not in _GONE)


def _by_itself(text: str, begin: int, end: int) -> bool:
    """Not part of a longer word; the s of what is somebody's is allowed (Jans fiets)."""
    if begin > 0 and text[begin - 1].isalnum() and text[begin].isalnum():
        return False
    after = text[end : end + 2]
    if not after or not after[0].isalnum() or not text[end - 1].isalnum():
        return True
    return after[0] in "sS" and not after[1:].isalnum()
