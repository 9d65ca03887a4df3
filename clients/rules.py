"""Names and terms of clients: pure functions."""

from __future__ import annotations

import unicodedata

# Letters that Unicode does not take apart into a base letter and an accent.
_SINGLE = str.maketrans({"ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ı": "i", "ß": "ss", "æ": "ae"})
_QUOTES = str.maketrans("", "", "'’‘`´")


def fold(text: str) -> str:
    """Lower case without accents, apostrophes or double spaces: `Çelik` and `celik` are one."""
    apart = unicodedata.normalize("NFKD", text.translate(_SINGLE).translate(_QUOTES))
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(plain.casefold().split())


def display_name(first: str, tussenvoegsel: str, last: str) -> str:
    """`Jan van den Berg`: the parts in the order they are spoken."""
    return " ".join(part for part in (first, tussenvoegsel, last) if part)


def sort_name(first: str, tussenvoegsel: str, last: str) -> str:
    """The Dutch order: on the achternaam without tussenvoegsel, then first name, then tussenvoegsel."""
    return f"{fold(last)}, {fold(first)} {fold(tussenvoegsel)}".strip()
