"""The dossier on paper: where it stands, who has it out, and each move of it (pluspunt 2.1)."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from access.models import Membership
from access.reach import as_system, database_now
from access.rules import RuleBroken
from dossiers.models import Dossier
from journal.actions import record
from retention import papers_held as held
from retention.models import PaperFile, PaperMove

Kind = PaperMove.Kind


@transaction.atomic
def note_paper(*, dossier: Dossier, place: str, parts: int, by: Membership) -> PaperFile:
    """That there is paper, in so many folders, and where; noted before: another place, or another number of folders.

    Raises Http404, PermissionDenied, RuleBroken.
    """
    held.check_paper(by, dossier)
    with as_system():
        locked = Dossier.objects.select_for_update(of=("self",)).select_related("client")  # one note at a time
        held.check_place(place, locked.get(pk=dossier.pk).client.last_name)
        row: PaperFile | None = PaperFile.objects.filter(dossier_id=dossier.pk).first()
        if row is None:
            row = PaperFile.objects.create(dossier_id=dossier.pk, place=place, parts=parts, noted_by_name=by.name)
            return _moved(row, dossier, Kind.NOTED, by)
        if (row.place, row.parts) == (place, parts):
            return row
        row.place, row.parts = place, parts
        return _moved(row, dossier, Kind.MOVED, by)


def take_out(*, paper: PaperFile, by: Membership) -> PaperFile:
    """Taken along by whoever says so; once more by the same person changes nothing. Raises RuleBroken where another
    has it."""
    with transaction.atomic(), as_system():
        row = _locked(paper, by)
        if row.holder_id == by.pk:
            return row
        if row.holder_id is not None:
            raise RuleBroken(f"{row.holder_name} heeft dit dossier al. Laat het eerst terugbrengen.")
        row.holder, row.holder_name, row.out_since = by, by.name, database_now()
        return _moved(row, row.dossier, Kind.OUT, by)


def bring_back(*, paper: PaperFile, by: Membership) -> PaperFile:
    """Back in its place, by whoever brings it; what stands there already stays so."""
    with transaction.atomic(), as_system():
        row = _locked(paper, by)
        if row.holder_id is None:
            return row
        row.holder, row.holder_name, row.out_since = None, "", None
        return _moved(row, row.dossier, Kind.BACK, by)


def _locked(paper: PaperFile, by: Membership) -> PaperFile:
    rows = PaperFile.objects.select_for_update(of=("self",)).select_related("dossier")
    row: PaperFile = rows.get(pk=paper.pk)
    held.check_paper(by, row.dossier)
    return row


def _moved(row: PaperFile, dossier: Any, kind: str, by: Membership) -> PaperFile:
    row.save()
    PaperMove.objects.create(paper=row, kind=kind, place=row.place, by_name=by.name)
    record(act=f"papier.{kind}", obj=row, dossier=dossier, facts={"parts": row.parts})
    return row
