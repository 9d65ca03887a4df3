"""AES-256-GCM, and the form in which a sealed value lies in the database. Pure functions.

A sealed value is `version (1 byte) | key generation (4) | nonce (12) | ciphertext and tag (n + 16)`. What it is
bound to travels as associated data, in which every part carries its length: no two places share one.
"""

from __future__ import annotations

import os
import struct
import uuid
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vault.errors import Tampered

KEY_BYTES = 32
OVERHEAD_BYTES = 33
VERSION = 1
_HEAD = struct.Struct(">BI12s")

Part = str | bytes | int | uuid.UUID


@dataclass(frozen=True)
class Place:
    """Where a sealed value stands. Moved anywhere else it no longer opens."""

    bureau: int
    subject: uuid.UUID
    table: str
    field: str
    row: str

    def parts(self) -> tuple[Part, ...]:
        return (self.bureau, self.subject, self.table, self.field, self.row)


def new_key() -> bytes:
    """32 random bytes."""
    return os.urandom(KEY_BYTES)


def associated(*parts: Part) -> bytes:
    """The parts as bytes, each with its kind and length before it, so that no two lists give the same bytes."""
    return b"".join(_framed(part) for part in parts)


def seal(key: bytes, plain: bytes, *, generation: int, bound_to: tuple[Part, ...]) -> bytes:
    """Seal `plain` under a key of 32 bytes; 33 bytes longer than the plain value."""
    nonce = os.urandom(12)
    head = _HEAD.pack(VERSION, generation, nonce)
    return head + AESGCM(key).encrypt(nonce, plain, associated(VERSION, *bound_to, generation))


def unseal(key: bytes, sealed: bytes, *, bound_to: tuple[Part, ...]) -> bytes:
    """The plain value. Raises Tampered where a bit was changed, or key or place is another."""
    generation, nonce = _read_head(sealed)
    try:
        return AESGCM(key).decrypt(nonce, sealed[_HEAD.size :], associated(VERSION, *bound_to, generation))
    except InvalidTag:
        raise Tampered("a sealed value does not open here: changed, moved, or under another key") from None


def generation_of(sealed: bytes) -> int:
    """The key generation that a sealed value names. Raises Tampered where this is no sealed value."""
    return _read_head(sealed)[0]


def derive(key: bytes, *purpose: Part, salt: bytes = b"") -> bytes:
    """Another key of 32 bytes for one purpose, by HKDF-SHA256 (RFC 5869)."""
    return HKDF(hashes.SHA256(), KEY_BYTES, salt or None, associated("dossierwacht", *purpose)).derive(key)


def _read_head(sealed: bytes) -> tuple[int, bytes]:
    if len(sealed) < OVERHEAD_BYTES:
        raise Tampered("a sealed value is too short")
    version, generation, nonce = _HEAD.unpack_from(sealed)
    if version != VERSION:
        raise Tampered("a sealed value has a form that is not known here")
    return generation, nonce


def _framed(part: Part) -> bytes:
    kind, raw = _as_bytes(part)
    return kind + struct.pack(">I", len(raw)) + raw


def _as_bytes(part: Part) -> tuple[bytes, bytes]:
    if isinstance(part, bytes):
        return b"b", part
    if isinstance(part, uuid.UUID):
        return b"u", part.bytes
    if isinstance(part, int):
        return b"i", str(part).encode()
    return b"s", part.encode()
