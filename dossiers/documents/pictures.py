"""Pictures: looked at, never made anew.

The original is kept byte for byte, EXIF included. A diploma or certificate is evidence, and a copy that was saved
anew is another file; and what may go out is decided at the release, not here. A photo that says where it was taken
is noted, so that who adds it can choose another.
"""

from __future__ import annotations

import warnings
from typing import IO

# Each registers its format; `formats` of Image.open looks for no others.
from PIL import ExifTags, GifImagePlugin, Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from dossiers.documents.kinds import Refused

PIXELS = 200_000_000  # the largest telephone cameras make 200 million
_READERS = (JpegImagePlugin, PngImagePlugin, GifImagePlugin, WebPImagePlugin)
FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
GPS_NOTE = (
    "In deze foto staat de plaats waar hij is gemaakt. Wie het bestand ophaalt, kan die plaats lezen."
    " Is dat niet nodig? Zet de locatie uit en maak de foto opnieuw."
)


def check(file: IO[bytes]) -> tuple[str, list[str]]:
    """The code of the kind, and what to tell. Raises Refused; whatever Pillow raises means a damaged picture."""
    Image.MAX_IMAGE_PIXELS = PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        picture = Image.open(file, formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("Deze afbeelding heeft te veel beeldpunten. Maak een kleinere.") from None
    with picture:
        if picture.width * picture.height > PIXELS:
            raise Refused("Deze afbeelding heeft te veel beeldpunten. Maak een kleinere.")
        notes = [GPS_NOTE] if _says_where(picture) else []
        kind = "jpeg" if picture.format == "MPO" else str(picture.format).lower()
        _look(picture, kind)
    return kind, notes


def _says_where(picture: Image.Image) -> bool:
    """By what stands in the head: Pillow's own `getexif` would unpack a whole PNG to look behind it."""
    held = picture.info.get("exif")
    if not held:
        return False
    exif = Image.Exif()
    exif.load(held)
    return bool(exif.get_ifd(ExifTags.IFD.GPSInfo))


def _look(picture: Image.Image, kind: str) -> None:
    """A JPEG is read whole at an eighth of its size, a PNG by its checksums; that finds what was cut off."""
    if kind == "jpeg":
        picture.draft("L", (picture.width // 8, picture.height // 8))
        picture.load()
    else:
        picture.verify()
