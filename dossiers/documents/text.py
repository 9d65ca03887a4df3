"""Plain text: it reads as UTF-8 or as Windows wrote it, and is no page with scripts."""

from __future__ import annotations

import codecs
from typing import IO

from dossiers.documents.kinds import Refused

PIECE = 64 * 1024
_ACTIVE = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<?xml", b"<iframe", b"{\\rtf")
_CONTROL = bytes(sign for sign in range(32) if sign not in b"\t\n\r\f") + b"\x7f"

UNREADABLE = (
    "Dit bestand is niet te lezen als gewone tekst. Sla het op als tekst in UTF-8, of als PDF, en voeg dat toe."
)


def is_text(file: IO[bytes]) -> bool:
    """Raises Refused for HTML, SVG and XML, which a browser would run."""
    start = file.read(1024)
    if start.removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(_ACTIVE):
        raise Refused(
            "Dit is een webpagina, SVG, RTF of XML. Die kan iets uitvoeren. Sla het op als PDF en voeg die toe."
        )
    return any(_decodes(file, encoding) for encoding in ("utf-8", "cp1252"))


def _decodes(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while piece := file.read(PIECE):
            if len(piece.translate(None, _CONTROL)) != len(piece):
                return False
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
