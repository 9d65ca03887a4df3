"""Writing on a request whose dossier may be gone: what is decided about it is still written down."""

from __future__ import annotations

from access import asked
from access.models import AccessRequest
from vault import keys
from vault.actions import create_key
from vault.errors import KeyGone


def seal_anew(row: AccessRequest) -> None:
    """Where the dossier was destroyed, what is written now goes under a key of the request's own.

    The reason is gone with the dossier, and the row says so. Changes the row alone: the caller saves `sealed_under`
    and `reason`.
    """
    try:
        keys.subject_key(row.sealed_under)
    except KeyGone:
        create_key(subject_id=row.pk)
        row.sealed_under, row.reason = row.pk, asked.GONE
