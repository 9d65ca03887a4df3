"""Hostile bytes are parsed in a process of its own: without key, database or environment, in bounded memory and time.

The parent calls `look`; the module that it starts calls `limit` before it reads a byte.
"""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import IO

MEMORY = 768 * 1024 * 1024  # bytes of address space
SECONDS = 20  # of processor time
_HOUSE = Path(__file__).resolve().parent.parent


class GaveUp(Exception):
    """The process that looked died, or was too slow."""


def look(command: Sequence[str], stream: IO[bytes], *, seconds: float) -> bytes:
    """What the command says of a file on its standard input, in so many seconds of wall clock. Raises GaveUp."""
    try:
        return subprocess.run(
            command, cwd=_HOUSE, stdin=stream, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=environment(), timeout=seconds, check=True,
        ).stdout  # fmt: skip
    except subprocess.SubprocessError:
        raise GaveUp from None


def environment() -> dict[str, str]:
    """All that the process which looks is told of this one."""
    return {"PATH": os.defpath, "LANG": "C.UTF-8"}


def limit(seconds: int = SECONDS) -> None:
    """Memory, time, and no core dump, which would hold the file. For the process that looks."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
