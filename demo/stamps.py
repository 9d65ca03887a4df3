"""Fingerprints of what was done already, so that a second start does it only when something changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from demo.places import BASE_DIR, Places, write_private

NOT_OURS = {".venv", "node_modules", "build", "var", ".git", "tests"}


def of_files(paths: Iterable[Path]) -> str:
    """SHA-256 over names and contents."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path.relative_to(BASE_DIR)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def of_migrations() -> str:
    """What decides the shape of the database: our migrations, the operations they use, the packages' versions."""
    folders = [path for path in BASE_DIR.iterdir() if path.is_dir() and path.name not in NOT_OURS]
    ours = [path for folder in folders for path in folder.glob("migrations/*.py")]
    return of_files([*ours, *BASE_DIR.glob("bureaus/rls.py"), BASE_DIR / "requirements.txt"])


class Stamps:
    """Small files under `stamps/` of the var folder."""

    def __init__(self, places: Places) -> None:
        self.folder = places.folder("stamps")

    def holds(self, name: str, value: str) -> bool:
        return self.read(name) == value

    def read(self, name: str) -> str | None:
        """What was stamped; None where nothing was."""
        path = self.folder / name
        return path.read_text() if path.exists() else None

    def set(self, name: str, value: str) -> None:
        write_private(self.folder / name, value)

    def clear(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)
