"""The package of a disclosure: one ZIP with a paper to read and the files, and not a word more than was looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from access.rules import RuleBroken
from bureaus.models import Bureau
from bureaus.pdf_parts import render_long
from bureaus.schema import Ground
from bureaus.tenancy import current_bureau_id
from consent import disclosing
from consent.models import DisclosedStuk, Disclosure, DisclosurePackage
from dossiers import copying
from dossiers.copied_paper import parts, shown
from dossiers.copying import Numbered
from dossiers.models import StoredFile, Stuk
from vault import keys
from vault.archives import MANIFEST, Archive, as_json
from vault.files import open_sealed

PAPER, README = "verstrekking.pdf", "LEESMIJ.txt"
NOT_NOW = "Een stuk mag intussen niet meer worden gegeven. Er is niets ingepakt; begin een nieuwe verstrekking."
# Of a stuk its receiver is told no more than this: not where it came from, or what it was kept for.
TOLD = ("number", "kind_label", "about", "date", "author", "versions", "files")


@dataclass
class Parcel:
    """A package that is being made. `chunks` gives its bytes, once; the rest is known when they have been read."""

    package: DisclosurePackage
    disclosure: Disclosure
    goes: list[Numbered]
    files: list[tuple[str, StoredFile]]
    made_at: datetime
    archive: Archive = field(init=False)
    # By stuk: the SHA-256 of what was packed of it.
    of_stuk: dict[Any, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.archive = Archive(self.made_at)

    def chunks(self) -> Iterator[bytes]:
        """The ZIP, a piece at a time. Raises what a file that does not open raises."""
        keys.prefetch([self.disclosure.dossier_id])
        yield from self.archive.pieces(self._content(), self._last)

    def _content(self) -> Iterator[tuple[str, Iterable[bytes]]]:
        """The files first: what is told of them holds their hashes."""
        for name, row in self.files:
            yield name, open_sealed(subject_id=row.dossier_id, name=row.storage_name)
        known = {one.name: one.sha256 for one in self.archive.entries}
        names = {row.pk: (name, known[name]) for name, row in self.files}
        told = list(self._told(names))
        yield PAPER, [render(self.disclosure, told, self.made_at)]

    def _told(self, names: Mapping[Any, tuple[str, str]]) -> Iterator[dict[str, Any]]:
        upto = {one.stuk_id: one.version for one in self.disclosure.stukken.all()}
        every = copying.told(self.goes, [row for _, row in self.files], names)
        for one, facts in zip(self.goes, every, strict=True):
            newest = upto[one.stuk.pk] - one.stuk.shielded_upto
            kept = {name: facts[name] for name in TOLD}
            kept["versions"] = [row for row in facts["versions"] if row["number"] <= newest]
            self.of_stuk[one.stuk.pk] = hashlib.sha256(as_json(kept)).hexdigest()
            yield kept

    def _last(self) -> Iterable[tuple[str, bytes]]:
        listed = as_json({"disclosure": self.disclosure.number, "entries": self.archive.manifest})
        return [(MANIFEST, listed), (README, readme(self.disclosure).encode())]


def parcel(package: DisclosurePackage, disclosure: Disclosure, made_at: datetime) -> Parcel:
    """What was chosen, as it may still go at this moment. Raises RuleBroken."""
    picked = list(disclosure.stukken.all())
    stukken = still_there(disclosure, picked)
    goes = sorted((Numbered(one.number, stukken[one.stuk_id]) for one in picked), key=lambda one: one.number)
    found = copying.files_of(goes)
    # What was laid beside it after it was looked at does not go.
    files = [(name, row) for name, row in found if disclosure.sent_at and row.added_at <= disclosure.sent_at]
    return Parcel(package, disclosure, goes, files, made_at)


def still_there(disclosure: Disclosure, picked: Iterable[DisclosedStuk]) -> dict[Any, Stuk]:
    """The stukken themselves, by id. Raises RuleBroken where one is gone, or may go no more."""
    wanted = {one.stuk_id: one for one in picked}
    found: dict[Any, Stuk] = Stuk.objects.filter(dossier_id=disclosure.dossier_id).in_bulk(list(wanted))
    if set(found) != set(wanted):
        raise RuleBroken(NOT_NOW)
    for pk, stuk in found.items():
        if disclosing.why_not(stuk, disclosure, ()) and not wanted[pk].along:
            raise RuleBroken(NOT_NOW)
        if stuk.shielded_at is not None or stuk.version < wanted[pk].version:
            raise RuleBroken(NOT_NOW)
        # A better text took the place of what was chosen (javawest 6.2).
        if stuk.shielded_upto >= wanted[pk].version:
            raise RuleBroken(NOT_NOW)
    return found


def render(disclosure: Disclosure, told: list[dict[str, Any]], made_at: datetime) -> bytes:
    """The paper to read. Raises bureaus.pdf.OutsideFetch, NoBureau."""
    stukken = [shown(one) for one in told]
    own = [one for one in stukken if one["about"] is None]
    words = {
        "stukken": stukken,
        "made_at": made_at,
        **cover(disclosure, Bureau.objects.get(pk=current_bureau_id()).legal_name),
    }
    title = f"Verstrekking {disclosure.number}"
    return render_long("papers/verstrekking.html", words, title=title, parts=parts(own, stukken))


def cover(disclosure: Disclosure, bureau_name: str) -> dict[str, Any]:
    """What the first page says, and the page that shows beforehand what leaves."""
    return {
        "disclosure": disclosure,
        "person": str(disclosure.dossier.client),
        "ground": Ground(disclosure.ground).label,
        "consent_number": disclosure.consent.number if disclosure.consent else "",
        "bureau_name": bureau_name,
    }


def readme(disclosure: Disclosure) -> str:
    return (
        f"Verstrekking {disclosure.number}\r\n\r\n"
        "verstrekking.pdf  de stukken om te lezen\r\n"
        "bestanden/        de bestanden die erbij horen\r\n"
        "manifest.json     van elk bestand de grootte en de SHA-256\r\n\r\n"
        "U kreeg dit voor het doel dat in verstrekking.pdf staat, en voor niets anders.\r\n"
    )
