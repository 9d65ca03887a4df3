"""A stuk as people read it: every version with its author and time, its files, and the statements about it.

The caller has found the stuk within reach; what is opened here is what the database lets that session read.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import F, OuterRef, Q, Subquery

from access import texts
from bureaus import reglement
from bureaus.schema import StukKind
from bureaus.tenancy import current
from bureaus.words import capitalised
from dossiers.models import Draft, State, StoredFile, Stuk, StukVersion
from vault import keys

T = TypeVar("T")


@dataclass(frozen=True)
class Section:
    label: str
    text: str

    @property
    def is_blank(self) -> bool:
        return texts.is_blank(self.text)


@dataclass(frozen=True)
class Version:
    """Version 1 is the stuk itself, or the text that took its place on request; a later one is an aanvulling."""

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
    # What stood there before a better text took its place: for whom the reglement names.
    shielded: tuple[Version, ...] = ()

    @property
    def title(self) -> str:
        return self.versions[0].title if self.versions else kind_label(self.stuk)

    @property
    def first(self) -> Version | None:
        return self.versions[0] if self.versions else None

    @property
    def later(self) -> tuple[Version, ...]:
        return self.versions[1:]


def read(stuk: Stuk, *, upto: int | None = None, shielded: bool = False) -> Reading:
    """Open a stuk, with the statements about it; `upto` leaves out later versions. Three queries at most.

    `shielded` brings what a better text replaced as well, for who may still read that (access.may_see_shielded).

    A concept has no versions: its text is in its draft (`draft_of`).
    """
    keys.prefetch([stuk.dossier_id])
    together = Q(stuk=stuk) | Q(stuk__about=stuk, stuk__kind=StukKind.EIGEN_VERKLARING)
    rows = list(StukVersion.objects.filter(together).select_related("stuk").order_by("stuk__vastgesteld_at", "number"))
    shown = [row for row in rows if upto is None or row.stuk_id != stuk.pk or row.number <= upto]
    hidden = tuple(map(_version, _shielded(rows, stuk))) if shielded else ()
    versions = _by_stuk(filter(_is_shown, shown), _version)
    files = _by_stuk(StoredFile.objects.filter(together), lambda row: row)
    statements = {row.stuk_id: row.stuk for row in rows if row.stuk_id != stuk.pk}
    said = tuple(Reading(one, versions[pk], files.get(pk, ())) for pk, one in statements.items())
    return Reading(stuk, versions.get(stuk.pk, ()), files.get(stuk.pk, ()), said, hidden)


def read_all(stukken: Iterable[Stuk]) -> dict[uuid.UUID, Reading]:
    """Open many, each as `read` does: three queries, however many there are."""
    wanted = {stuk.pk: stuk for stuk in stukken}
    keys.prefetch({stuk.dossier_id for stuk in wanted.values()})
    together = Q(stuk__in=wanted) | Q(stuk__about__in=wanted, stuk__kind=StukKind.EIGEN_VERKLARING)
    rows = list(StukVersion.objects.filter(together).select_related("stuk").order_by("stuk__vastgesteld_at", "number"))
    versions = _by_stuk(filter(_is_shown, rows), _version)
    files = _by_stuk(StoredFile.objects.filter(together), lambda row: row)
    said: dict[Any, dict[Any, Reading]] = {}
    for row in rows:
        one = row.stuk
        if one.kind == StukKind.EIGEN_VERKLARING and one.about_id in wanted:
            said.setdefault(one.about_id, {})[one.pk] = Reading(one, versions[one.pk], files.get(one.pk, ()))
    return {
        pk: Reading(stuk, versions.get(pk, ()), files.get(pk, ()), tuple(said.get(pk, {}).values()))
        for pk, stuk in wanted.items()
    }


def draft_of(stuk: Stuk) -> Draft | None:
    """The draft of whoever acts, if they are writing on this stuk."""
    found: Draft | None = Draft.objects.filter(stuk=stuk, author_id=current().membership_id).first()
    return found


def with_titles(rows: Any) -> Any:
    """The same stukken, each with the sealed text that holds its title: `titles` then asks nothing more."""
    first = StukVersion.objects.filter(stuk_id=OuterRef("pk"), number=OuterRef("shielded_upto") + 1)
    own = Draft.objects.filter(stuk_id=OuterRef("pk"), author_id=current().membership_id)
    return rows.annotate(
        version_id=Subquery(first.values("pk")[:1]),
        version_content=Subquery(first.values("content")[:1]),
        draft_id=Subquery(own.values("pk")[:1]),
        draft_content=Subquery(own.values("content")[:1]),
    )


def titles(stukken: Iterable[Stuk]) -> dict[uuid.UUID, str]:
    """The titles of many stukken, of concepts from their draft: three queries at most, however many there are."""
    rows = list(stukken)
    if not rows:
        return {}
    keys.prefetch({stuk.dossier_id for stuk in rows})
    return {stuk.pk: kind_label(stuk) for stuk in rows} | _titles_of_versions(rows) | _titles_of_drafts(rows)


def kind_label(stuk: Stuk) -> str:
    """What the bureau calls this kind, as a heading."""
    return capitalised(reglement.in_force().dossier.label(stuk.kind))


def _brought(stukken: Iterable[Any], model: Any, name: str) -> list[Any]:
    """Rows that `with_titles` brought along, able to open their text."""
    return [
        model(pk=getattr(stuk, f"{name}_id"), stuk_id=stuk.pk, dossier_id=stuk.dossier_id, content=content)
        for stuk in stukken
        if (content := getattr(stuk, f"{name}_content")) is not None
    ]


def _titles_of_versions(stukken: Sequence[Stuk]) -> dict[uuid.UUID, str]:
    public = [stuk for stuk in stukken if stuk.state != State.CONCEPT]
    rows: Iterable[Any] = ()
    if public and hasattr(public[0], "version_content"):
        rows = _brought(public, StukVersion, "version")
    elif public:
        rows = StukVersion.objects.filter(stuk__in=public, number=F("stuk__shielded_upto") + 1)
    return {row.stuk_id: row.content["title"] for row in rows if row.content["title"]}


def _titles_of_drafts(stukken: Sequence[Stuk]) -> dict[uuid.UUID, str]:
    concepts = [stuk for stuk in stukken if stuk.state == State.CONCEPT]
    rows: Iterable[Any] = ()
    if concepts and hasattr(concepts[0], "draft_content"):
        rows = _brought(concepts, Draft, "draft")
    elif concepts:
        rows = Draft.objects.filter(stuk__in=concepts, author_id=current().membership_id)
    return {row.stuk_id: row.content["title"] for row in rows if row.content["title"]}


def _by_stuk(rows: Iterable[Any], opened: Callable[[Any], T]) -> dict[uuid.UUID, tuple[T, ...]]:
    found: dict[uuid.UUID, tuple[T, ...]] = {}
    for row in rows:
        found[row.stuk_id] = (*found.get(row.stuk_id, ()), opened(row))
    return found


def _is_shown(row: StukVersion) -> bool:
    return row.number > row.stuk.shielded_upto


def _shielded(rows: Iterable[StukVersion], stuk: Stuk) -> list[StukVersion]:
    return [row for row in rows if row.stuk_id == stuk.pk and not _is_shown(row)]


def _version(row: StukVersion) -> Version:
    """Numbered from the text that is shown: what took the place of another is the stuk itself."""
    content: Any = row.content
    sections = tuple(Section(one["label"], one["text"]) for one in content["sections"])
    number = row.number - row.stuk.shielded_upto if _is_shown(row) else row.number
    return Version(number, content["title"], sections, row.made_by_name, row.made_at)
