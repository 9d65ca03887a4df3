"""A ZIP that is made while it is read, never whole in memory, with the size and SHA-256 of each thing in it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

CONTENT_TYPE = "application/zip"
MANIFEST = "manifest.json"
# Photos, PDFs and office files do not get smaller by packing, and it takes a minute for 400 MB; texts do.
_TEXTS = (".json", ".txt", ".csv", ".html", ".eml")


@dataclass
class Entry:
    """`size` in bytes and `sha256` (64 hex digits) of what is packed, as who unpacks it finds it."""

    name: str
    sha256: str
    size: int

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "sha256": self.sha256, "size": self.size}


@dataclass
class Archive:
    """One ZIP. What `pieces` gives are its bytes, once; the rest is known when they have been read."""

    made_at: datetime
    entries: list[Entry] = field(default_factory=list)
    size: int = 0
    _sha256: Any = field(default_factory=hashlib.sha256)

    @property
    def sha256(self) -> str:
        return str(self._sha256.hexdigest())

    @property
    def manifest(self) -> list[dict[str, Any]]:
        return [one.as_json() for one in self.entries]

    def pieces(
        self,
        content: Iterable[tuple[str, Iterable[bytes]]],
        last: Callable[[], Iterable[tuple[str, bytes]]],
    ) -> Iterator[bytes]:
        """`content` is asked for its next only when the one before is packed, so it may look at `entries`.

        `last` gives what is put in after that, and stands in no list: the list itself. Raises what `content` raises.
        """
        for piece in self._pieces(content, last):
            self._sha256.update(piece)
            self.size += len(piece)
            yield piece

    def _pieces(self, content: Iterable[tuple[str, Iterable[bytes]]], last: Any) -> Iterator[bytes]:
        out = _Drained()
        with zipfile.ZipFile(out, "w") as archive:
            for name, chunks in content:
                yield from self._put(archive, out, name, chunks)
            for name, text in last():
                archive.writestr(self._info(name), text)
            yield out.drain()
        yield out.drain()

    def _put(self, archive: zipfile.ZipFile, out: _Drained, name: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
        digest, size = hashlib.sha256(), 0
        with archive.open(self._info(name), "w", force_zip64=True) as entry:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                entry.write(chunk)
                yield out.drain()
        yield out.drain()
        self.entries.append(Entry(name, digest.hexdigest(), size))

    def _info(self, name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, timezone.localtime(self.made_at).timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED if name.lower().endswith(_TEXTS) else zipfile.ZIP_STORED
        return info


class _Drained(io.RawIOBase):
    """What a ZIP is written to: can't go back, and holds no more than what was not yet taken."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        return len(data)

    def drain(self) -> bytes:
        taken = bytes(self._held)
        self._held.clear()
        return taken


def as_json(what: Any) -> bytes:
    """As it is packed: readable, the same bytes for the same facts."""
    return json.dumps(what, ensure_ascii=False, indent=1, sort_keys=True, cls=DjangoJSONEncoder).encode()
