"""What the opdrachtgever sees of a stuk: one picture, for the preview before a release and for its own portal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bureaus.schema import StukKind
from dossiers.documents.kinds import BY_CONTENT_TYPE
from dossiers.models import StoredFile, Stuk
from dossiers.reading import Reading, Version, kind_label, read


@dataclass(frozen=True)
class SeenFile:
    id: Any
    name: str
    size: int
    icon: str


@dataclass(frozen=True)
class Seen:
    """All that goes out with one stuk, and no more: not its herkomst, marks, purpose, or who read it."""

    kind: str
    title: str
    date: date
    author: str
    version: Version
    aanvullingen: Sequence[Version]
    files: Sequence[SeenFile]
    statements: Sequence[Version]
    # Which texts these are; a form that confirms the release brings it back.
    fingerprint: str


def as_opdrachtgever_sees(stuk: Stuk, version: int) -> Seen:
    """The stuk up to this version, its files, and what the client said of it (javawest 6.2).

    For the template part dossiers/parts/released_stuk.html, which gets it as `seen`, and as `file_page` the url name
    by which its reader fetches a file. It does not ask whether the stuk was released: the caller found it so.
    """
    return seen(read(stuk, upto=version))


def seen(opened: Reading) -> Seen:
    """The same of a stuk that is open already."""
    stuk = opened.stuk
    return Seen(
        kind=kind_label(stuk),
        title=opened.title,
        date=stuk.date,
        author=stuk.author_name,
        version=opened.versions[0],
        aanvullingen=opened.later,
        files=[_file(row) for row in opened.files],
        statements=[one for said in opened.statements for one in said.versions],
        fingerprint=fingerprint(stuk, [said.stuk for said in opened.statements]),
    )


def statements_about(stuk: Stuk) -> list[Stuk]:
    """The client's own statements that go along wherever this stuk goes, oldest first."""
    about = Stuk.objects.filter(about=stuk, kind=StukKind.EIGEN_VERKLARING).vastgesteld()
    return list(about.order_by("vastgesteld_at", "id"))


def fingerprint(stuk: Stuk, statements: Iterable[Stuk]) -> str:
    """Which texts were looked at: another aanvulling or statement gives another one. Says nothing of content."""
    parts = [f"{one.pk}:{one.version}:{one.health}" for one in (stuk, *sorted(statements, key=lambda one: one.pk))]
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:32]


def _file(row: StoredFile) -> SeenFile:
    kind = BY_CONTENT_TYPE.get(row.content_type)
    return SeenFile(row.pk, row.filename, row.size, kind.icon if kind else "file")
