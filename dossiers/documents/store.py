"""Storing a file that its row may still be refused: what was rolled back leaves no ciphertext behind."""

from __future__ import annotations

import logging
import uuid
import weakref
from collections.abc import Iterable

from django.core.files.storage import storages
from django.db import connection, transaction

from vault.files import SealedFileInfo, save_sealed

log = logging.getLogger(__name__)


def save_with_transaction(*, subject_id: uuid.UUID, chunks: Iterable[bytes]) -> SealedFileInfo:
    """Seal and store a file that goes again where this transaction, or the savepoint that is open, is rolled back."""
    info = save_sealed(subject_id=subject_id, chunks=chunks)
    transaction.on_commit(_Kept(info.name))
    return info


class _Kept:
    """Waits for the commit among Django's own hooks; a rollback throws those away, and that is how we hear of it.

    A process that is killed in between leaves ciphertext that no row names.
    """

    def __init__(self, name: str) -> None:
        self._undo = weakref.finalize(self, _undo, name)
        # At exit the fate of the transaction is not known.
        self._undo.atexit = False

    def __call__(self) -> None:
        self._undo.detach()


def _undo(name: str) -> None:
    """Delete a file whose row was rolled back; not where the connection broke, when it may have been committed."""
    inner = connection.connection
    if inner is None or inner.closed:
        log.warning("a stored file may have no row: %s", name)
        return
    try:
        storages["sealed"].delete(name)
    except Exception:
        log.exception("a file without a row could not be deleted: %s", name)
