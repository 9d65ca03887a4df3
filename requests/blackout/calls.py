"""Asks the process apart what is done with one file (`requests.blackout.child`)."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

from bureaus import apart
from requests.blackout.wire import HEAD, MOST_PAGES

SECONDS = 90.0  # wall clock, for a machine that is busy
_COMMAND = [sys.executable, "-m", "requests.blackout.child"]
_INSTEAD = "Laat u woorden uit dit stuk weg, dan gaat het hele bestand niet mee."
WORDS = {
    "pages": f"Dit bestand heeft meer dan {MOST_PAGES} bladzijden. Daarin kan niet worden gelakt. {_INSTEAD}",
    "locked": f"Dit bestand vraagt een wachtwoord. Daarin kan niet worden gelakt. {_INSTEAD}",
    "page": "Die bladzijde is er niet.",
    "left": "In dit bestand blijven woorden staan die eruit moeten. Het hele bestand gaat niet mee.",
    "slow": f"Dit bestand is te groot of te ingewikkeld om in te lakken. {_INSTEAD}",
}
DAMAGED = f"Dit bestand is beschadigd. Daarin kan niet worden gelakt. {_INSTEAD}"
Area = tuple[int, Sequence[float]]  # the page, from 0, and its box


class CantDo(ValueError):
    """The text is Dutch, for who handles the request."""


@dataclass(frozen=True)
class Seen:
    """One page: whether its text can be read, whether something of what is sought stands on it, and which."""

    number: int
    readable: bool
    hit: bool
    hidden: bool
    words: tuple[bool, ...]


def look(data: bytes, sought: Sequence[str]) -> list[Seen]:
    """What stands on each page of a PDF. Raises CantDo."""
    said, _ = _ask("look", data, sought=sought)
    return [
        Seen(at, one["readable"], one["hit"], one["hidden"], tuple(one["words"]))
        for at, one in enumerate(said["pages"], start=1)
    ]  # fmt: skip


def picture(data: bytes, page: int, sought: Sequence[str], boxes: Sequence[Sequence[float]]) -> bytes:
    """A JPG of one page, from 0, for who judges it. Raises CantDo."""
    return _ask("picture", data, sought=sought, page=page, areas=boxes)[1]


def without(data: bytes, sought: Sequence[str], areas: Sequence[Area]) -> bytes:
    """The PDF made anew without these. Raises CantDo."""
    return _ask("without", data, sought=sought, areas=areas)[1]


def holds(data: bytes, sought: Sequence[str]) -> bool:
    """Whether one of these is left in a file of whatever kind. Raises CantDo."""
    return bool(_ask("search", data, sought=sought)[0]["found"])


def bare(data: bytes) -> bytes:
    """A picture without metadata. Raises CantDo where it is not built as its kind is."""
    return _ask("bare", data)[1]


def _ask(do: str, data: bytes, **more: Any) -> tuple[dict[str, Any], bytes]:
    line = json.dumps({"do": do, **more}).encode()
    with _in_memory() as stream:
        stream.writelines((HEAD.pack(len(line)), line, data))
        stream.seek(0)
        try:
            answer = memoryview(apart.look(_COMMAND, stream, seconds=SECONDS))
        except apart.GaveUp:
            raise CantDo(WORDS["slow"]) from None
    (length,) = HEAD.unpack(answer[: HEAD.size])
    body = HEAD.size + length
    said: dict[str, Any] = json.loads(bytes(answer[HEAD.size : body]))
    if "refused" in said:
        raise CantDo(WORDS.get(said["refused"], DAMAGED))
    return said, bytes(answer[body:])


def _in_memory() -> IO[bytes]:
    """A file that never lies on a disk: what is in it is sealed there."""
    return os.fdopen(os.memfd_create("blackout"), "w+b")
