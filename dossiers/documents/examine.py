"""Looks at one file on standard input, in a process of its own: `python -m dossiers.documents.examine`.

What parses hostile bytes (qpdf, libjpeg, zlib) has no key, no database and no environment here, and can't eat the
web process: the limits below end it, and a file that ends it is refused. Writes one line of JSON:
{"kind": "pdf", "notes": []} or {"refused": "text for the person"}.
"""

from __future__ import annotations

import json
import os
import sys
from typing import BinaryIO

import filetype

from bureaus.apart import limit
from dossiers.documents import office, pdf, pictures, text
from dossiers.documents.kinds import SHORT_LIST, Refused

HEAD = 1024
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"RIFF")
_DAMAGED = "Dit bestand is beschadigd. Open het, sla het opnieuw op en voeg dat toe."
_HIDDEN = "In dit bestand zit een tweede bestand verstopt. Sla het opnieuw op, of als PDF, en voeg dat toe."
_HINTS = {
    "heic": "Dit is een HEIC-foto. Sla hem op als JPG, of maak de foto met dit scherm op uw telefoon.",
}


def examine(file: BinaryIO) -> tuple[str, list[str]]:
    """The code of the kind by content, and what to tell who brought it. Raises Refused."""
    head = file.read(HEAD)
    file.seek(0)
    if head.startswith(b"%PDF-"):
        _check_alone(file)
        pdf.check(file)
        return "pdf", []
    if b"%PDF-" in head:  # readers of PDF accept it there; what stands before it is another file
        raise Refused(_HIDDEN)
    if head.startswith(b"PK\x03\x04"):
        return office.check(file), []
    if head.startswith(_PICTURES):
        _check_alone(file)
        return pictures.check(file)
    if head.startswith(_OLD_OFFICE):
        raise Refused(
            "Dit is een oud Office-bestand (.doc, .xls, .ppt) of een met een wachtwoord."
            " Sla het op als PDF of als docx, xlsx of pptx zonder wachtwoord en voeg dat toe."
        )
    if text.is_text(file):
        return "txt", []
    raise Refused(_hint(head))


def _check_alone(file: BinaryIO) -> None:
    """No zip behind a PDF or a picture: unpackers read from the end."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 65_557))
    end = file.read()
    file.seek(0)
    place = end.rfind(b"PK\x05\x06")
    # An end record whose comment reaches just to the end of the file is one that an unpacker believes.
    if place >= 0 and place + 22 + int.from_bytes(end[place + 20 : place + 22], "little") == len(end):
        raise Refused(_HIDDEN)


def _hint(head: bytes) -> str:
    """What it seems to be, and what to do about it."""
    found = filetype.guess(head)
    if found is None:
        return text.UNREADABLE
    known = _HINTS.get(found.extension)
    return known or f"Dit soort bestand (.{found.extension}) kan niet in het dossier. Wel: {SHORT_LIST}."


def verdict(file: BinaryIO) -> dict[str, object]:
    try:
        kind, notes = examine(file)
    except Refused as refusal:
        return {"refused": str(refusal)}
    except Exception:  # noqa: BLE001 whatever a library says of a file: it could not be read
        return {"refused": _DAMAGED}
    return {"kind": kind, "notes": notes}


if __name__ == "__main__":
    limit()
    sys.stdout.write(json.dumps(verdict(os.fdopen(0, "rb"))))
