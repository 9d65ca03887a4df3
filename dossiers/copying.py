"""Stukken as data, for whoever gets a copy of them: a number, every version, and the files with their hashes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils import timezone

from dossiers import reading
from dossiers.documents.kinds import BY_CONTENT_TYPE
from dossiers.forms import herkomst_label
from dossiers.models import Dossier, StoredFile, Stuk, StukVersion, Tombstone

# The name of each file in the copy and the hash of it: by the id of the file.
Files = Mapping[uuid.UUID, tuple[str, str]]


@dataclass(frozen=True)
class Numbered:
    """A stuk by its place in the dossier, from the oldest on; `why` it stays out, '' where it goes."""

    number: int
    stuk: Stuk
    why: str = ""


def files_of(goes: Iterable[Numbered], folder: str = "bestanden") -> list[tuple[str, StoredFile]]:
    """The files of these, each with its name in the copy; one query."""
    numbers = {one.stuk.pk: one.number for one in goes}
    rows = StoredFile.objects.filter(stuk__in=numbers).order_by("stuk_id", "added_at", "pk")
    seen: dict[Any, int] = {}
    found = []
    for row in rows:
        seen[row.stuk_id] = seen.get(row.stuk_id, 0) + 1
        found.append((f"{folder}/{_file_name(numbers[row.stuk_id], seen[row.stuk_id], row)}", row))
    return sorted(found, key=lambda one: one[0])


def told(goes: Sequence[Numbered], held: Iterable[StoredFile], files: Files) -> Iterable[dict[str, Any]]:
    """In the order of the dossier, with `held`, the files of them; two queries, whatever their number."""
    ids = [one.stuk.pk for one in goes]
    versions: dict[Any, list[Any]] = {}
    shown = StukVersion.objects.filter(stuk__in=ids, number__gt=F("stuk__shielded_upto"))
    for row in shown.select_related("stuk").order_by("stuk_id", "number"):
        versions.setdefault(row.stuk_id, []).append(row)
    with_stuk: dict[Any, list[StoredFile]] = {}
    for file in held:
        with_stuk.setdefault(file.stuk_id, []).append(file)
    numbers = {one.stuk.pk: one.number for one in goes}
    for one in goes:
        yield _stuk(one, versions.get(one.stuk.pk, ()), with_stuk.get(one.stuk.pk, ()), files, numbers)


def removed(dossier: Dossier, say: Any) -> Iterable[str]:
    """jmwerkt 6.1.4: that something was deleted stays with the dossier, wherever it goes. `say` writes a day."""
    for row in Tombstone.objects.filter(dossier=dossier).order_by("removed_at", "id"):
        yield f"Op {say(timezone.localdate(row.removed_at))} is een stuk verwijderd op verzoek van wie het over ging."


def _stuk(
    one: Numbered, versions: Sequence[Any], held: Sequence[StoredFile], files: Files, numbers: Mapping[Any, int]
) -> dict[str, Any]:  # fmt: skip
    stuk = one.stuk
    return {
        "number": one.number,
        "kind": stuk.kind,
        "kind_label": reading.kind_label(stuk),
        "about": numbers.get(stuk.about_id),
        "date": stuk.date,
        "herkomst": herkomst_label(stuk.herkomst),
        "origin": stuk.origin,
        "purpose": stuk.purpose,
        "author": stuk.author_name,
        "health": stuk.health,
        "versions": [_version(row) for row in versions],
        "files": [_file(row, *files[row.pk]) for row in held],
    }


def _version(row: StukVersion) -> dict[str, Any]:
    content: Any = row.content
    return {
        "number": row.number - row.stuk.shielded_upto, "title": content["title"], "by": row.made_by_name,
        "at": row.made_at,
        "sections": [{"label": one["label"], "text": one["text"]} for one in content["sections"]],
    }  # fmt: skip


def _file(row: StoredFile, entry: str, sha256: str) -> dict[str, Any]:
    return {
        "entry": entry, "name": row.filename, "content_type": row.content_type, "size": row.size, "sha256": sha256,
        "added_by": row.added_by_name, "added_at": row.added_at,
    }  # fmt: skip


def _file_name(number: int, at: int, row: StoredFile) -> str:
    """stuk-003-1.pdf: the place of its stuk, and which file of it."""
    kind = BY_CONTENT_TYPE.get(row.content_type)
    return f"stuk-{number:03}-{at}.{kind.extensions[0] if kind else 'bin'}"
