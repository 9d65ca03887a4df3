"""Draws one picture anew, in a process of its own (bureaus.apart): `python -m bureaus.redraw`.

Reads a PNG or JPEG on standard input and writes one line of JSON: {"png": "base64"} or {"refused": "text for the
person"}. Only the points of the picture come through: no metadata, no place, no second file behind it.
"""

from __future__ import annotations

import base64
import io
import json
import os
import sys
from typing import BinaryIO

# Each registers its format; `formats` of Image.open looks for no others.
from PIL import Image, ImageFile, ImageOps, JpegImagePlugin, PngImagePlugin, UnidentifiedImageError

from bureaus.apart import limit

SIDE = 2000  # points, of what comes in
SHOWN = 600  # points, of what is kept
FORMATS = ("PNG", "JPEG")
_READERS = (JpegImagePlugin, PngImagePlugin)
_HEAD = 1024
_SVG = "Dit is een SVG. Daar kan een programma in zitten. Sla het logo op als PNG en kies dat."
_OTHER = "Dit is geen PNG of JPEG. Sla het logo op als PNG of JPEG en kies dat."
_DAMAGED = "Deze afbeelding is beschadigd. Open haar, sla haar opnieuw op en kies dat bestand."


class Refused(Exception):
    """Its text says what is wrong and what to do."""


def redrawn(file: BinaryIO) -> bytes:
    """The picture as PNG, at most SHOWN points wide and high. Raises Refused, and whatever Pillow raises."""
    head = file.read(_HEAD)
    file.seek(0)
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint, where it shares the process, switches it on
    Image.MAX_IMAGE_PIXELS = None  # opening reads the head alone; the next line says more than Pillow would
    try:
        picture = Image.open(file, formats=FORMATS)
    except UnidentifiedImageError:
        raise Refused(_SVG if b"<svg" in head.lower() else _OTHER) from None
    with picture:
        if max(picture.size) > SIDE:
            raise Refused(
                f"Dit logo is {picture.width} bij {picture.height} beeldpunten. Het mag ten hoogste {SIDE} bij {SIDE}"
                " zijn. Maak het kleiner."
            )
        return _as_png(_points(ImageOps.exif_transpose(picture)))


def _points(picture: Image.Image) -> Image.Image:
    """In colours that every browser shows, through or not."""
    if picture.mode.startswith("I"):  # sixteen bits of grey, which a plain conversion would make white
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _as_png(picture: Image.Image) -> bytes:
    picture.thumbnail((SHOWN, SHOWN), Image.Resampling.LANCZOS)
    # A new picture holds no more than its points: Pillow would carry over what it knows of the old one.
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    out = io.BytesIO()
    bare.save(out, "PNG", optimize=True)
    return out.getvalue()


def verdict(file: BinaryIO) -> dict[str, str]:
    try:
        return {"png": base64.b64encode(redrawn(file)).decode()}
    except Refused as refusal:
        return {"refused": str(refusal)}
    except Exception:  # noqa: BLE001 whatever Pillow says of a file: it could not be read
        return {"refused": _DAMAGED}


if __name__ == "__main__":
    limit()
    sys.stdout.write(json.dumps(verdict(os.fdopen(0, "rb"))))
