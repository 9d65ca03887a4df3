"""What makes something long of a dossier and lays it down under seal: taken with a lease, and kept or gone again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import InterfaceError, OperationalError

from bureaus.rounds import in_turns
from bureaus.tenancy import in_bureau
from vault.files import SealedFileInfo, delete_sealed_now

log = logging.getLogger(__name__)
AT_MOST = 120.0  # seconds in which another is begun
# The database went: nothing was done, and the lease brings it back.
PASSING = (OperationalError, InterfaceError)
Row = TypeVar("Row")
Content = TypeVar("Content")


@dataclass(frozen=True)
class Packer(Generic[Row, Content]):
    """The work of one kind, done by several workers at once. `take`, `keep` and `fail` are called in a context of the
    bureau; `seal` opens those it needs, for it may take minutes."""

    what: str
    take: Callable[[], Row | None]
    seal: Callable[[int, Row], tuple[Content, SealedFileInfo]]
    keep: Callable[[Row, Content, SealedFileInfo], bool]
    fail: Callable[[Row, Exception], object]

    def in_turns(self) -> tuple[int, bool]:
        """What waits in all bureaus: how many stand ready, and whether more may wait."""
        return in_turns(self.next, seconds=AT_MOST)

    def next(self, bureau_id: int) -> int | None:
        """The next that waits in this bureau; None where none does."""
        with in_bureau(bureau_id, origin="werker"):
            row = self.take()
        return None if row is None else int(self.one(bureau_id, row))

    def one(self, bureau_id: int, row: Row) -> bool:
        """One of them; a fault stops this one alone, and is told beside it."""
        try:
            return self._one(bureau_id, row)
        except PASSING:
            raise
        except Exception as error:
            log.exception("%s failed in bureau %s", self.what, bureau_id)
            with in_bureau(bureau_id, origin="werker"):
                self.fail(row, error)
            return False

    def _one(self, bureau_id: int, row: Row) -> bool:
        content, info = self.seal(bureau_id, row)
        kept = False
        try:
            with in_bureau(bureau_id, origin="werker"):
                kept = self.keep(row, content, info)
        finally:
            if not kept:
                with in_bureau(bureau_id, origin="werker"):
                    delete_sealed_now(info.name)
        return kept
