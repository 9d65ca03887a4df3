"""The sealed files: out of their storage into a folder of backups, and back. Names that say nothing, ciphertext."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from django.core.files import File
from django.core.files.storage import Storage, storages

from retention.backups import Refused, folder

AT_MOST = 10  # names in a message


def copy_out(to: Path, known: Mapping[str, str]) -> dict[str, str]:
    """Copy what is not there yet; the digests by name of all that storage holds. `known` are those of earlier sets.

    A file is written once under a name of its own and never changed, so what was copied once is the file. What goes
    while we walk belongs to a dossier that goes.
    """
    storage, sums = _storage(), {}
    for name in _walk(storage, ""):
        try:
            sums[name] = _copied(storage, name, to / name, known)
        except FileNotFoundError:
            continue
    return sums


def copy_back(come_from: Path, sums: Mapping[str, str]) -> int:
    """Put into storage what it doesn't hold; how many that were. Raises Refused."""
    storage, copied = _storage(), 0
    for name in sums:
        if storage.exists(name):
            continue
        with (come_from / name).open("rb") as file:
            stored = storage.save(name, File(file))
        if stored != name:
            raise Refused(f"De opslag gaf bestand {name} een andere naam ({stored}).")
        copied += 1
    return copied


def check(inside: Path, sums: Mapping[str, str]) -> None:
    """That each of these files is there and unchanged. Raises Refused, naming the first ones that are not."""
    missing, changed = [], []
    for name, digest in sums.items():
        path = inside / name
        if not path.is_file():
            missing.append(name)
        elif folder.sha256(path) != digest:
            changed.append(name)
    for what, names in (("ontbreken", missing), ("zijn veranderd of afgekapt", changed)):
        if names:
            more = f" en {len(names) - AT_MOST} andere" if len(names) > AT_MOST else ""
            raise Refused(f"{len(names)} bestanden {what}: {', '.join(names[:AT_MOST])}{more}.")


def drop_unnamed(inside: Path, named: set[str]) -> int:
    """Remove the copies that no set names any more; how many."""
    gone = [path for path in inside.rglob("*") if path.is_file() and str(path.relative_to(inside)) not in named]
    for path in gone:
        path.unlink()
    return len(gone)


def _copied(storage: Storage, name: str, to: Path, known: Mapping[str, str]) -> str:
    if to.is_file() and _same_size(storage, name, to):
        return known.get(name) or folder.sha256(to)
    with storage.open(name, "rb") as file:
        return folder.copy(folder.pieces_of(file), to)


def _same_size(storage: Storage, name: str, to: Path) -> bool:
    """On a disk of ours a file may have been half written when we came by; an object store shows it whole or not."""
    try:
        path = storage.path(name)
    except NotImplementedError:
        return True
    return Path(path).stat().st_size == to.stat().st_size


def _walk(storage: Storage, under: str) -> Iterator[str]:
    try:
        folders, names = storage.listdir(under)
    except FileNotFoundError:
        return
    for name in sorted(names):
        if name and not name.startswith("."):
            yield str(PurePosixPath(under, name))
    for one in sorted(folders):
        yield from _walk(storage, str(PurePosixPath(under, one)))


def _storage() -> Storage:
    return storages["sealed"]
