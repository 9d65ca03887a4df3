"""What the marks of a request leave out of its stukken: of their texts, and of their files (werkid 10.2, ADR 27).

Words that are marked in a stuk go from everything that is told of it: every version, titles, names, its files, and the
own statements about it.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dossiers.documents.kinds import KINDS
from dossiers.models import StoredFile, Stuk
from requests.blackout import calls, finding
from requests.models import Mark, Verzoek

PDF = KINDS["pdf"].content_type
TEXTS = (KINDS["txt"].content_type, KINDS["csv"].content_type)
# Of these the face goes along and nothing else: what is beside it is seen by nobody who judges.
PICTURES = tuple(KINDS[one].content_type for one in ("jpeg", "png", "webp"))
# What the format fixes: it says nothing of anybody.
FIXED = frozenset({"number", "kind", "about", "date", "content_type", "entry", "sha256", "size", "at", "added_at",
                   "health"})  # fmt: skip
# A file that stays behind without anybody having said so.
UNSEARCHED = "een bestand dat kan noemen wat is weggelaten, en waarin niet kan worden gelakt"


@dataclass(frozen=True)
class Marked:
    """What goes from one stuk."""

    rows: Sequence[Mark] = ()
    inherited: Sequence[Mark] = ()
    words: list[str] = field(init=False)
    sought: list[str] = field(init=False)

    def __post_init__(self) -> None:
        marks = [row for row in (*self.rows, *self.inherited) if row.kind == Mark.Kind.WORDS]
        object.__setattr__(self, "words", [row.reason_code for row in marks])
        object.__setattr__(self, "sought", [_letters(row) for row in marks])

    def __bool__(self) -> bool:
        return bool(self.rows or self.inherited)

    @property
    def left_files(self) -> dict[uuid.UUID | None, str]:
        return {row.file_id: row.reason_code for row in self.rows if row.kind == Mark.Kind.FILE}

    def areas(self, file_id: uuid.UUID) -> list[calls.Area]:
        here = [row for row in self.rows if row.kind == Mark.Kind.AREA and row.file_id == file_id]
        return [((row.page or 1) - 1, row.area or ()) for row in here]

    def reasons(self, kept: int = 0) -> list[dict[str, Any]]:
        """How much was left out, by reason: never what. `kept`: files that could not be made anew without it.

        Words that are marked in the stuk, and in what it is about too, are left out once.
        """
        own = {_letters(row) for row in self.rows if row.words}
        more = [row for row in self.inherited if _letters(row) not in own]
        counted = Counter(row.reason_code for row in (*self.rows, *more))
        if kept:
            counted[UNSEARCHED] += kept
        return [{"reason": reason, "count": many} for reason, many in counted.items()]

    def text(self, text: str) -> str:
        """The text, with the reason wherever something was left out."""
        if not self.sought:
            return text
        cut = finding.pieces(text, self.sought)
        return "".join(one if at is None else instead(self.words[at]) for one, at in cut)

    def told(self, stuk: Mapping[str, Any]) -> dict[str, Any]:
        """A stuk as `dossiers.copying.told` gives it, without what was marked."""
        return _cleaned(stuk, self.text)

    def left_in(self, stuk: Mapping[str, Any]) -> bool:
        """Whether something that was marked is still told of it."""
        return any(finding.holds(one, self.sought) for one in said(stuk))


def _letters(row: Mark) -> str:
    return finding.letters(str(row.words))


NOTHING = Marked()
_INSTEAD = re.compile(r"\[weggelaten: [^\]]*\]")


def instead(reason: str) -> str:
    return f"[weggelaten: {reason}]"


def of(verzoek: Verzoek, stukken: Iterable[Stuk]) -> dict[uuid.UUID, Marked]:
    """By stuk, for those from which something goes; one query."""
    by_stuk: dict[uuid.UUID, list[Mark]] = {}
    for row in Mark.objects.filter(verzoek=verzoek):
        by_stuk.setdefault(row.stuk_id, []).append(row)
    found = {
        one.pk: Marked(by_stuk.get(one.pk, ()), _about(by_stuk.get(one.about_id, ()) if one.about_id else ()))
        for one in stukken
    }
    return {pk: marked for pk, marked in found.items() if marked}


def _about(rows: Iterable[Mark]) -> list[Mark]:
    return [row for row in rows if row.kind == Mark.Kind.WORDS]


def packed(row: StoredFile, chunks: Iterable[bytes], marked: Marked) -> Iterable[bytes] | None:
    """A file as it goes along; None where it has to stay, for it holds what was marked and can't be made anew.

    One file whole in memory. Raises calls.CantDo.
    """
    areas = marked.areas(row.pk)
    if not marked.sought and not areas:
        return chunks
    data = b"".join(chunks)
    if row.content_type == PDF:
        return [calls.without(data, marked.sought, areas)]
    if row.content_type in TEXTS:
        return [_plain(data, marked)]
    if row.content_type in PICTURES:
        try:
            data = calls.bare(data)
        except calls.CantDo:
            return None
    return None if calls.holds(data, marked.sought) else [data]


def _plain(data: bytes, marked: Marked) -> bytes:
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252", "latin-1"):
        try:
            return marked.text(data.decode(encoding)).encode()
        except UnicodeDecodeError:
            continue
    return data


def _cleaned(one: Any, text: Any, key: str = "") -> Any:
    if isinstance(one, str):
        return one if key in FIXED else text(one)
    if isinstance(one, Mapping):
        return {name: _cleaned(part, text, name) for name, part in one.items()}
    if isinstance(one, list | tuple):
        return [_cleaned(part, text) for part in one]
    return one


def said(told: Any) -> list[str]:
    """Everything that is told in words, without what stands where something was left out."""
    return [_INSTEAD.sub("|", one) for one in _strings(told)]


def nothing_said(told: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a copy whose stukken have no words: what then stands on its paper, stands there by itself."""
    dossiers = [one | {"stukken": _cleaned(one["stukken"], lambda _: "")} for one in told["dossiers"]]
    return {**told, "dossiers": dossiers}


def not_in(told: Mapping[str, Any], marks: Iterable[Marked]) -> list[str]:
    """What was marked, squeezed, and is told nowhere in the copy."""
    sought = sorted({one for left in marks for one in left.sought})
    if not sought:
        return []
    folded = [(one, finding.squeezed(one)) for one in said(told)]
    return [one for one in sought if not any(finding.spans_in(text, plain, one) for text, plain in folded)]


def _strings(one: Any, key: str = "") -> Iterator[str]:
    if isinstance(one, str):
        if key not in FIXED:
            yield one
    elif isinstance(one, Mapping):
        for name, part in one.items():
            yield from _strings(part, name)
    elif isinstance(one, list | tuple):
        for part in one:
            yield from _strings(part)
