"""A bureau's logo: checked and drawn anew before it is kept, and kept where everyone may see it.

It stands on the login page, so it is no secret and not sealed. It lies in Django's default storage under
`logos/<bureau>/<hash>.png`, and nothing else lies there.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from bureaus import apart

MOST = 1024 * 1024  # bytes
SECONDS = 30  # wall clock, for a machine that is busy
_COMMAND = [sys.executable, "-m", "bureaus.redraw"]
_GAVE_UP = "Deze afbeelding is te ingewikkeld om na te kijken. Maak haar kleiner en kies dat bestand."


@dataclass(frozen=True)
class Logo:
    """A picture that was checked and drawn anew; only `prepare` makes one."""

    png: bytes

    @cached_property
    def digest(self) -> str:
        """128 bits of its SHA-256, in hexadecimal: the name it is kept under."""
        return hashlib.sha256(self.png).hexdigest()[:32]


def prepare(file: File[bytes]) -> Logo:
    """Look at an upload. Raises ValidationError with what is wrong and what to do about it."""
    if not file.size:
        raise ValidationError("Dit bestand is leeg (0 bytes). Is het goed opgeslagen?")
    if file.size > MOST:
        raise ValidationError("Dit bestand is groter dan 1 MB. Maak het logo kleiner en kies dat bestand.")
    file.seek(0)
    with tempfile.TemporaryFile() as copy:
        copy.write(file.read(MOST))
        copy.seek(0)
        try:
            said = json.loads(apart.look(_COMMAND, copy, seconds=SECONDS))
        except (apart.GaveUp, ValueError):
            raise ValidationError(_GAVE_UP) from None
    if "refused" in said:
        raise ValidationError(said["refused"])
    return Logo(base64.b64decode(said["png"]))


def keep(logo: Logo, bureau_id: int) -> str:
    """Store it; the name it got, which is never one that was in use."""
    return default_storage.save(f"logos/{bureau_id}/{logo.digest}.png", ContentFile(logo.png))


def drop(name: str) -> None:
    default_storage.delete(name)


def read(name: str) -> bytes | None:
    """The PNG; None where it is gone."""
    try:
        with default_storage.open(name) as stored:
            content: bytes = stored.read()
    except FileNotFoundError:
        return None
    return content


def digest_of(name: str) -> str:
    """The hash in a stored name; a storage may have put a few signs behind it."""
    return PurePosixPath(name).stem.partition("_")[0]
