"""A folder of backups: what lies where, for whom, and how a file gets there whole.

    sets/20261121T135500Z/   database.dump, files.txt, manifest.json, SHA256SUMS: one backup each
    files/                   the sealed files that the sets name; each once
    keys/wrapped-keys        the wrapped keys, the latest only

SHA256SUMS and files.txt are as `sha256sum -c` reads them: the first inside its set, the other in files/.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings

from retention.backups import Refused

MARK = "dossierwacht-backups"
DUMP, FILES, MANIFEST, SUMS = "database.dump", "files.txt", "manifest.json", "SHA256SUMS"
STAMP = "%Y%m%dT%H%M%SZ"
_SET = re.compile(r"\d{8}T\d{6}Z")
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_PIECE = 1024 * 1024
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Folder:
    """The folder given on the command line."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path).expanduser().resolve()
        self.sets, self.files = self.path / "sets", self.path / "files"
        self.keys = self.path / "keys" / "wrapped-keys"

    def prepare(self) -> None:
        """Make it, or check that it is a folder of backups for us alone. Raises Refused."""
        check_apart(self.path)
        if self.path.exists() and not self.path.is_dir():
            raise Refused(f"{self.path} is geen map.")
        make(self.path)
        self.check_private()
        there = {one.name for one in self.path.iterdir()} - {"lost+found", ".lock"}
        if there and MARK not in there:
            raise Refused(f"{self.path} is geen map met reservekopieën en is niet leeg. Kies een lege map.")
        (self.path / MARK).touch(mode=0o600)
        for one in (self.sets, self.files, self.keys.parent):
            one.mkdir(mode=0o700, exist_ok=True)

    def check(self) -> None:
        """That there are backups in it, for us alone. Raises Refused."""
        if not (self.path / MARK).is_file() or not self.sets.is_dir():
            raise Refused(f"{self.path} is geen map met reservekopieën van Dossierwacht.")
        self.check_private()

    def check_private(self) -> None:
        """A dump names people in plain words. Raises Refused."""
        status = self.path.stat()
        if status.st_mode & _OTHERS:
            raise Refused(
                f"Anderen kunnen bij {self.path}. Geef de map alleen aan haar eigenaar: chmod go= {self.path}"
            )
        if status.st_uid != os.geteuid():
            raise Refused(f"{self.path} is van een andere gebruiker dan wie dit programma draait.")

    @contextmanager
    def held(self) -> Iterator[None]:
        """One backup or restore at a time. Raises Refused."""
        with os.fdopen(os.open(self.path / ".lock", os.O_WRONLY | os.O_CREAT, 0o600), "w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Refused(f"Er is al een reservekopie bezig in {self.path}.") from None
            yield

    def known(self) -> list[Path]:
        """The sets, oldest first."""
        return sorted(one for one in self.sets.iterdir() if _SET.fullmatch(one.name))

    def chosen(self, name: str = "") -> Path:
        """The set of that name, or the newest. Raises Refused."""
        known = self.known()
        if not known:
            raise Refused(f"Er staat geen reservekopie in {self.path}.")
        if not name:
            return known[-1]
        if self.sets / name not in known:
            raise Refused(f"Er is geen reservekopie {name}. Er zijn: {', '.join(one.name for one in known)}.")
        return self.sets / name

    def clear_parts(self) -> None:
        """What a killed backup left."""
        for one in self.sets.glob(".part-*"):
            shutil.rmtree(one)
        for one in (*self.files.rglob("*.part"), *self.keys.parent.glob("*.part")):
            one.unlink()


def check_apart(path: Path) -> None:
    """Data and keys lie in places of their own: a copy of both together opens everything. Raises Refused."""
    for name in ("MEDIA_ROOT", "KEYRING"):
        ours = Path(getattr(settings, name)).resolve()
        if path == ours or ours in path.parents or path in ours.parents:
            raise Refused(f"{path} ligt in of om {name} ({ours}). Kies een map op een andere plaats.")


def make(path: Path) -> None:
    """A folder for its owner alone, and the folders that it needs above it likewise, whatever the umask."""
    if not path.is_dir():
        make(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)


def write(path: Path, content: bytes) -> None:
    """A file for its owner alone, whole or not at all, on the disk when this returns."""
    copy((content,), path)


def copy(pieces: Iterable[bytes], path: Path) -> str:
    """Write these pieces as `write` does; their SHA-256 in hexadecimal."""
    make(path.parent)
    part, digest = path.with_name(f"{path.name}.part"), hashlib.sha256()
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for piece in pieces:
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return digest.hexdigest()


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


def sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for piece in pieces_of(file):
            digest.update(piece)
    return digest.hexdigest()


def flush(path: Path) -> None:
    """A file or the names in a folder, down on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def lines_of(sums: Mapping[str, str]) -> bytes:
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items())).encode()


def read_sums(path: Path) -> dict[str, str]:
    """Digests by name. Raises Refused where it is not there or not of this form."""
    try:
        found = [_LINE.fullmatch(line) for line in path.read_text().splitlines()]
    except (OSError, UnicodeDecodeError):
        raise Refused(f"{path.name} van {path.parent.name} ontbreekt of is niet te lezen.") from None
    if None in found:
        raise Refused(f"{path.name} van {path.parent.name} is beschadigd.")
    return {one[2]: one[1] for one in found if one}
