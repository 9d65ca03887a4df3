"""Logos for some of the demo's bureaus: our own drawings, the same each time."""

from __future__ import annotations

import io
from collections.abc import Callable

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from bureaus import logos, presets

FINE = 4  # drawn so much larger, so that its edges come out smooth
SIDE = 240
Pen = ImageDraw.ImageDraw


def logo_of(slug: str) -> logos.Logo | None:
    """The logo of this bureau; None for one that keeps the shield."""
    draw = DRAWINGS.get(slug)
    return logos.prepare(ContentFile(_drawn(draw, presets.load(slug).bureau["colour"]))) if draw else None


def _drawn(draw: Callable[[Pen, str], None], colour: str) -> bytes:
    picture = Image.new("RGBA", (SIDE * FINE, SIDE * FINE), (0, 0, 0, 0))
    draw(ImageDraw.Draw(picture), colour)
    out = io.BytesIO()
    picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()


def _scaled(*places: float) -> tuple[float, ...]:
    return tuple(place * FINE for place in places)


def _sail(pen: Pen, colour: str) -> None:
    """A sail before the wind, on two waves."""
    pen.polygon(_scaled(126, 14, 126, 150, 226, 150), fill=colour)
    pen.polygon(_scaled(108, 46, 108, 150, 36, 150), fill="#e0a030")
    for top in (172, 204):
        for left in (8, 84, 160):
            pen.arc(_scaled(left, top - 40, left + 76, top + 20), 40, 140, fill=colour, width=14 * FINE)


def _plus(pen: Pen, colour: str) -> None:
    """A plus, and a point."""
    pen.rounded_rectangle(_scaled(10, 84, 190, 136), 14 * FINE, fill=colour)
    pen.rounded_rectangle(_scaled(74, 20, 126, 200), 14 * FINE, fill=colour)
    pen.ellipse(_scaled(162, 168, 224, 230), fill="#e0702e")


def _doorway(pen: Pen, colour: str) -> None:
    """A house with its door open."""
    pen.polygon(_scaled(120, 10, 236, 108, 4, 108), fill=colour)
    pen.rectangle(_scaled(32, 108, 208, 230), fill=colour)
    pen.polygon(_scaled(92, 230, 92, 132, 148, 132, 148, 230), fill="white")
    pen.polygon(_scaled(148, 132, 178, 146, 178, 230, 148, 230), fill="#f2c14e")


DRAWINGS: dict[str, Callable[[Pen, str], None]] = {"javawest": _sail, "pluspunt": _plus, "werklokaal": _doorway}
