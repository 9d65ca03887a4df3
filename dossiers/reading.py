"""A stuk as people read it: every version with its author and time, its files, and the statements about it.

The caller has found the stuk within reach; what is opened here is what the database lets that session read.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bureaus import reglement
from bureaus.schema import StukKind
from bureaus.tenancy import current
from dossiers import rules
from dossiers.models import Draft, State, StoredFile, Stuk, StukVersion
from vault import keys


@dataclass(frozen=True)
class Section:
    label: str
    text: str

    @property
    def is_blank(self) -> bool:
        return rules.is_blank(self.text)


@dataclass(frozen=True)
class Version:
    """Version 1 is the stuk itself; a later one is an aanvulling below it."""

    number: int
    title: str
    sections: tuple[Section, ...]
    made_by_name: str
    made_at: datetime

    @property
    def written(self) -> list[Section]:
        """The sections in which something stands."""
        return [section for section in self.sections if not section.is_blank]


@dataclass(frozen=True)
class Reading:
    """One stuk, opened."""

    stuk: Stuk
    versions: tuple[Version, ...]
    files: tuple[StoredFile, ...]
    statements: tuple[Reading, ...] = ()

    @property
    def title(self) -> str:
        return self.versions[0].title if self.versions else kind_label(self.stuk)

    @property
    def first(self) -> Version | None:
        return self.versions[0] if self.versions else None

    @property
    def later(self) -> tuple[Version, ...]:
        return self.versions[1:]


def read(stuk: Stuk, *, upto: int | None = None) -> Reading:
    """Open a stuk, with the statements about it; `upto` leaves out later versions. Four queries at most.

    A concept has no versions: its text is in its draft (`draft_of`).
    """
    statements = list(
        Stuk.objects.filter(about=stuk, kind=StukKind.EIGEN_VERKLARING).vastgesteld().order_by("vastgesteld_at")
    )
    keys.prefetch([stuk.dossier_id])
    together = [stuk, *statements]
    versions, files = _versions(together), _files(together)
    said = tuple(Reading(one, versions.get(one.pk, ()), files.get(one.pk, ())) for one in statements)
    own = tuple(one for one in versions.get(stuk.pk, ()) if upto is None or one.number <= upto)
    return Reading(stuk, own, files.get(stuk.pk, ()), said)


def draft_of(stuk: Stuk) -> Draft | None:
    """The draft of whoever acts, if they are writing on this stuk."""
    found: Draft | None = Draft.objects.filter(stuk=stuk, author_id=current().membership_id).first()
    return found


def titles(stukken: Iterable[Stuk]) -> dict[uuid.UUID, str]:
    """The titles of many stukken, of concepts from their draft: three queries, however many there are."""
    rows = list(stukken)
    if not rows:
        return {}
    keys.prefetch({stuk.dossier_id for stuk in rows})
    return {stuk.pk: kind_label(stuk) for stuk in rows} | _titles_of_versions(rows) | _titles_of_drafts(rows)


def kind_label(stuk: Stuk) -> str:
    """What the bureau calls this kind, as a heading."""
    label = reglement.in_force().dossier.label(stuk.kind)
    return label[0].upper() + label[1:]


def _titles_of_versions(stukken: Sequence[Stuk]) -> dict[uuid.UUID, str]:
    ids = [stuk.pk for stuk in stukken if stuk.state != State.CONCEPT]
    rows = StukVersion.objects.filter(stuk_id__in=ids, number=1) if ids else ()
    return {row.stuk_id: row.content["title"] for row in rows if row.content["title"]}


def _titles_of_drafts(stukken: Sequence[Stuk]) -> dict[uuid.UUID, str]:
    ids = [stuk.pk for stuk in stukken if stuk.state == State.CONCEPT]
    rows = Draft.objects.filter(stuk_id__in=ids, author_id=current().membership_id) if ids else ()
    return {row.stuk_id: row.content["title"] for row in rows if row.content["title"]}


def _versions(stukken: Sequence[Stuk]) -> dict[uuid.UUID, tuple[Version, ...]]:
    found: dict[uuid.UUID, tuple[Version, ...]] = {}
    for row in StukVersion.objects.filter(stuk__in=stukken).order_by("number"):
        found[row.stuk_id] = (*found.get(row.stuk_id, ()), _version(row))
    return found


def _version(row: StukVersion) -> Version:
    content: Any = row.content
    sections = tuple(Section(one["label"], one["text"]) for one in content["sections"])
    return Version(row.number, content["title"], sections, row.made_by_name, row.made_at)


def _files(stukken: Sequence[Stuk]) -> dict[uuid.UUID, tuple[StoredFile, ...]]:
    found: dict[uuid.UUID, tuple[StoredFile, ...]] = {}
    for row in StoredFile.objects.filter(stuk__in=stukken):
        found[row.stuk_id] = (*found.get(row.stuk_id, ()), row)
    return found
