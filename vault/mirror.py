"""A copy of the wrapped keys beside the keyring: the latest only, and as dead as the keyring makes it.

A rotation kills every older copy of `vault_wrappedkey`, that in yesterday's backup included. Without a newer one a
disaster in the hours after it would take every living dossier along. So before the old generation goes, the keys as
they are wrapped now lie where they are never rolled back (ADR 0022). All of it is ciphertext under the bureau's key.
"""

from __future__ import annotations

import hashlib
import struct
import uuid
from collections.abc import Iterable
from typing import NamedTuple

from vault import bureau_keys, cipher, keys
from vault.errors import KeyGone, Tampered
from vault.keyring import keyring
from vault.models import WrappedKey

_FORM = b"dossierwacht wrapped keys 1\n"
_HEAD = struct.Struct(">QI16sH")
_DIGEST_BYTES = 32


class Wrapped(NamedTuple):
    """One wrapped key, and whose it is."""

    bureau_id: int
    subject_id: uuid.UUID
    generation: int
    wrapped: bytes


def write(bureau_id: int) -> int:
    """Replace the mirror of this bureau by its keys as they are now; how many. Inside its context."""
    columns = WrappedKey.objects.order_by("subject_id").values_list("subject_id", "generation", "wrapped")
    rows = [Wrapped(bureau_id, *row) for row in columns.iterator(chunk_size=10_000)]
    keyring().replace(_name(bureau_id), pack(rows))
    return len(rows)


def read(bureau_id: int) -> list[Wrapped]:
    """The keys in the mirror of this bureau; none where it has no mirror. Raises Tampered."""
    try:
        return unpack(keyring().get(_name(bureau_id)))
    except KeyGone:
        return []


def pack(rows: Iterable[Wrapped]) -> bytes:
    """These keys as bytes that end in their own SHA-256; 100 bytes each."""
    parts = [_FORM]
    for row in rows:
        wrapped = bytes(row.wrapped)
        parts += (_HEAD.pack(row.bureau_id, row.generation, row.subject_id.bytes, len(wrapped)), wrapped)
    body = b"".join(parts)
    return body + hashlib.sha256(body).digest()


def unpack(raw: bytes) -> list[Wrapped]:
    """What `pack` made. Raises Tampered where a byte was changed or the end is missing."""
    body, digest = raw[:-_DIGEST_BYTES], raw[-_DIGEST_BYTES:]
    if not body.startswith(_FORM) or hashlib.sha256(body).digest() != digest:
        raise Tampered("a copy of the keys was changed or cut short")
    rows, at = [], len(_FORM)
    while at < len(body):
        bureau_id, generation, subject, length = _HEAD.unpack_from(body, at)
        at += _HEAD.size + length
        rows.append(Wrapped(bureau_id, uuid.UUID(bytes=subject), generation, body[at - length : at]))
    return rows


def that_open(rows: Iterable[Wrapped]) -> list[Wrapped]:
    """Of each subject the newest of these that opens with the keyring of today.

    Raises Tampered where the master is another one than the keyring's: then none can be judged.
    """
    wrapping: dict[tuple[int, int], bytes | None] = {}
    found: dict[tuple[int, uuid.UUID], Wrapped] = {}
    for row in sorted(rows, key=lambda one: one.generation, reverse=True):
        whose = (row.bureau_id, row.generation)
        if whose not in wrapping:
            wrapping[whose] = _bureau_key(*whose)
        subject = (row.bureau_id, row.subject_id)
        if subject not in found and _opens(wrapping[whose], row):
            found[subject] = row
    return list(found.values())


def _bureau_key(bureau_id: int, generation: int) -> bytes | None:
    try:
        return bureau_keys.get(bureau_id, generation)
    except KeyGone:
        return None


def _opens(key: bytes | None, row: Wrapped) -> bool:
    if key is None:
        return False
    try:
        cipher.unseal(key, row.wrapped, bound_to=keys.bound_to_wrapping(row.bureau_id, row.subject_id))
    except Tampered:
        return False
    return True


def _name(bureau_id: int) -> str:
    return f"mirror-{bureau_id}"
