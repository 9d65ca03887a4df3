"""A PDF that only shows: no scripts, no programs, no files inside."""

from __future__ import annotations

import re
from typing import Any, BinaryIO

import pikepdf

from dossiers.documents.kinds import Refused

DEPTH = 60  # of dictionaries and arrays within one object
# Keys and values (of /S, /Subtype and /Type) that do more than show, and what they are called.
_SCRIPT, _PROGRAM = "een script (JavaScript)", "een opdracht die een programma of ander bestand start"
_INSIDE, _MEDIA, _FORM = "een ander bestand", "geluid, video of 3D", "een dynamisch formulier (XFA)"
_KEYS = {
    "/JS": _SCRIPT,
    "/JavaScript": _SCRIPT,
    "/EF": _INSIDE,
    "/EmbeddedFiles": _INSIDE,
    "/Collection": _INSIDE,
    "/XFA": _FORM,
    "/RichMediaContent": _MEDIA,
}
_VALUES = {
    "/JavaScript": _SCRIPT,
    "/Launch": _PROGRAM,
    "/ImportData": _PROGRAM,
    "/GoToE": _INSIDE,
    "/EmbeddedFile": _INSIDE,
    "/FileAttachment": _INSIDE,
    "/Rendition": _MEDIA,
    "/Movie": _MEDIA,
    "/Sound": _MEDIA,
    "/RichMedia": _MEDIA,
    "/RichMediaExecute": _MEDIA,
    "/3D": _MEDIA,
}
_SAYS_WHAT = ("/S", "/Subtype", "/Type")
# A first look at an object as qpdf writes it, names without escapes: 20 times as fast as walking through all of them.
_SUSPECT = re.compile("|".join(rf"{name}(?![A-Za-z0-9])" for name in sorted({*_KEYS, *_VALUES})).encode())


def check(file: BinaryIO) -> None:
    """Raises Refused for a PDF that asks a password, is damaged, or holds what is active.

    One that opens without a password but forbids printing or copying is taken: it can be read, so it was checked.
    """
    try:
        with pikepdf.open(file, suppress_warnings=True) as pdf:
            if len(pdf.pages) == 0:
                raise Refused("Dit PDF-bestand heeft geen bladzijden.")
            for one in pdf.objects:
                if _SUSPECT.search(_written(one)):
                    _check(one, 0)
    except pikepdf.PasswordError:
        raise Refused(
            "Dit PDF-bestand is met een wachtwoord beveiligd. Haal de beveiliging eraf en voeg het opnieuw toe."
        ) from None


def _written(one: Any) -> bytes:
    """The object with what is written inside it; of a stream its dictionary."""
    if not isinstance(one, pikepdf.Object):
        return b""
    return bytes((one.stream_dict if isinstance(one, pikepdf.Stream) else one).unparse(resolved=True))


def _check(one: Any, depth: int) -> None:
    """One object with what is written inside it; what it refers to comes by itself."""
    if depth > DEPTH:
        raise Refused("Dit PDF-bestand zit zo ingewikkeld in elkaar dat het niet is na te kijken.")
    if isinstance(one, pikepdf.Array):
        inside = list(one)  # type: ignore[call-overload]
    elif isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        inside = _check_keys(one)
    else:
        return
    for part in inside:
        if isinstance(part, pikepdf.Object) and not part.is_indirect:
            _check(part, depth + 1)


def _check_keys(one: Any) -> list[Any]:
    held = dict(one.stream_dict.items() if isinstance(one, pikepdf.Stream) else one.items())
    for key, value in held.items():
        what = _KEYS.get(key)
        if what is None and key in _SAYS_WHAT and isinstance(value, pikepdf.Name):
            what = _VALUES.get(str(value))
        if what is not None:
            raise Refused(
                f"In dit PDF-bestand zit {what}. Druk het af naar een nieuwe PDF (Afdrukken, Opslaan als PDF)"
                " en voeg die toe."
            )
    return list(held.values())
