"""Saving what is being written: sealed on the server every few seconds, and never over another window's text."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Subquery
from django.http import Http404
from django.utils import timezone

from access.checks import person
from access.models import Membership
from access.reach import CHANGE, ONLY_READ, visible_filter
from dossiers import rules
from dossiers.models import Draft, State, Stuk
from journal.actions import record
from vault import keys
from vault.models import WrappedKey


class Conflict(Exception):
    """Another window saved first; `draft` is what stands now."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("the draft was saved elsewhere since")
        self.draft = draft


class NoDraft(Http404):
    """Nothing of one's own is being written here: thrown away, vastgesteld, or out of reach."""


def find_draft(*, stuk_id: uuid.UUID, by: Membership, lock: bool = False) -> Draft:
    """One's own draft of a stuk within reach, with its dossier's key: one query. Raises NoDraft, PermissionDenied.

    An archived dossier raises rules.Refused.
    """
    me = person(by)
    rows = Draft.objects.filter(stuk_id=stuk_id, author=by).filter(visible_filter(me, outer="dossier_id"))
    wrapped = WrappedKey.objects.filter(subject_id=OuterRef("dossier_id")).values("wrapped")[:1]
    may_change = visible_filter(me, outer="dossier_id", to=CHANGE)
    rows = rows.select_related("stuk", "dossier").annotate(
        wrapped_key=Subquery(wrapped), may_change=ExpressionWrapper(may_change, output_field=BooleanField())
    )
    draft: Any = (rows.select_for_update(of=("self",), no_key=True) if lock else rows).first()
    if draft is None:
        raise NoDraft
    rules.check_not_archived(draft.dossier.archived_at)
    if not draft.may_change:
        raise PermissionDenied(ONLY_READ)
    keys.shelve(draft.dossier_id, draft.wrapped_key)
    found: Draft = draft
    return found


@transaction.atomic
def save_draft(
    *,
    stuk: Stuk,
    by: Membership,
    version: int,
    content: Mapping[str, Any],
    fields: Mapping[str, str] | None = None,
) -> Draft:
    """Save what is being written, over exactly the version that the writer saw: a reading and a writing query.

    `fields` are the date, herkomst and so on as they stand in the form; they count when the stuk is vastgesteld.
    Saving is not journaled: beginning and vaststellen are. Raises Conflict with what another window saved,
    rules.Refused, Http404, PermissionDenied.
    """
    return save_found(
        draft=find_draft(stuk_id=stuk.pk, by=by, lock=True), version=version, content=content, fields=fields
    )


def save_found(
    *, draft: Draft, version: int, content: Mapping[str, Any], fields: Mapping[str, str] | None = None
) -> Draft:
    """As `save_draft`, for who has the locked draft already."""
    if version != draft.version:
        raise Conflict(draft)
    kept = draft.content.get("fields", {}) if fields is None else dict(fields)
    draft.content = rules.clean_content(content) | ({"fields": kept} if kept else {})
    draft.version, draft.saved_at = version + 1, timezone.now()
    draft.save(update_fields=["content", "version", "saved_at"])
    return draft


@transaction.atomic
def discard_draft(*, stuk: Stuk, by: Membership) -> bool:
    """Throw away one's concept or werkaantekening, or the aanvulling that was begun; False where it was gone."""
    try:
        draft = find_draft(stuk_id=stuk.pk, by=by, lock=True)
    except NoDraft:
        return False
    row: Stuk = draft.stuk
    dossier = draft.dossier
    draft.delete()
    if row.state == State.CONCEPT:
        record(act="stuk.weggegooid", obj=row, dossier=dossier, facts={"kind": row.kind})
        row.delete()
    else:
        record(act="aanvulling.weggegooid", obj=row, dossier=dossier)
    return True
