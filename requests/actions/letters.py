"""Letters on requests: made from the bureau's text, drawn, sealed under the client's key; and the texts themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from access.actions.refusals import refusals_noted
from access.models import Membership
from access.reach import as_system, database_now
from access.rules import RuleBroken
from bureaus import pdf
from bureaus.leases import one_at_a_time
from bureaus.words import capitalised
from journal.actions import record
from requests import access, deciding, letter_facts, letter_texts
from requests.actions.locking import locked
from requests.actions.steps import note
from requests.letter_texts import Text
from requests.models import Letter, LetterTemplate, Step, Verzoek
from retention.access import NOBODY
from vault.files import open_sealed
from vault.papers import seal_paper

PAPER = "papers/brief.html"
MADE, OPENED, FETCHED, CHANGED = "brief.gemaakt", "brief.geopend", "brief.opgehaald", "brieftekst.gewijzigd"


def make_letter(*, verzoek: Verzoek, kind: str, by: Membership | None = None) -> Letter:
    """The letter of this kind as the request stands now, sealed under the client's key; the client finds it at once.

    Each call makes one: who calls is once itself. Raises bureaus.pdf.OutsideFetch, vault.errors.VaultError.
    """
    with transaction.atomic(), as_system():
        text = text_of(kind)
        values = letter_facts.values(verzoek, kind)
        paper = seal_paper(
            subject_id=verzoek.client_id, template=PAPER, context=_context(text, values, verzoek),
            title=letter_texts.filled(text.subject, values),
        )  # fmt: skip
        row: Letter = Letter.objects.create(
            verzoek=verzoek, kind=kind, template_version=text.version, file=paper.file, file_size=paper.size,
            file_sha256=paper.sha256, made_by_name=by.name if by else NOBODY,
        )  # fmt: skip
        note(verzoek, Step.Kind.LETTER, by=by, words=capitalised(row.get_kind_display()))
        facts = {"kind": kind, "version": text.version, "sha256": row.file_sha256}
        record(act=MADE, obj=verzoek, dossier=verzoek.dossier, facts=facts)
    return row


def make_once(*, verzoek: Verzoek, kind: str, seen: int, by: Membership) -> Letter:
    """A letter that somebody asks for; `seen` is how many there were on the page that asked: a double click is one.

    Raises Http404, PermissionDenied, RuleBroken where it does not fit, and as `make_letter`.
    """
    with refusals_noted(MADE, about=verzoek, dossier=verzoek.dossier), as_system():
        row = locked(verzoek, by=by)
        rows = list(Letter.objects.filter(verzoek=row))
        newest = next((one for one in reversed(rows) if one.kind == kind), None)
        if len(rows) > seen and newest is not None:
            return newest
        if kind not in fitting(row):
            raise RuleBroken("Kies een brief die bij dit verzoek past.")
        return make_letter(verzoek=row, kind=kind, by=by)


def fitting(verzoek: Verzoek) -> list[LetterTemplate.Kind]:
    """The letters that can be made of it as it stands."""
    known, longer = verzoek.identity_at is not None, verzoek.extended_on is not None
    return deciding.letters_for(verzoek.kind, verzoek.state, verzoek.decision, identified=known, extended=longer)


def fetch_letter(*, letter: Letter, by: Membership) -> bytes:
    """The PDF, for who downloads it; the first time that the client does is kept as the moment it was opened.

    The caller found it within reach. Raises FileNotFoundError, vault.errors.VaultError.
    """
    verzoek = letter.verzoek
    with transaction.atomic(), as_system():
        paper = b"".join(open_sealed(subject_id=verzoek.client_id, name=letter.file))
        facts = {"kind": letter.kind, "sha256": letter.file_sha256}
        if by.is_client_member:
            Letter.objects.filter(pk=letter.pk, opened_at=None).update(opened_at=database_now())
        act = OPENED if by.is_client_member else FETCHED
        record(act=act, obj=verzoek, dossier=verzoek.dossier, facts=facts)
    return paper


@transaction.atomic
def note_posted(*, letter: Letter, by: Membership) -> Letter:
    """Who handles it says that it went by post today; again changes nothing. Raises Http404, PermissionDenied."""
    access.check_handle(by, letter.verzoek)
    with as_system():
        row: Letter = Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
        if row.posted_on is None:
            row.posted_on = timezone.localdate(database_now())
            row.save(update_fields=["posted_on"])
            verzoek = letter.verzoek
            record(act="brief.verstuurd", obj=verzoek, dossier=verzoek.dossier, facts={"kind": row.kind, "by": by.name})
    return row


# -- the texts ---------------------------------------------------------------------------------------------------------
def text_of(kind: str, version: int | None = None) -> Text:
    """The bureau's newest text of this kind, or this version of it; the house's own where it has none."""
    rows = LetterTemplate.objects.filter(kind=kind)
    row = (rows if version is None else rows.filter(version=version)).order_by("-version").first()
    return Text(row.subject, row.body, row.version) if row else letter_texts.HOUSE[LetterTemplate.Kind(kind)]


def save_text(*, kind: str, subject: str, body: str, seen: int, by: Membership) -> Text:
    """A next version of the bureau's text; the same text again is no new one. `seen`: the version it was made from.

    Raises PermissionDenied, RuleBroken (fields `subject` and `body`), also where another was first.
    """
    access.check_texts(by)
    check_text(kind, subject, body)
    with transaction.atomic():
        one_at_a_time("letter text", kind)
        now = text_of(kind)
        if (now.subject, now.body) == (subject, body):
            return now
        if now.version != seen:
            raise RuleBroken(
                "Intussen is er een nieuwe versie van deze brief bewaard. Open de brief opnieuw en neem uw tekst over.",
                "body",
            )
        row = LetterTemplate.objects.create(
            kind=kind, version=now.version + 1, subject=subject, body=body, made_by_name=by.name
        )
        record(act=CHANGED, obj=row, facts={"kind": kind, "version": row.version})
    return Text(subject, body, row.version)


def check_text(kind: str, subject: str, body: str) -> None:
    """Raises RuleBroken beside the field that is wrong: an unknown field, or one that the law wants and is missing."""
    for field, words in letter_texts.problems(kind, subject, body).items():
        raise RuleBroken(words, field)


def preview(*, kind: str, subject: str, body: str) -> bytes:
    """The letter as PDF with an example in it; nothing is kept. Raises bureaus.pdf.OutsideFetch, NoBureau."""
    values = letter_facts.example(kind)
    context = _context(Text(subject, body), values, None)
    return pdf.render(PAPER, context, title=letter_texts.filled(subject, values))


def _context(text: Text, values: Mapping[str, str], verzoek: Verzoek | None) -> dict[str, Any]:
    return {
        "client": verzoek.client if verzoek else None,
        "name": values["naam"],
        "paragraphs": list(letter_texts.paragraphs(text.body, values)),
        **letter_facts.letter_words(values, timezone.localdate(database_now())),
    }
