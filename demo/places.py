"""Where the embedded default keeps its things: one folder, nothing outside it that others can read."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
# A unix socket's path holds at most 107 bytes; PostgreSQL adds `/.s.PGSQL.5432` and a lock's suffix to ours.
LONGEST_SOCKET_FOLDER = 80


class Occupied(Exception):
    """Another process of ours holds this var folder."""


class Places:
    """The folders of one installation; each is made on first use, open to its owner alone (0700)."""

    def __init__(self, var: Path | None = None) -> None:
        self.var = (var or Path(os.environ.get("DOSSIERWACHT_VAR") or BASE_DIR / "var")).resolve()

    def folder(self, name: str) -> Path:
        path = self.var / name
        for each in (self.var, path):
            each.mkdir(parents=True, exist_ok=True, mode=0o700)
        return path

    @property
    def tag(self) -> str:
        """Twelve characters that stand for this folder where its own path is too long or not readable."""
        return hashlib.sha256(str(self.var).encode()).hexdigest()[:12]

    def socket_folder(self, name: str) -> Path:
        """A folder 0700 for unix sockets; in the temporary directory when the path here would be too long."""
        path = self.folder(name)
        if len(str(path).encode()) <= LONGEST_SOCKET_FOLDER:
            return path
        return own_folder(Path(tempfile.gettempdir()) / f"dossierwacht-{os.getuid()}-{self.tag}-{name}")

    def secret(self, name: str) -> str:
        """The random secret of that name (256 bits, hexadecimal), made on first use in a file 0600."""
        return self.secret_file(name).read_text().strip()

    def secret_file(self, name: str) -> Path:
        path = self.folder("secrets") / name
        if not path.exists():
            write_private(path, secrets.token_hex(32) + "\n")
        return path

    def has_secret(self, name: str) -> bool:
        return (self.var / "secrets" / name).exists()

    @contextmanager
    def held(self, name: str, *, wait: bool = True) -> Iterator[None]:
        """Hold the lock `name`; raises Occupied when `wait` is off and another process has it."""
        with (self.folder("locks") / name).open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                raise Occupied(f"already in use: {self.var} ({name})") from None
            yield


def write_private(path: Path, text: str) -> None:
    """Write `text` to a file that its owner alone can read (0600), whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(text)
    part.replace(path)


def own_folder(path: Path) -> Path:
    """Make `path` 0700, or raise PermissionError when somebody else made it first."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = path.lstat()
    if found.st_uid != os.getuid() or path.is_symlink():
        raise PermissionError(f"{path} belongs to somebody else")
    path.chmod(0o700)
    return path
