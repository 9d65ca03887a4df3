"""The package of a dossier for its opdrachtgever: one ZIP, made while it is written, never whole in memory.

In it: the dossier to read (PDF), the same to process (JSON, with a number for its form), the files, and a list with the
SHA-256 of each. Names in it say nothing of content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from retention import package_facts, package_paper
from retention.handing import Contents
from retention.models import Transfer
from vault import keys
from vault.archives import CONTENT_TYPE, MANIFEST, Archive, as_json
from vault.files import open_sealed

__all__ = ["CONTENT_TYPE", "Package"]
PAPER, FACTS, README = "dossier.pdf", "dossier.json", "LEESMIJ.txt"


@dataclass
class Package:
    """A package that is being made. `chunks` gives its bytes, once; the rest is known when they have been read."""

    transfer: Transfer
    dossier: Any
    contents: Contents
    made_at: datetime
    manifest_sha256: str = ""
    archive: Archive = field(init=False)

    def __post_init__(self) -> None:
        self.archive = Archive(self.made_at)

    @property
    def sha256(self) -> str:
        return self.archive.sha256

    @property
    def manifest(self) -> list[dict[str, Any]]:
        return self.archive.manifest

    def chunks(self) -> Iterator[bytes]:
        """The ZIP, a piece at a time. Raises what a file that does not open raises."""
        keys.prefetch([self.dossier.pk])
        yield from self.archive.pieces(self._content(), self._last)

    def _content(self) -> Iterator[tuple[str, Iterable[bytes]]]:
        """The files first: what is told of them holds their hashes."""
        files = package_facts.files_of(self.contents)
        for name, row in files:
            yield name, open_sealed(subject_id=row.dossier_id, name=row.storage_name)
        known = {one.name: one for one in self.archive.entries}
        told = package_facts.gather(
            transfer=self.transfer, dossier=self.dossier, contents=self.contents, made_at=self.made_at,
            files={row.pk: (name, known[name].sha256) for name, row in files},
        )  # fmt: skip
        yield FACTS, [as_json(told)]
        yield PAPER, [package_paper.render(told)]

    def _last(self) -> Iterable[tuple[str, bytes]]:
        listed = as_json({"package": str(self.transfer.pk), "entries": self.manifest})
        self.manifest_sha256 = hashlib.sha256(listed).hexdigest()
        return [(MANIFEST, listed), (README, package_facts.readme(self.transfer).encode())]
