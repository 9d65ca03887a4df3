"""A byte that went wrong: what a disk, or somebody with a hand in it, does to a file."""

from __future__ import annotations

from pathlib import Path


def spoil(path: Path, at: int) -> None:
    """The byte at `at` gets another value; a second time puts it right again."""
    raw = bytearray(path.read_bytes())
    raw[at] ^= 1
    path.write_bytes(bytes(raw))
