"""What the page shows on which somebody marks: the texts cut up at what goes, the files, and one page of one PDF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import Http404
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from access.rules import RuleBroken
from dossiers import reading
from dossiers.documents.kinds import BY_CONTENT_TYPE
from dossiers.models import StoredFile, Stuk
from requests import bundle_contents, marked
from requests.blackout import calls, finding
from requests.models import Verzoek
from vault.errors import VaultError
from vault.files import open_sealed

UNREADABLE = (VaultError, FileNotFoundError)
NOT_THERE = "Deze woorden staan niet in dit stuk. Kijk of u ze goed hebt geschreven."
NOT_FOUND_IN_SCAN = (
    f"{NOT_THERE} Op een of meer bladzijden staat geen tekst die een computer kan lezen: trek daar een vlak."
)
SEARCHED_AT_MOST = 10  # PDFs, for words that stand in no text


@dataclass(frozen=True)
class File:
    """A file beside the text. `how`: 'pages', 'text', 'search' (Office) or 'whole' (pictures)."""

    row: StoredFile
    name: SafeString
    how: str
    left: str

    @property
    def icon(self) -> str:
        kind = BY_CONTENT_TYPE.get(self.row.content_type)
        return kind.icon if kind else "file"


@dataclass
class Shown:
    """One stuk on this page; `page` counts from 1."""

    verzoek: Verzoek
    stuk: Stuk
    asked: Mapping[str, Any]
    trouble: str = ""

    @cached_property
    def read(self) -> reading.Reading:
        return reading.read(self.stuk)

    @cached_property
    def left(self) -> marked.Marked:
        return marked.of(self.verzoek, [self.stuk]).get(self.stuk.pk, marked.NOTHING)

    @cached_property
    def file(self) -> StoredFile | None:
        """The PDF whose pages are looked at: the one that was chosen, else the first."""
        pdfs = [one for one in self.read.files if one.content_type == marked.PDF]
        chosen = [one for one in pdfs if str(one.pk) == self.asked.get("bestand", "")]
        return next(iter(chosen or pdfs), None)

    @cached_property
    def pages(self) -> list[calls.Seen]:
        if self.file is None:
            return []
        try:
            return calls.look(data_of(self.file), self.left.sought)
        except calls.CantDo as refusal:
            self.trouble = str(refusal)
        except UNREADABLE:
            self.trouble = "Dit bestand gaat niet open."
        return []

    @property
    def page(self) -> int:
        """The page that was chosen, else the first with something on it that goes."""
        said = str(self.asked.get("blad", ""))
        if said.isascii() and said.isdecimal() and 0 < int(said[:9]) <= max(1, len(self.pages)):
            return int(said[:9])
        return next((one.number for one in self.pages if one.hit), 1)

    def context(self) -> dict[str, Any]:
        pages, read = self.pages, self.read
        return {
            "title": cut(read.title, self.left), "texts": list(self._texts(read)),
            "statements": [(cut(one.title, self.left), list(self._texts(one))) for one in read.statements],
            "marks": list(self._marked()), "files": [self._file(one) for one in read.files],
            "stale": bool(bundle_contents.stale(self.verzoek, stuk_id=self.stuk.pk)),
            "file": self.file, "pages": pages, "page": self.page, "trouble": self.trouble,
            "blind": [one.number for one in pages if not one.readable],
            "hits": self._links([one.number for one in pages if one.hit]),
            "hidden": [one.number for one in pages if one.hidden],
            "previous": self.page - 1, "next": self.page + 1 if self.page < len(pages) else 0,
        }  # fmt: skip

    def check_there(self, words: str) -> None:
        """Raises RuleBroken (field `words`) for what stands nowhere in the stuk."""
        sought = finding.letters(words)
        if len(sought) < finding.SHORTEST or any(finding.spans(one, words) for one in self._everything()):
            return
        blind = False
        for row in [one for one in self.read.files if one.content_type == marked.PDF][:SEARCHED_AT_MOST]:
            try:
                seen = calls.look(data_of(row), [sought])
            except (calls.CantDo, *UNREADABLE):
                continue
            if any(one.hit for one in seen):
                return
            blind = blind or any(not one.readable for one in seen)
        others = [one for one in self.read.files if _how(one) in ("text", "search")]
        if any(_holds(row, sought) for row in others):
            return
        raise RuleBroken(NOT_FOUND_IN_SCAN if blind else NOT_THERE, "words")

    def file_or_404(self) -> StoredFile:
        if self.file is None:
            raise Http404
        return self.file

    def file_named(self, pk: str) -> StoredFile:
        found = next((one for one in self.read.files if str(one.pk) == pk), None)
        if found is None:
            raise Http404
        return found

    def _everything(self) -> Iterator[str]:
        stuk = self.stuk
        yield from (stuk.origin or "", stuk.purpose or "", stuk.author_name)
        for read in (self.read, *self.read.statements):
            for version in read.versions:
                yield version.title
                for section in version.sections:
                    yield from (section.label, section.text)
            yield from (str(one.filename) for one in read.files)

    def _links(self, numbers: list[int]) -> SafeString:
        """Where to go on: '2, 5'."""
        link = '<a href="?bestand={}&amp;blad={}#bladzijde">{}</a>'
        pk = self.file.pk if self.file else ""
        return format_html_join(", ", link, ((pk, number, number) for number in numbers))

    def _texts(self, read: reading.Reading) -> Iterator[dict[str, Any]]:
        for version in read.versions:
            sections = [(cut(one.label, self.left), cut(one.text, self.left)) for one in version.written]
            yield {"version": version, "sections": sections}

    def _marked(self) -> Iterator[dict[str, Any]]:
        names = {one.pk: str(one.filename) for one in self.read.files}
        texts = list(self._everything())
        for row in self.left.rows:
            places = sum(len(finding.spans(one, str(row.words))) for one in texts) if row.words else 0
            yield {"row": row, "name": names.get(row.file_id, "") if row.file_id else "", "places": places}

    def _file(self, row: StoredFile) -> File:
        return File(row, cut(str(row.filename), self.left), _how(row), self.left.left_files.get(row.pk, ""))


def shown(verzoek: Verzoek, stuk: Stuk, asked: Mapping[str, Any]) -> Shown:
    return Shown(verzoek, stuk, asked)


def cut(text: str, left: marked.Marked) -> SafeString:
    """The text, with what goes between marks."""
    found = finding.pieces(text, left.sought) if left.sought else [(text, None)]
    return format_html_join("", "{}", ((_one(piece, at),) for piece, at in found))


def data_of(row: StoredFile) -> bytes:
    """A file, whole. Raises what is UNREADABLE."""
    return b"".join(open_sealed(subject_id=row.dossier_id, name=row.storage_name))


def _one(piece: str, at: int | None) -> str:
    return piece if at is None else format_html('<mark class="goes">{}</mark>', piece)


def _how(row: StoredFile) -> str:
    if row.content_type == marked.PDF:
        return "pages"
    if row.content_type in marked.TEXTS:
        return "text"
    return "whole" if row.content_type.startswith("image/") else "search"


def _holds(row: StoredFile, sought: str) -> bool:
    try:
        return calls.holds(data_of(row), [sought])
    except (calls.CantDo, *UNREADABLE):
        return False
