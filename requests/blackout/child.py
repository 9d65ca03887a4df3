"""What is done with one file, in a process of its own: `python -m requests.blackout.child`.

On standard input the length of a line of JSON (4 bytes), that line, and the file: the words that are sought are told
there and not in arguments, which others on the machine can see. On standard output the same: a line that answers, and
a file or nothing. {"refused": code} where it can't be done.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
import pypdfium2 as pdfium
from PIL import Image

from bureaus.apart import limit
from requests.blackout import images, office, pages, rebuild, residue
from requests.blackout.wire import HEAD

Asked = dict[str, Any]
Answer = tuple[dict[str, Any], bytes]
SECONDS = 60  # of processor time


def look(asked: Asked, data: bytes) -> Answer:
    """What stands on each page."""
    document = pages.open_document(rebuild.flat(data))
    found = [
        {"readable": one.readable, "hit": one.hit, "hidden": one.hidden, "words": [bool(each) for each in one.boxes]}
        for one in pages.read(document, asked["sought"])
    ]
    return {"pages": found}, b""


def picture(asked: Asked, data: bytes) -> Answer:
    """One page as it is shown, what goes filled in a light colour, so that who judges it still reads it."""
    document = pages.open_document(rebuild.flat(data))
    if not 0 <= asked["page"] < len(document):
        raise rebuild.Refused("page")
    page = document[asked["page"]]
    return {}, pages.shown(page, asked["sought"], asked["areas"])


def without(asked: Asked, data: bytes) -> Answer:
    """The file anew, without what was marked."""
    areas: dict[int, list[pages.Box]] = {}
    for number, box in asked["areas"]:
        areas.setdefault(number, []).append(tuple(box))
    made, pictures = rebuild.without(data, asked["sought"], areas)
    return {"pictures": pictures}, made


def search(asked: Asked, data: bytes) -> Answer:
    """Whether one of the words is left in it."""
    held = residue.in_file if data.startswith(b"%PDF-") else office.in_file
    return {"found": held(data, asked["sought"])}, b""


def bare(_: Asked, data: bytes) -> Answer:
    """A picture without what is beside its face, shown as before."""
    return {}, images.bare(data, _turned(data) if images.is_jpg(data) else 1)


def _turned(data: bytes) -> int:
    with Image.open(io.BytesIO(data)) as held:
        said = held.getexif().get(images.ORIENTATION, 1)
    return said if isinstance(said, int) and 1 <= said <= 8 else 1


DONE: dict[str, Callable[[Asked, bytes], Answer]] = {
    "look": look, "picture": picture, "without": without, "search": search,
    "bare": bare,
}  # fmt: skip


def answered(asked: Asked, data: bytes) -> Answer:
    try:
        return DONE[asked["do"]](asked, data)
    except rebuild.Refused as refusal:
        return {"refused": str(refusal)}, b""
    except (pikepdf.PdfError, pdfium.PdfiumError, zipfile.BadZipFile, zlib.error, ValueError, RuntimeError):
        return {"refused": "damaged"}, b""


def main() -> None:
    limit(seconds=SECONDS)
    with os.fdopen(0, "rb") as taken:
        (length,) = HEAD.unpack(taken.read(HEAD.size))
        said, made = answered(json.loads(taken.read(length)), taken.read())
    line = json.dumps(said).encode()
    with os.fdopen(1, "wb") as out:
        out.write(HEAD.pack(len(line)) + line + made)


if __name__ == "__main__":
    main()
