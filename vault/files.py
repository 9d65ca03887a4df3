"""Sealed files over any storage that Django knows (`STORAGES["sealed"]`), streamed both ways.

A file is a header, `version (1 byte) | key generation (4) | file id (16)`, and chunks of 1 MiB, each 16 bytes
longer sealed. The last chunk says that it is the last; only an empty file has an empty one. The key of a file is
derived from the key of its subject and the file id; the storage name is made of that id, so no file passes for
another.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import logging
import os
import re
import struct
import uuid
import weakref
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import connection, transaction

from bureaus import tenancy
from vault import cipher, keys
from vault.errors import KeyGone, Tampered, VaultError

CHUNK_BYTES = 1024 * 1024
TAG_BYTES = 16
VERSION = 1
_HEADER = struct.Struct(">BI16s")
log = logging.getLogger(__name__)
_NAME = re.compile(r"(\d{1,19})/([0-9a-f]{2})/([0-9a-f]{30})")


if TYPE_CHECKING:
    _File = File[bytes]
else:
    _File = File


@dataclass(frozen=True)
class SealedFileInfo:
    """A stored file. `size` counts the plain bytes; `sha256` (64 hex digits) is that of the ciphertext.

    So storage can be verified without a key, and the digest tells nobody what the file says.
    """

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class _FileCipher:
    """The key of one file and what its chunks are bound to."""

    aead: AESGCM
    bureau: int
    subject: uuid.UUID
    file_id: bytes
    generation: int

    def seal(self, number: int, last: bool, plain: bytes) -> bytes:
        return self.aead.encrypt(_nonce(number), plain, self._bound_to(number, last))

    def unseal(self, number: int, last: bool, sealed: bytes) -> bytes:
        try:
            return self.aead.decrypt(_nonce(number), sealed, self._bound_to(number, last))
        except InvalidTag:
            raise Tampered("a sealed file was changed, cut short or put in another's place") from None

    def header(self) -> bytes:
        return _HEADER.pack(VERSION, self.generation, self.file_id)

    def _bound_to(self, number: int, last: bool) -> bytes:
        return cipher.associated(
            VERSION, self.bureau, self.subject, "file", self.file_id, self.generation, number, int(last)
        )


def save_sealed(*, subject_id: uuid.UUID, chunks: Iterable[bytes]) -> SealedFileInfo:
    """Seal and store a file while it is read.

    At most 16 MB of memory whatever its size; measured with 200 MB: 7 on disk, 13 on S3 with our settings.
    A failure leaves nothing behind. A rollback after the return does leave the ciphertext, without a row that
    names it: see `save_with_transaction`. Raises KeyGone, NoBureau, and what `chunks` or the storage raises.
    """
    return sealing(subject_id=subject_id)(chunks)


def sealing(*, subject_id: uuid.UUID) -> Callable[[Iterable[bytes]], SealedFileInfo]:
    """What stores one file as `save_sealed` does, once, also after this context has ended: for what takes minutes.

    The key is taken here. Raises KeyGone and NoBureau.
    """
    key = keys.subject_key(subject_id)
    file_id, bureau_id = os.urandom(16), tenancy.current_bureau_id()
    file_cipher, name = _file_cipher(key, bureau_id, subject_id, file_id), _name(bureau_id, file_id)

    def store(chunks: Iterable[bytes]) -> SealedFileInfo:
        reader = SealingReader(file_cipher, chunks)
        _store(_storage(), name, reader)
        return SealedFileInfo(name, reader.plain_bytes, reader.digest.hexdigest())

    return store


def save_with_transaction(*, subject_id: uuid.UUID, chunks: Iterable[bytes]) -> SealedFileInfo:
    """Seal and store a file that goes again where this transaction, or the savepoint that is open, is rolled back.

    Raises as `save_sealed` does.
    """
    info = save_sealed(subject_id=subject_id, chunks=chunks)
    transaction.on_commit(_Kept(info.name))
    return info


def open_sealed(*, subject_id: uuid.UUID, name: str) -> OpenedFile:
    """The plain chunks of a file, of at most 1 MiB each.

    Key and first chunk are checked before this returns; the rest may be read after the context has ended, as a
    streaming response does. Raises FileNotFoundError, KeyGone, Tampered and NoBureau at once; a later chunk
    that does not open raises Tampered while reading, and a file cut short never ends quietly.
    """
    bureau_id, file_id = _read_name(name)
    key = keys.subject_key(subject_id)
    stored = _storage().open(name, "rb")
    try:
        generation = _read_header(stored, file_id)
        file_cipher = _file_cipher(keys.SubjectKey(key.key, generation), bureau_id, subject_id, file_id)
        plain = _plain_chunks(file_cipher, stored)
        first = next(plain)
    except BaseException:
        stored.close()
        raise
    return OpenedFile(stored, first, plain)


def delete_sealed(name: str) -> None:
    """Delete a file once this transaction has committed; at once outside one. Nothing happens where it is gone."""
    _read_name(name)
    transaction.on_commit(partial(_storage().delete, name))


def delete_sealed_now(name: str) -> None:
    """Delete a file whatever becomes of the transaction; for the steps of a destruction run, which can be repeated."""
    _read_name(name)
    _storage().delete(name)


def exists_sealed(name: str) -> bool:
    """Whether storage still has this file; what a destruction run verifies."""
    _read_name(name)
    return _storage().exists(name)


class OpenedFile(Iterator[bytes]):
    """The plain chunks of a sealed file. Closed at its end, or by whoever stops earlier: a response does both."""

    def __init__(self, stored: IO[bytes], first: bytes, rest: Iterator[bytes]) -> None:
        self._stored = stored
        self._chunks = chain([first], rest)

    def __next__(self) -> bytes:
        try:
            return next(self._chunks)
        except BaseException:  # the end, and a chunk that does not open
            self.close()
            raise

    def close(self) -> None:
        self._stored.close()


class SealingReader(_File):
    """A file that turns plain chunks into ciphertext while a storage reads it. Can be read once."""

    def __init__(self, file_cipher: _FileCipher, chunks: Iterable[bytes]) -> None:
        super().__init__(None)
        self.digest = hashlib.sha256()
        self.plain_bytes = 0
        self._source = self._sealed(file_cipher, chunks)
        self._rest = memoryview(b"")

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes of ciphertext; all that is left where size is negative."""
        taken = io.BytesIO()  # whose value costs no second copy: S3 asks for 5 MiB at a time
        while size < 0 or taken.tell() < size:
            if not self._rest:
                self._rest = memoryview(next(self._source, b""))
            if not self._rest:
                break
            end = len(self._rest) if size < 0 else size - taken.tell()
            taken.write(self._rest[:end])
            self._rest = self._rest[end:]
        piece = taken.getvalue()
        self.digest.update(piece)
        return piece

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """For storages that copy in pieces of their own choice of size."""
        while piece := self.read(chunk_size or CHUNK_BYTES):
            yield piece

    def seekable(self) -> bool:
        return False

    def readable(self) -> bool:
        return True

    @property
    def closed(self) -> bool:
        return False

    def close(self) -> None:
        """There is nothing to close: whoever gave the plain chunks closes their source."""

    def _sealed(self, file_cipher: _FileCipher, chunks: Iterable[bytes]) -> Iterator[bytes]:
        yield file_cipher.header()
        for number, (plain, last) in enumerate(_evenly(chunks)):
            self.plain_bytes += len(plain)
            yield file_cipher.seal(number, last, plain)


def _evenly(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The same bytes in chunks of 1 MiB and a last of 0 to 1 MiB, each with whether it is the last."""
    buffer = bytearray()
    for chunk in chunks:
        view = memoryview(chunk)
        for start in range(0, len(view), CHUNK_BYTES):
            buffer += view[start : start + CHUNK_BYTES]
            if len(buffer) > CHUNK_BYTES:
                yield bytes(memoryview(buffer)[:CHUNK_BYTES]), False
                del buffer[:CHUNK_BYTES]
    yield bytes(buffer), True


def _plain_chunks(file_cipher: _FileCipher, stored: IO[bytes]) -> Iterator[bytes]:
    number, sealed = 0, _read_exactly(stored, CHUNK_BYTES + TAG_BYTES)
    while True:
        following = _read_exactly(stored, CHUNK_BYTES + TAG_BYTES)
        yield file_cipher.unseal(number, not following, sealed)
        if not following:
            return
        number, sealed = number + 1, following


def _read_exactly(stored: IO[bytes], size: int) -> bytes:
    """`size` bytes, fewer only at the end of the file: a network file may give less per read."""
    pieces = []
    while size and (piece := stored.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _read_header(stored: IO[bytes], file_id: bytes) -> int:
    header = _read_exactly(stored, _HEADER.size)
    if len(header) < _HEADER.size:
        raise Tampered("a sealed file is too short")
    version, generation, found = _HEADER.unpack(header)
    if version != VERSION or found != file_id:
        raise Tampered("a sealed file has a form that is not known here, or stands under another's name")
    return int(generation)


def _file_cipher(key: keys.SubjectKey, bureau_id: int, subject_id: uuid.UUID, file_id: bytes) -> _FileCipher:
    aead = AESGCM(cipher.derive(key.key, "file", salt=file_id))
    return _FileCipher(aead, bureau_id, subject_id, file_id, key.generation)


def _nonce(number: int) -> bytes:
    # Counting is safe here: the key is this file's own.
    return number.to_bytes(12, "big")


def _store(storage: Storage, name: str, reader: SealingReader) -> None:
    try:
        stored = storage.save(name, reader)
        _flush(storage, name)
    except BaseException:
        with contextlib.suppress(Exception):  # the first error is the one to tell
            storage.delete(name)
        raise
    if stored != name:
        storage.delete(stored)
        raise VaultError("the storage chose another name; is one with random names in use already?")


def _flush(storage: Storage, name: str) -> None:
    """On a disk of our own the bytes are down before a row names them; S3 has that by itself."""
    try:
        path = Path(storage.path(name))
    except NotImplementedError:
        return
    for one in (path, path.parent):
        descriptor = os.open(one, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class _Kept:
    """Waits for the commit among Django's own hooks; a rollback throws those away, and that is how we hear of it.

    A process that is killed in between leaves ciphertext that no row names.
    """

    def __init__(self, name: str) -> None:
        self._undo = weakref.finalize(self, _undo, name)
        # At exit the fate of the transaction is not known.
        self._undo.atexit = False

    def __call__(self) -> None:
        self._undo.detach()


def _undo(name: str) -> None:
    """Delete a file whose row was rolled back; not where the connection broke, when it may have been committed."""
    inner = connection.connection
    if inner is None or inner.closed:
        log.warning("a stored file may have no row: %s", name)
        return
    try:
        _storage().delete(name)
    except Exception:
        log.exception("a file without a row could not be deleted: %s", name)


def _storage() -> Storage:
    return storages["sealed"]


def _name(bureau_id: int, file_id: bytes) -> str:
    digits = file_id.hex()
    return f"{bureau_id}/{digits[:2]}/{digits[2:]}"


def _read_name(name: str) -> tuple[int, bytes]:
    """Bureau and file id. Raises KeyGone for another bureau's file: from here it does not exist."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError("this is not the name of a sealed file")
    if int(match[1]) != tenancy.current_bureau_id():
        raise KeyGone("this file is not of this bureau")
    return int(match[1]), bytes.fromhex(match[2] + match[3])
