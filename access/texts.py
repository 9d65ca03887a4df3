"""Texts of people: what can be read stays as it was typed, what nobody sees in it goes. Pure functions."""

from __future__ import annotations

import re
import unicodedata

# Characters that turn the direction of what follows: a text could show another order than it has.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
# Takes no room and says nothing. The joiners U+200C and U+200D stay: Persian and families of emoji need them.
_IDLE = frozenset("\u200b\u2060\u2061\u2062\u2063\u2064\u206a\u206b\u206c\u206d\u206e\u206f")
# Left behind by word processors and mail: nobody sees it, so nobody misses it.
_DROPPED = str.maketrans("", "", "\ufeff\u00ad")
# What takes no room: a text of these alone is empty.
_ROOMLESS = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e\u3164\u115f\u1160\u2800")
# Every way to end a line or a page, as word processors and PDFs have them.
_LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")


def clean_text(text: str) -> str:
    """The text with line breaks alike, and without control characters, marks that turn the direction or idle ones."""
    return "".join(sign for sign in _plain(text) if not _is_unseen(sign))


def has_unseen(text: str) -> bool:
    """Whether cleaning takes something out that its writer should know of."""
    return any(_is_unseen(sign) for sign in _plain(text))


def is_blank(text: str) -> bool:
    """Whether nothing can be read: only spaces, marks of direction and characters without width."""
    return all(sign.isspace() or sign in _ROOMLESS or unicodedata.category(sign).startswith("C") for sign in text)


def _plain(text: str) -> str:
    return _LINE_END.sub("\n", text).translate(_DROPPED)


def _is_unseen(sign: str) -> bool:
    if sign in "\n\t":
        return False
    return sign in TURNING or sign in _IDLE or unicodedata.category(sign) in {"Cc", "Cs"}
