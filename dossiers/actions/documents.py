"""Putting files in a dossier."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import date as day
from typing import Any

from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils import timezone

from access.models import Membership
from bureaus.schema import AUTHOR_ONLY, KindRule, StukKind
from dossiers import access, rules
from dossiers.actions.notices import tell_the_client
from dossiers.actions.stukken import freeze, new_stuk, origin_of
from dossiers.documents import kinds
from dossiers.documents.inspect import Inspected, inspect
from dossiers.documents.upload import FILES
from dossiers.models import Dossier, State, StoredFile, Stuk
from journal.actions import record
from vault.files import save_with_transaction

CHUNK_BYTES = 1024 * 1024


class FilesRefused(rules.Refused):
    """One or more files were not taken, and so none was. `problems` says of each which and why."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems), "upload")
        self.problems = list(problems)


@transaction.atomic
def add_document(
    *,
    dossier: Dossier,
    by: Membership,
    kind: StukKind | str,
    herkomst: str,
    date: day,
    title: str,
    upload: Sequence[File[bytes]] | File[bytes],
    health: bool = False,
    stuk_id: uuid.UUID | None = None,
) -> Stuk:
    """Add a stuk of one to ten files, vastgesteld at once; all of them or none.

    `stuk_id` is an id drawn when the form was made: the same form sent twice is one act. What the files have to tell
    (`notes`) is on the result. Raises FilesRefused, rules.Refused, Http404, PermissionDenied.
    """
    rule = check_kind(by, dossier, kind)
    files = inspect_all([upload] if isinstance(upload, File) else upload)
    stuk = _filled(dossier, by, kind, rule, herkomst, date, health)
    content = rules.clean_content({"title": title or files[0].name, "sections": []})
    there = _insert(stuk, stuk_id, by, content, files)
    if there is not None:
        return there
    freeze(stuk=stuk, by=by, content=content)
    _store_all(stuk, by, files)
    tell_the_client(dossier=dossier, by=by)
    stuk.notes = [f"{file.name}: {note}" for file in files for note in file.notes]  # type: ignore[attr-defined]
    return stuk


def check_kind(by: Membership, dossier: Dossier, kind: StukKind | str) -> KindRule:
    """A werkaantekening has no files: those are part of the dossier (werkid 10.4). Raises as access.check_start."""
    rule = access.check_start(by, dossier, kind)
    if kind in AUTHOR_ONLY:
        raise rules.Refused("Een werkaantekening heeft geen bestanden. Kies een ander soort stuk.", "kind")
    return rule


def documentable(member: Membership, dossier: Dossier) -> dict[StukKind, KindRule]:
    """The kinds of stuk of which this member may add files here; empty without a grant to write."""
    return {kind: rule for kind, rule in access.startable(member, dossier).items() if kind not in AUTHOR_ONLY}


def inspect_all(upload: Sequence[File[bytes]]) -> list[Inspected]:
    """All files looked at; whoever brought them hears at once of each that is wrong. Raises FilesRefused."""
    if not upload:
        raise FilesRefused(["Kies een bestand."])
    if len(upload) > FILES:
        raise FilesRefused([f"U koos {len(upload)} bestanden. Voeg er ten hoogste {FILES} tegelijk toe."])
    found, problems = [], []
    for file in upload:
        try:
            found.append(inspect(file))
        except kinds.Refused as refusal:
            problems.append(f"{shown_name(file)}: {refusal}")
    if problems:
        raise FilesRefused(problems)
    return found


def shown_name(file: File[bytes]) -> str:
    """A name as a message may show it, whatever is in it."""
    name = rules.clean_line(file.name or "") or "bestand"
    return name if len(name) <= 60 else f"{name[:40]}…{name[-15:]}"


def _filled(
    dossier: Dossier, by: Membership, kind: StukKind | str, rule: KindRule, herkomst: str, date: day, health: bool
) -> Stuk:
    stuk = new_stuk(dossier=dossier, by=by, kind=kind, rule=rule, day=rules.check_date(date, timezone.localdate()))
    stuk.herkomst = rules.check_herkomst(herkomst)
    stuk.origin = origin_of(dossier, stuk.herkomst)
    stuk.health = stuk.health or health
    stuk.state, stuk.version, stuk.vastgesteld_at = State.VASTGESTELD, 1, timezone.now()
    return stuk


def _insert(
    stuk: Stuk, stuk_id: uuid.UUID | None, by: Membership, content: dict[str, Any], files: Sequence[Inspected]
) -> Stuk | None:
    """Write the row; None, or the stuk that the same form made before.

    The second of two at once waits at the primary key until the first has committed.
    """
    fresh, stuk.pk = stuk.pk, stuk_id or stuk.pk
    try:
        with transaction.atomic():
            stuk.save(force_insert=True)
    except IntegrityError:
        there = Stuk.objects.filter(pk=stuk.pk, dossier_id=stuk.dossier_id, author=by).first()
        if there is not None and _is_same(there, stuk, content, files):
            there.notes = []
            return there
        # The form came back from the browser's memory, with something else in it.
        stuk.pk = fresh
        stuk.save(force_insert=True)
    return None


def _is_same(there: Stuk, stuk: Stuk, content: dict[str, Any], files: Sequence[Inspected]) -> bool:
    version = there.versions.get(number=1)
    held = sorted((file.filename, file.size) for file in there.files.all())
    return (
        (there.kind, there.herkomst, there.date) == (stuk.kind, stuk.herkomst, stuk.date)
        and version.content["title"] == content["title"]
        and held == sorted((file.name, file.size) for file in files)
    )


def _store_all(stuk: Stuk, by: Membership, files: Sequence[Inspected]) -> None:
    for file in files:
        _store(stuk, by, file)
    facts = {"kind": stuk.kind, "herkomst": stuk.herkomst, "health": stuk.health, "files": len(files)}
    record(act="document.toegevoegd", obj=stuk, dossier=stuk.dossier, facts=facts)


def _store(stuk: Stuk, by: Membership, file: Inspected) -> StoredFile:
    info = save_with_transaction(subject_id=stuk.dossier_id, chunks=_chunks(file.file))
    row = StoredFile(
        stuk=stuk,
        dossier=stuk.dossier,
        filename=file.name,
        content_type=file.kind.content_type,
        size=info.size,
        storage_name=info.name,
        sha256=info.sha256,
        added_by_name=by.name,
    )
    row.save(force_insert=True)
    return row


def _chunks(file: File[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(CHUNK_BYTES):
        yield piece
