"""The burgerservicenummer: what is one, and how it is shown. Pure functions."""

from __future__ import annotations

_SEPARATORS = str.maketrans("", "", " .-\u00a0\u2009\u202f")
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def normalise_bsn(text: str) -> str:
    """The nine digits of a BSN without spaces, dots and hyphens; an old number of eight gets its leading zero.

    Raises ValueError, without the text in it, where this is no BSN.
    """
    digits = text.translate(_SEPARATORS)
    if not digits.isascii() or not digits.isdigit():
        raise ValueError("a BSN has digits only")
    digits = digits.zfill(9) if len(digits) == 8 else digits
    if not _passes_eleven_test(digits):
        raise ValueError("this number fails the eleven test")
    return digits


def is_bsn(text: str) -> bool:
    """Whether the text is a BSN: nine digits (or eight) that pass the eleven test (elfproef)."""
    try:
        normalise_bsn(text)
    except ValueError:
        return False
    return True


def mask_bsn(text: str) -> str:
    """`•••••6782`: the last four digits of a BSN. Raises ValueError where this is no BSN."""
    return "•••••" + normalise_bsn(text)[-4:]


def _passes_eleven_test(digits: str) -> bool:
    """Nine digits, weighed 9 to 2 and -1, add up to a multiple of eleven; zeros alone are no number."""
    if len(digits) != 9 or digits == "000000000":
        return False
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 11 == 0
