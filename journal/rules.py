"""How lines become digests and seals a chain: pure functions."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

FIRST = "0" * 64  # what the first seal of a bureau follows
_ENTRY = struct.Struct(">q32s")
_FIELDS = (
    "id", "bureau_id", "seq", "at", "act", "result", "object_type", "object_id", "dossier_id", "dossier_number",
    "user_id", "membership_id", "actor", "roles", "on_behalf_of", "reason", "ground", "grant_id", "origin", "facts",
)  # fmt: skip


def digest(line: Any) -> bytes:
    """SHA-256 over every column of a line, 32 bytes."""
    values = {name: _plain(getattr(line, name)) for name in _FIELDS}
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).digest()


def entry(seq: int, digest_: bytes) -> bytes:
    """One line's place in a seal: its number and its digest, 40 bytes."""
    return _ENTRY.pack(seq, digest_)


def entries(packed: bytes) -> Iterator[tuple[int, bytes]]:
    """The numbers and digests of a seal. Raises struct.error for a length that is no multiple of 40."""
    return _ENTRY.iter_unpack(packed)


def chain(previous: str, number: int, packed: bytes) -> str:
    """The hash of a seal (hexadecimal SHA-256), which the next one carries."""
    return hashlib.sha256(b"\x00".join([previous.encode(), str(number).encode(), packed])).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if value is None or isinstance(value, bool | int | str | dict | list):
        return value
    return str(value)
