"""Where the keys lie that must be truly erasable: outside the database, replicated, never versioned.

`settings.KEYRING_CLASS` names the class, so that a key management service can take the directory's place.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from vault.errors import KeyExists, KeyGone, KeyringExposed

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Keyring(Protocol):
    """What the vault asks of a place for keys. A key's name is used once and never overwritten.

    Beside the keys lie notes that must not be rolled back with the database, all sealed: the mirror of a bureau's
    wrapped keys (vault.mirror), what was destroyed (retention.ledger) and the bureau's certificate to sign with
    (retention.signing). Those are replaced.
    """

    def get(self, name: str) -> bytes:
        """The secret. Raises KeyGone where there is none."""

    def put(self, name: str, secret: bytes) -> None:
        """Keep a secret; it is durable on return. Raises KeyExists where the name is taken."""

    def replace(self, name: str, note: bytes) -> None:
        """Keep a note in the place of an earlier one, whole or not at all; it is durable on return."""

    def destroy(self, name: str) -> None:
        """Make the secret unrecoverable; nothing happens where there is none."""

    def names(self) -> frozenset[str]:
        """The names of all secrets."""


def keyring() -> Keyring:
    """The keyring of this installation."""
    return cast(Keyring, import_string(settings.KEYRING_CLASS)())


class DirectoryKeyring:
    """One file (0600) per secret in the directory `settings.KEYRING` (0700).

    Every method raises KeyringExposed where others than the owner could get at the directory or a file.
    Destroying overwrites the file first; on disks that copy on write that does not reach the old blocks, so
    such a directory belongs on an encrypted volume without snapshots (see the README).
    """

    def __init__(self) -> None:
        self.directory = Path(settings.KEYRING)

    def get(self, name: str) -> bytes:
        self._check_directory()
        try:
            with self._path(name).open("rb") as file:
                _refuse_exposed(os.fstat(file.fileno()), self._path(name))
                secret = file.read()
        except FileNotFoundError:
            secret = b""
        if not secret:  # an empty file: killed halfway through destroying it
            raise KeyGone(f"the keyring has no {name}")
        return secret

    def put(self, name: str, secret: bytes) -> None:
        path = self._path(name)
        with self._written(secret) as temporary:
            try:
                path.hardlink_to(temporary)  # all or nothing, and never over another
            except FileExistsError:
                raise KeyExists(f"the keyring has a {name} already") from None

    def replace(self, name: str, note: bytes) -> None:
        path = self._path(name)
        with self._written(note) as temporary:
            temporary.replace(path)

    def destroy(self, name: str) -> None:
        self._check_directory()
        path = self._path(name)
        with contextlib.suppress(FileNotFoundError), path.open("r+b") as file:
            file.write(os.urandom(os.fstat(file.fileno()).st_size))
            os.fsync(file.fileno())
            file.truncate(0)
            os.fsync(file.fileno())
            path.unlink()
            self._flush_directory()

    def names(self) -> frozenset[str]:
        self._check_directory()
        if not self.directory.exists():
            return frozenset()
        return frozenset(path.name for path in self.directory.iterdir() if _NAME.fullmatch(path.name))

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError("a name in the keyring has small letters, digits and hyphens")
        return self.directory / name

    def _check_directory(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            _refuse_exposed(self.directory.stat(), self.directory)

    @contextlib.contextmanager
    def _written(self, content: bytes) -> Iterator[Path]:
        """A file of ours with this content, on the disk, still without a name that counts."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._check_directory()
        descriptor, name = tempfile.mkstemp(prefix=".", dir=self.directory)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                os.fsync(file.fileno())
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)
        self._flush_directory()

    def _flush_directory(self) -> None:
        descriptor = os.open(self.directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _refuse_exposed(status: os.stat_result, path: Path) -> None:
    if status.st_mode & _OTHERS:
        raise KeyringExposed(f"others can get at {path}: give it to its owner alone (chmod go= {path})")
    if status.st_uid != os.geteuid():
        raise KeyringExposed(f"{path} belongs to another user than the one that runs this program")
