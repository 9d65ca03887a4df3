"""A copy that is being made: one ZIP, made while it is written, never whole in memory and in no long transaction.

What is looked up is looked up in a short context each time, so that the bar moves meanwhile (ADR 0025).
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from access.rules import RuleBroken
from dossiers.models import StoredFile
from requests import bundle_facts, bundle_paper, marked
from requests.blackout import calls
from requests.bundle_contents import Contents
from requests.models import Bundle
from vault import keys
from vault.archives import MANIFEST, Archive, as_json
from vault.files import open_sealed

PAPER, FACTS, README = "kopie.pdf", "gegevens.json", "LEESMIJ.txt"
Within = Callable[[], AbstractContextManager[Any]]


@dataclass
class Copy:
    """`chunks` gives its bytes, once, outside any context; the rest is known when they have been read.

    `within` opens the bureau's context; `moved` is told how many stukken and files are in it.
    """

    bundle: Bundle
    found: Contents
    made_at: datetime
    files: list[tuple[str, StoredFile]]
    within: Within
    moved: Callable[[int], None]
    archive: Archive = field(init=False)

    def __post_init__(self) -> None:
        self.archive = Archive(self.made_at)

    @property
    def total(self) -> int:
        return self.found.amount + len(self.files)

    @property
    def left_out(self) -> dict[str, int]:
        """By counts; of files, those that could not be made anew."""
        kept = self._kept().total()
        return self.found.left_out | ({"bestanden": kept} if kept else {})

    def _kept(self) -> Counter[uuid.UUID]:
        """By stuk how many files stayed behind, once all have been looked at."""
        packed = {one.name for one in self.archive.entries}
        return Counter(row.stuk_id for name, row in self.files if row.stuk_id and name not in packed)

    def chunks(self) -> Iterator[bytes]:
        """Raises what a file that does not open raises."""
        yield from self.archive.pieces(self._content(), self._last)

    def _content(self) -> Iterator[tuple[str, Iterable[bytes]]]:
        """The files first: what is told of them holds their hashes."""
        for at, (name, row) in enumerate(self.files, start=1):
            with self.within():
                chunks = open_sealed(subject_id=row.dossier_id, name=row.storage_name)
                self.moved(at)
            kept = self._cleaned(row, chunks)
            if kept is not None:
                yield name, kept
        with self.within():
            told = self._told()
        yield FACTS, [as_json(told)]
        with self.within():
            paper = bundle_paper.render(told)
            self.moved(self.total)
        self._check_paper(told, paper)
        yield PAPER, [paper]

    def _cleaned(self, row: StoredFile, chunks: Iterable[bytes]) -> Iterable[bytes] | None:
        """Without what was marked in its stuk; None where it can't go along: the rest of the copy is made."""
        left = self.found.marks.get(row.stuk_id)
        try:
            return marked.packed(row, chunks, left) if left else chunks
        except calls.CantDo:
            return None

    def _check_paper(self, told: dict[str, Any], paper: bytes) -> None:
        """What was marked stands nowhere in the paper, but for what is told elsewhere and what the paper says by
        itself. Raises RuleBroken."""
        sought = marked.not_in(told, self.found.marks.values())
        try:
            if not sought or not calls.holds(paper, sought):
                return
            with self.within():
                bare = bundle_paper.render(marked.nothing_said(told))
            left = any(self._adds(one, paper, bare) for one in sought)
        except calls.CantDo:
            left = True
        if left:
            raise RuleBroken(bundle_facts.STILL_THERE)

    def _adds(self, sought: str, paper: bytes, bare: bytes) -> bool:
        """Whether the stukken put this word on the paper. Each may take minutes: the lease is made longer meanwhile."""
        with self.within():
            self.moved(self.total)
        return calls.holds(paper, [sought]) and not calls.holds(bare, [sought])

    def _told(self) -> dict[str, Any]:
        keys.prefetch([self.bundle.verzoek.client_id, *(one.dossier.pk for one in self.found.dossiers)])
        packed = {one.name: one for one in self.archive.entries}
        here = [(name, row) for name, row in self.files if name in packed]
        return bundle_facts.gather(
            bundle=self.bundle, found=self.found, files=[row for _, row in here], made_at=self.made_at,
            names={row.pk: (name, packed[name].sha256) for name, row in here},
            sizes={name: packed[name].size for name, _ in here},
            kept=self._kept(), left_out=self.left_out,
        )  # fmt: skip

    def _last(self) -> Iterable[tuple[str, bytes]]:
        listed = as_json({"copy": str(self.bundle.pk), "entries": self.archive.manifest})
        return [(MANIFEST, listed), (README, bundle_facts.readme(self.bundle.verzoek).encode())]
