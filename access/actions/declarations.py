"""Signing what the reglement asks of who works here, reminding, and the evidence of it."""

from __future__ import annotations

import hashlib
import io
import uuid
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import slugify

from access import declaration_gate, declaration_rules
from access.actions.mails import queue_mail
from access.models import Declaration, Membership
from access.reach import as_system
from access.rules import RuleBroken
from bureaus import tables
from bureaus.models import Reglement
from bureaus.reglement import version_in_force
from bureaus.schema import DeclarationRule
from bureaus.tenancy import current, in_bureau
from journal.actions import record
from vault.files import open_sealed
from vault.papers import seal_paper

PATH = "/account/verklaringen/"
HEAD = (
    "naam", "functie", "ingehuurd", "verklaring", "versie reglement", "getekend op", "geldig tot",
    "identiteit getoond met", "SHA-256 van de tekst", "SHA-256 van de PDF", "bestand",
)  # fmt: skip


class TextChanged(RuleBroken):
    """The text is not the one that was read: it has to be shown again."""


@transaction.atomic
def sign(*, key: str, by: Membership, shown_by: str, text_sha256: str) -> Declaration:
    """Sign the declaration `key` of the reglement in force, oneself. Signing again gives what was signed.

    `shown_by` says how they showed who they are just before (access.freshness), `text_sha256` which text they read.
    Raises RuleBroken where it is not asked of them, TextChanged where another text is in force by now.
    """
    with as_system():
        member = _locked(by)
        version = version_in_force()
        rule = version.rules.declarations.asked_of(tuple(member.roles)).get(key)
        if rule is None:
            raise RuleBroken("Deze verklaring wordt niet van u gevraagd.")
        if declaration_rules.text_hash(rule) != text_sha256:
            raise TextChanged("De tekst is intussen gewijzigd. Lees de nieuwe tekst en onderteken die.")
        there = None if key in declaration_gate.waiting(member) else _signed(member, key, text_sha256)
        return there or _sign(member, key, rule, version, shown_by)


def open_paper(declaration: Declaration) -> Iterator[bytes]:
    """The signed PDF. Raises FileNotFoundError, vault.errors.VaultError."""
    with as_system():
        return open_sealed(subject_id=declaration.membership_id, name=declaration.file)


@transaction.atomic
def fetch_paper(*, declaration: Declaration, by: Membership) -> Iterator[bytes]:
    """For who downloads it: with a line in the journal."""
    record(act="verklaring.opgehaald", obj=declaration, facts={"key": declaration.key, "by": str(by.pk)})
    return open_paper(declaration)


@transaction.atomic
def remind(*, by: Membership, member: Membership | None = None) -> int:
    """Mail who has something to sign, or one of them; each at most once a day, whoever asks. How many were mailed."""
    asked = [one for one in _waiting() if member is None or one.pk == member.pk]
    today = timezone.localdate().isoformat()
    sent = sum(_mail(one, f"gevraagd:{today}") for one in asked)
    record(act="verklaringen.herinnerd", obj=member, facts={"mails": sent, "by": str(by.pk)})
    return sent


@transaction.atomic
def remind_weekly(*, today: date | None = None) -> int:
    """The nightly round of one bureau: once in each week for who has to sign, and around a new version of the
    reglement the day before and the day itself (javawest 10.3). How many mails were made."""
    day = today or timezone.localdate()
    year, week, _ = day.isocalendar()
    waiting = _waiting()
    sent = sum(_mail(member, f"week:{year}-{week}") for member in waiting)
    newest = Reglement.objects.all().in_force(day).first()
    if newest is not None and newest.in_force_from == day and newest.version > 1:
        sent += sum(_mail(member, f"versie:{newest.version}") for member in waiting)
    return sent + _announce(day)


@dataclass(frozen=True)
class Evidence:
    """What goes out: the list as it is in the ZIP, its hash, and how many papers."""

    table: bytes
    sha256: str
    papers: tuple[uuid.UUID, ...]
    bureau_id: int


@transaction.atomic
def export(*, by: Membership) -> Evidence:
    """All that was signed in this bureau; journaled with the number of papers and the hash of their list, which holds
    the hash of each."""
    with as_system():
        rows = list(signed_papers())
    table = _table(rows)
    made = Evidence(
        table, hashlib.sha256(table).hexdigest(), tuple(row.pk for row in rows if row.file), current().bureau_id
    )
    facts = {"papers": len(made.papers), "lines": len(rows), "sha256": made.sha256, "by": str(by.pk)}
    record(act="verklaringen.geexporteerd", facts=facts)
    return made


def as_zip(evidence: Evidence) -> Iterator[bytes]:
    """The ZIP, piece by piece, one paper in memory at a time; after the answer has begun, hence in its own contexts."""
    out = _Pipe()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("verklaringen.csv", evidence.table)
        yield out.taken()
        for paper in evidence.papers:
            with in_bureau(evidence.bureau_id):
                row = Declaration.objects.select_related("membership").get(pk=paper)
                content = b"".join(open_sealed(subject_id=row.membership_id, name=row.file))
            archive.writestr(file_name(row), content, zipfile.ZIP_STORED)
            yield out.taken()
    yield out.taken()


def signed_papers() -> QuerySet[Declaration]:
    rows: QuerySet[Declaration] = Declaration.objects.select_related("membership")
    return rows.order_by("membership__name", "membership_id", "-signed_at", "id")


def file_name(row: Declaration) -> str:
    """A name of its own for each paper, of signs that every system knows."""
    who = slugify(row.membership.name)[:60] or "medewerker"
    return f"{who}-{slugify(row.key)}-{timezone.localtime(row.signed_at):%Y-%m-%d}-{str(row.pk)[-6:]}.pdf"


class _Pipe(io.RawIOBase):
    """Takes what a ZIP writes and gives it away; it can't be gone back in."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        self._held += bytes(data)  # type: ignore[call-overload]
        return len(data)  # type: ignore[arg-type]

    def taken(self) -> bytes:
        held = bytes(self._held)
        self._held.clear()
        return held


def _locked(by: Membership) -> Membership:
    """One signature at a time: a double click is one."""
    Membership.objects.select_for_update(of=("self",)).get(pk=by.pk)
    found = declaration_gate.with_declarations(Membership.objects.select_related("user").filter(pk=by.pk))
    member: Membership = found.get()
    return member


def _signed(member: Membership, key: str, text_sha256: str) -> Declaration | None:
    rows = Declaration.objects.filter(membership=member, key=key, text_sha256=text_sha256)
    found: Declaration | None = rows.order_by("-signed_at").first()
    return found


def _sign(member: Membership, key: str, rule: DeclarationRule, version: Reglement, shown_by: str) -> Declaration:
    row = Declaration(
        membership=member, key=key, title=rule.title, reglement_version=version.version,
        text_sha256=declaration_rules.text_hash(rule), signed_at=timezone.localtime(), shown_by=shown_by[:40],
    )  # fmt: skip
    row.valid_until = declaration_rules.valid_until(rule, row.signed_at)
    words = {"row": row, "member": member, "text": rule.text, "article": rule.article, "reglement": version}
    paper = seal_paper(subject_id=member.pk, template="papers/verklaring.html", context=words, title=rule.title)
    row.file, row.file_size, row.file_sha256 = paper.file, paper.size, paper.sha256
    row.save(force_insert=True)
    facts = {
        "key": key, "version": row.reglement_version, "text_sha256": row.text_sha256, "pdf_sha256": row.file_sha256,
        "shown_by": row.shown_by,
    }  # fmt: skip
    record(act="verklaring.getekend", obj=row, facts=facts)
    return row


def _waiting() -> list[Membership]:
    """Who has something to sign now, by name, with their accounts."""
    with as_system():
        people = Membership.objects.all().active().staff().select_related("user").order_by("name", "id")
        return [member for member in declaration_gate.with_declarations(people) if declaration_gate.waiting(member)]


def _announce(day: date) -> int:
    """For who has to sign anew tomorrow because another version comes into force."""
    tomorrow = Reglement.objects.all().in_force(day + declaration_rules.TOLD_AHEAD).first()
    if tomorrow is None or tomorrow.in_force_from <= day or tomorrow.version == 1:
        return 0
    members = list(Membership.objects.all().active().staff().select_related("user"))
    waiting = declaration_gate.waiting_of(members, on=day + declaration_rules.TOLD_AHEAD)
    begins = {"begins": f"{tomorrow.in_force_from:%d-%m-%Y}"}
    people: Iterable[Membership] = (member for member in members if waiting[member.pk])
    once = f"vooraf:{tomorrow.version}:{day}"
    return sum(_mail(member, once, kind="verklaring_vooraf", facts=begins) for member in people)


def _mail(member: Membership, once: str, *, kind: str = "verklaring", facts: dict[str, str] | None = None) -> bool:
    return queue_mail(
        to=member.user.email,
        kind=kind,
        once_key=f"verklaring:{member.pk}:{once}",
        facts={"path": PATH, **(facts or {})},
    )


def _table(rows: Iterable[Declaration]) -> bytes:
    return tables.BOM + tables.rows([HEAD, *map(_line, rows)])


def _line(row: Declaration) -> tuple[str, ...]:
    member = row.membership
    until = f"{timezone.localtime(row.valid_until):%Y-%m-%d}" if row.valid_until else ""
    return (
        member.name, member.function, "ja" if member.hired else "nee", row.title, str(row.reglement_version),
        f"{timezone.localtime(row.signed_at):%Y-%m-%d %H:%M:%S}", until, row.shown_by, row.text_sha256,
        row.file_sha256, file_name(row) if row.file else "",
    )  # fmt: skip
