"""What an uploaded file is, by its content; in bounded memory and time."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.template.defaultfilters import filesizeformat

from bureaus import apart
from dossiers.documents.kinds import KINDS, Kind, Refused
from dossiers.documents.names import clean_name, with_extension

SECONDS = 45  # wall clock, for a machine that is busy
_COMMAND = [sys.executable, "-m", "dossiers.documents.examine"]
_GAVE_UP = "Dit bestand is te groot of te ingewikkeld om na te kijken. Sla het opnieuw op, of druk het af naar een PDF."


@dataclass(frozen=True)
class Inspected:
    """A file that may be kept: under a clean name, with a type of our own table. `notes` are for who brought it."""

    file: File[bytes]
    name: str
    kind: Kind
    size: int
    notes: list[str] = field(default_factory=list)


def inspect(file: File[bytes], *, called: str = "") -> Inspected:
    """Look at a file. Raises Refused with what is wrong and what to do about it.

    `called`: the name that we give it; its own is then not looked at, and in no refusal.
    """
    check_size(file)
    name = called or clean_name(file.name or "")
    said = _examined(file)
    if "refused" in said:
        raise Refused(said["refused"])
    kinds = (KINDS["txt"], KINDS["csv"]) if said["kind"] == "txt" else (KINDS[said["kind"]],)
    name, kind = with_extension(name, kinds)
    return Inspected(file=file, name=name, kind=kind, size=file.size, notes=said["notes"])


def check_size(file: File[bytes]) -> None:
    """Not empty and not larger than a document may be. Raises Refused."""
    if getattr(file, "over_total", False):
        raise Refused("De bestanden zijn samen te groot. Voeg ze in delen toe.")
    if file.size > settings.MAX_DOCUMENT_BYTES:
        most = filesizeformat(settings.MAX_DOCUMENT_BYTES)
        raise Refused(f"Dit bestand is {filesizeformat(file.size)}. Het mag ten hoogste {most} zijn.")
    if not file.size:
        raise Refused("Dit bestand is leeg (0 bytes). Is het goed opgeslagen?")


def _examined(file: File[bytes]) -> dict[str, Any]:
    """The verdict of a process without keys and environment; one that dies or is slow refuses the file."""
    with _on_disk(file) as stream:
        try:
            said: dict[str, Any] = json.loads(apart.look(_COMMAND, stream, seconds=SECONDS))
        except (apart.GaveUp, ValueError):
            raise Refused(_GAVE_UP) from None
    return said


def _on_disk(file: File[bytes]) -> IO[bytes]:
    """Something that another process can read from its start, closed by who gets it: the file keeps its own."""
    file.seek(0)
    try:
        number = os.dup(file.fileno())
    except OSError:  # in memory only
        copy = tempfile.TemporaryFile()  # noqa: SIM115 the caller closes it
        shutil.copyfileobj(file, copy)
        copy.seek(0)
        return copy
    os.lseek(number, 0, os.SEEK_SET)
    return os.fdopen(number, "rb")
