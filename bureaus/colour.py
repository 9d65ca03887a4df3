"""A bureau's colour carries white text: it must be dark enough (WCAG 2.2, 1.4.3: contrast 4.5 : 1)."""

from __future__ import annotations

import re

MINIMUM = 4.5
NEUTRAL = "#1f4e79"
_SHAPE = re.compile(r"#[0-9a-f]{6}")


def contrast_with_white(colour: str) -> float:
    """The contrast ratio (1 to 21) of `#rrggbb` against white, as WCAG counts it. Raises ValueError for no colour."""
    if not is_colour(colour):
        raise ValueError(f"'{colour}' is geen kleur. Schrijf een kleur als #1f4e79.")
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def is_colour(text: str) -> bool:
    return bool(_SHAPE.fullmatch(text.lower()))


def dark_enough(colour: str) -> bool:
    return contrast_with_white(colour) >= MINIMUM


def darkened(colour: str) -> str:
    """The nearest darker shade of the same tint that carries white text; the colour itself where it does already."""
    channels = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    for percent in range(100, -1, -1):
        shade = "#" + "".join(f"{channel * percent // 100:02x}" for channel in channels)
        if dark_enough(shade):
            return shade
    return NEUTRAL


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
