"""The copy of the data (AVG 15.3, 20; werkid 10.1): asked, made by a worker, fetched or handed on paper, and gone.

Each act locks the request first and then the bundle.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from access.actions.mails import tell
from access.actions.refusals import refusals_noted
from access.models import Membership
from access.reach import as_system, database_now
from access.rules import RuleBroken
from bureaus.leases import held, prolong, take
from bureaus.words import word
from dossiers.packing import why_not
from journal.actions import record
from requests import access, bundle_contents, bundle_facts, collecting
from requests.actions import outcome
from requests.actions.rows import locked
from requests.actions.steps import note
from requests.bundle import Copy, Within
from requests.models import Bundle, Step, Verzoek
from requests.places import own_page
from vault.actions import create_key, destroy_key
from vault.files import SealedFileInfo, delete_sealed, open_sealed

ASKED, MADE, FAILED = "kopie.gevraagd", "kopie.gemaakt", "kopie.gestopt"
FETCHED, HANDED, GONE = "kopie.opgehaald", "kopie.meegegeven", "kopie.vervallen"
LEASE = timedelta(minutes=10)  # from the last that was heard of the worker; longer than any one step takes
HEARD = 60.0  # seconds after which the lease is made longer
KEPT = timedelta(days=30)
NOTE_LENGTH = 500
NOT_THERE = "Deze kopie staat niet meer klaar. Een kopie blijft 30 dagen staan."
Status = Bundle.State


# -- by who works here -------------------------------------------------------------------------------------------------
def ask_bundle(*, verzoek: Verzoek, by: Membership) -> Bundle:
    """Let the copy be made. A double click is one; what failed is made again, what expired anew.

    Raises Http404, PermissionDenied, and RuleBroken before it is known who asks or before it was granted.
    """
    access.check_handle(by, verzoek)
    with refusals_noted(ASKED, about=verzoek, dossier=verzoek.dossier), as_system():
        asked = locked(verzoek)
        bundle_contents.check_copy(asked)
        row: Bundle = Bundle.objects.filter(verzoek=asked).exclude(state=Status.GONE).first() or Bundle(verzoek=asked)
        if row.state in (Status.MAKING, Status.READY) and not row._state.adding:
            return row
        row.state, row.error, row.total, row.done, row.leased_until = Status.MAKING, "", 0, 0, None
        row.asked_by_name, row.asked_at = by.name, database_now()
        row.save()
        record(act=ASKED, obj=asked, dossier=asked.dossier)
        ring()
    return row


def hand_over(*, bundle: Bundle, words: str, by: Membership) -> Bundle:
    """Note that it was given on paper, and how it was known to whom. Again changes nothing.

    Raises Http404, PermissionDenied, RuleBroken (field `words`).
    """
    access.check_handle(by, bundle.verzoek)
    with refusals_noted(HANDED, about=bundle.verzoek, dossier=bundle.verzoek.dossier), as_system():
        verzoek, row = _both(bundle)
        if row.handed_on is not None:
            return row
        if row.state != Status.READY:
            raise RuleBroken(NOT_THERE)
        said = words.strip()[:NOTE_LENGTH]
        if not said:
            raise RuleBroken("Schrijf op aan wie u de kopie gaf, en hoe u wist wie dat was.", "words")
        row.handed_on, row.handed_by_name = timezone.localdate(database_now()), by.name
        row.save(update_fields=["handed_on", "handed_by_name"])
        note(verzoek, Step.Kind.BUNDLE_FETCHED, by=by, words=f"Op papier meegegeven. {said}")
        record(act=HANDED, obj=verzoek, dossier=verzoek.dossier)
        outcome.settle(Verzoek.objects.filter(pk=verzoek.pk), by=by)
    return row


# -- by a worker -------------------------------------------------------------------------------------------------------
@transaction.atomic
def take_bundle() -> Bundle | None:
    """The next copy to make that nobody works at, leased to the caller, under a key of its own.

    A new key each time: what a killed worker stored under the one before can be read by nobody.
    """
    row: Bundle | None = take(Bundle.objects.filter(state=Status.MAKING).order_by("asked_at"), LEASE, done=0)
    if row is None:
        return None
    destroy_key(subject_id=row.pk)
    create_key(subject_id=row.pk)
    return row


def open_bundle(row: Bundle, within: Within) -> Copy:
    """What is to be packed, as it is at this moment; `within` opens the worker's context. Raises RuleBroken."""
    bundle = _held(row).select_related("verzoek__client", "verzoek__dossier").get()
    bundle_contents.check_copy(bundle.verzoek)
    found = bundle_contents.contents(bundle.verzoek)
    files = bundle_facts.files_of(found)

    heard = time.monotonic()

    def moved(done: int) -> None:
        nonlocal heard
        if time.monotonic() - heard > HEARD:
            prolong(row, LEASE)
            heard = time.monotonic()
        _held(row).update(done=done)

    copy = Copy(bundle, found, database_now(), files, within, moved)
    _held(row).update(total=copy.total)
    return copy


@transaction.atomic
def finish_bundle(row: Bundle, copy: Copy, info: SealedFileInfo) -> bool:
    """It stands ready, and who asked is told; False where another has it now, or the dossier changed meanwhile.

    Then the caller removes what it stored.
    """
    verzoek = Verzoek.objects.select_for_update(of=("self",)).filter(pk=row.verzoek_id).first()
    ours: Bundle | None = _held(row).select_for_update(of=("self",)).first()
    if ours is None or verzoek is None:
        return False
    bundle_contents.check_copy(verzoek)
    if bundle_contents.contents(verzoek).sha256 != copy.found.sha256:
        _held(row).update(leased_until=None)
        return False
    ours.manifest, ours.left_out = copy.archive.manifest, copy.left_out
    ours.total = ours.done = copy.total
    ours.file, ours.file_size, ours.file_sha256 = info.name, info.size, copy.archive.sha256
    ours.state, ours.ready_at, ours.leased_until, ours.error = Status.READY, database_now(), None, ""
    ours.expires_on = timezone.localdate(ours.ready_at) + KEPT
    ours.save()
    note(verzoek, Step.Kind.BUNDLE_READY, by=None)
    facts = {"files": len(ours.manifest), "bytes": ours.file_size, "sha256": ours.file_sha256, **ours.left_out}
    record(act=MADE, obj=verzoek, dossier=verzoek.dossier, facts=facts)
    tell(_askers(verzoek), kind="kopie_klaar", once=ours.pk, path=own_page(verzoek))
    return True


@transaction.atomic
def fail_bundle(row: Bundle, error: Exception) -> None:
    """It stands there with why, until somebody has it made again."""
    why = why_not(error, what="De kopie", nothing="Er is geen kopie gemaakt.")
    if _held(row).update(state=Status.FAILED, error=why, leased_until=None):
        destroy_key(subject_id=row.pk)
        verzoek = row.verzoek
        record(act=FAILED, obj=verzoek, dossier=verzoek.dossier, facts={"error": type(error).__name__})


@transaction.atomic
def expire_bundles(today: date) -> int:
    """Key and file of each copy whose days are over; how many. The row stays, and says so."""
    rows = Bundle.objects.select_for_update(of=("self",), skip_locked=True).filter(
        state=Status.READY, expires_on__lt=today
    )
    return _end(rows)


@transaction.atomic
def end_copies(*, client_id: uuid.UUID) -> int:
    """Something of this client was destroyed: no copy that holds it stays, ready or being made; how many (jmwerkt
    6.1.4)."""
    rows = Bundle.objects.select_for_update(of=("self",)).filter(state__in=(Status.READY, Status.MAKING))
    return _end(rows.filter(verzoek__client_id=client_id))


def _end(rows: Any) -> int:
    gone = list(rows.select_related("verzoek__dossier").order_by("pk"))
    for row in gone:
        if row.file:
            delete_sealed(row.file)
        destroy_key(subject_id=row.pk)
        row.state, row.file, row.leased_until = Status.GONE, "", None
        row.save(update_fields=["state", "file", "leased_until"])
        record(act=GONE, obj=row.verzoek, dossier=row.verzoek.dossier, facts={"sha256": row.file_sha256})
    return len(gone)


# -- by who asked ------------------------------------------------------------------------------------------------------
def fetch_bundle(*, bundle: Bundle, by: Membership) -> Iterator[bytes]:
    """The ZIP, for who downloads it: the client, who acts for them, or who handles it (to print and hand over).

    Who handles it and may not read all that is in it, has another print it. Raises Http404, PermissionDenied,
    RuleBroken, FileNotFoundError, vault.errors.VaultError.
    """
    if not by.is_client_member:
        access.check_handle(by, bundle.verzoek)
        _check_reads_all(by, bundle.verzoek)
    with refusals_noted(FETCHED, about=bundle.verzoek, dossier=bundle.verzoek.dossier), as_system():
        verzoek, row = _both(bundle)
        if not may_fetch(row):
            raise RuleBroken(NOT_THERE)
        chunks = open_sealed(subject_id=row.pk, name=row.file)
        if by.is_client_member and row.fetched_at is None:
            row.fetched_at, row.fetched_by_name = database_now(), by.name
            row.save(update_fields=["fetched_at", "fetched_by_name"])
            note(verzoek, Step.Kind.BUNDLE_FETCHED, by=by)
        facts = {"bytes": row.file_size, "sha256": row.file_sha256}
        record(act=FETCHED, obj=verzoek, dossier=verzoek.dossier, facts=facts)
        outcome.settle(Verzoek.objects.filter(pk=verzoek.pk), by=by)
    return chunks


def may_fetch(row: Bundle) -> bool:
    """Ready, and its days not over: also before the round came by that takes it away."""
    today = timezone.localdate(database_now())
    return bool(row.state == Status.READY and row.file and row.expires_on and row.expires_on >= today)


def _check_reads_all(by: Membership, verzoek: Verzoek) -> None:
    """A copy opens no more to who works here than the dossiers do. Raises PermissionDenied."""
    if not collecting.reads_all(by, verzoek):
        whose = word("client", article=True)
        raise PermissionDenied(f"In deze kopie staan stukken die u niet mag lezen. Laat {whose} hem zelf ophalen, of"
                               " laat een ander die alles mag lezen hem afdrukken.")  # fmt: skip


# -- what they share ---------------------------------------------------------------------------------------------------
def ring() -> None:
    """Wake a worker once this transaction stands; the sweep finds it too."""
    from requests.bundle_tasks import make_bundles

    transaction.on_commit(make_bundles.delay, robust=True)


def _both(bundle: Bundle) -> tuple[Verzoek, Bundle]:
    """Raises Http404 where either is gone."""
    verzoek = locked(bundle.verzoek)
    row: Bundle | None = Bundle.objects.select_for_update(of=("self",)).filter(pk=bundle.pk).first()
    if row is None:
        raise Http404
    return verzoek, row


def _held(row: Bundle) -> Any:
    """The row while its lease is still the caller's."""
    return held(row).filter(state=Status.MAKING)


def _askers(verzoek: Verzoek) -> list[Membership]:
    """Who asked in the portal, and the client; with their accounts."""
    ids = {verzoek.asked_by_id, verzoek.client.membership_id} - {None}
    return list(Membership.objects.all().active().filter(pk__in=ids).select_related("user").order_by("name"))
