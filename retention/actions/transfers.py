"""Handing a dossier over to its opdrachtgever (werklokaal 7, ADR 0023): begun, packed, fetched and signed for.

Only the receipt makes our own copy due. Each act locks the dossier first and then the transfer.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from access.actions.mails import tell
from access.actions.refusals import refusals_noted
from access.models import Membership
from access.reach import as_system, database_now
from access.rules import RuleBroken
from bureaus.leases import held, take
from clients.actions import note_transfer_received
from dossiers.actions import close_dossier
from dossiers.models import Dossier
from dossiers.packing import why_not
from journal.actions import record
from retention import handed, handing, listed, terms
from retention.clock import database_today
from retention.models import Transfer
from retention.package import Package
from retention.rules import Refused, add_term, say
from vault.actions import create_key, destroy_key
from vault.files import SealedFileInfo, delete_sealed, open_sealed

BEGUN, PACKED, FAILED = "overdracht.begonnen", "overdracht.ingepakt", "overdracht.gestopt"
AGAIN, WITHDRAWN = "overdracht.opnieuw_ingepakt", "overdracht.ingetrokken"
FETCHED, RECEIVED = "overdracht.opgehaald", "ontvangst.getekend"
LEASE = timedelta(minutes=35)  # longer than a worker may take (transfer_tasks.TIME_LIMIT)
WEEK = 7  # days between reminders
NAME_LENGTH = 120
REASON = "overgedragen"
CHANGED = "Er is intussen iets in het dossier veranderd. Het wordt opnieuw voor u ingepakt; u krijgt een mail."
# Why is between the bureau and the client.
HELD = "Dit dossier staat nu niet voor u klaar. Neem contact op met het bureau."
Status = Transfer.Status


# -- by who works here -------------------------------------------------------------------------------------------------
def start_transfer(*, dossier: Dossier, by: Membership) -> Transfer:
    """Let this dossier be packed for its opdrachtgever. A double click is one; what failed is packed again.

    Raises Http404, PermissionDenied, and RuleBroken where it is too early, blocked, or there is nobody to receive it.
    """
    handed.check_start(by, dossier)
    with refusals_noted(BEGUN, dossier=dossier), as_system():
        locked = _dossier(dossier.pk)
        there = handed.open_of(locked.pk)
        if there is not None and there.status != Status.FAILED:
            return there
        (standing, kept), receivers = terms.whole(locked), handed.receivers(locked)
        handed.check_startable(database_today(), standing=standing, kept=kept, receivers=receivers)
        row = there or Transfer(dossier_id=locked.pk, dossier_number=locked.number, traject_id=locked.traject_id)
        rule = standing.chosen.rule
        row.opdrachtgever = locked.traject.opdrachtgever
        row.receiver_keeps, row.article = rule.receiver_keeps or "", rule.article[:60]
        row.started_by, row.started_by_name, row.started_at = by, by.name, database_now()
        row.status, row.error = Status.PACKING, ""
        row.save()
        record(act=BEGUN, obj=row, dossier=locked)
        ring()
    return row


def withdraw_transfer(*, transfer: Transfer, by: Membership) -> Transfer:
    """Take back what was begun by mistake, until it was fetched; the package goes. Again changes nothing.

    Raises Http404, PermissionDenied, RuleBroken.
    """
    with refusals_noted(WITHDRAWN, about=transfer), as_system():
        dossier, row = _locked(transfer)
        if row.status == Status.CANCELLED:
            return row
        handed.check_withdraw(by, row, dossier)
        _drop_package(row)
        row.status, row.cancelled_by_name, row.cancelled_at = Status.CANCELLED, by.name, database_now()
        row.save()
        record(act=WITHDRAWN, obj=row, dossier=dossier)
    return row


# -- by a worker -------------------------------------------------------------------------------------------------------
@transaction.atomic
def take_transfer() -> Transfer | None:
    """The next transfer to pack that nobody works at, leased to the caller, under a key of its own.

    A new key each time: what a killed worker stored under the one before can be read by nobody.
    """
    row: Transfer | None = take(Transfer.objects.filter(status=Status.PACKING).order_by("started_at"), LEASE)
    if row is None:
        return None
    destroy_key(subject_id=row.pk)
    create_key(subject_id=row.pk)
    return row


def open_package(row: Transfer) -> Package:
    """What is to be packed, as it is at this moment. Raises Refused where the dossier has gone."""
    dossier = Dossier.objects.select_related(
        "client", "traject__opdrachtgever", "traject__handler", "traject__contract"
    ).filter(pk=row.dossier_id).first()  # fmt: skip
    if dossier is None:
        raise Refused("Dit dossier is er niet meer.")
    return Package(row, dossier, handing.contents(dossier), database_now())


@transaction.atomic
def finish_transfer(row: Transfer, package: Package, info: SealedFileInfo) -> bool:
    """It stands ready, and the opdrachtgever is told; False where another has it now, or the dossier changed meanwhile.

    Then the caller removes what it stored.
    """
    dossier = Dossier.objects.select_for_update(of=("self",)).filter(pk=row.dossier_id).first()
    ours: Transfer | None = _held(row).select_for_update(of=("self",)).first()
    if ours is None or dossier is None:
        return False
    packed = package.contents
    if handing.is_changed(_dossier(dossier.pk), sha256=packed.sha256, left_out=packed.left_out, told=packed.told):
        _held(row).update(leased_until=None)
        return False
    ours.manifest, ours.manifest_sha256 = package.manifest, package.manifest_sha256
    ours.left_out, ours.told, ours.contents_sha256 = packed.left_out, list(packed.told), packed.sha256
    ours.file, ours.file_size, ours.file_sha256 = info.name, info.size, package.sha256
    ours.status, ours.ready_at, ours.leased_until, ours.error = Status.READY, database_now(), None, ""
    ours.fetched_at, ours.fetched_by_name = None, ""
    ours.save()
    facts = {"files": len(ours.manifest), "bytes": ours.file_size, "sha256": ours.file_sha256}
    record(act=PACKED, obj=ours, dossier=dossier, facts=facts)
    _tell_receivers(ours, dossier, "overdracht_klaar", once=f"{ours.ready_at:%Y%m%d%H%M%S}")
    return True


@transaction.atomic
def fail_transfer(row: Transfer, error: Exception) -> None:
    """It stands there with why, until somebody starts it again; what failed is packed by nobody meanwhile."""
    if _held(row).update(status=Status.FAILED, error=why_not(error), leased_until=None):
        destroy_key(subject_id=row.pk)
        record(act=FAILED, obj=row, dossier=listed.named(row), facts={"error": type(error).__name__})


@transaction.atomic
def remind_receivers(today: date) -> int:
    """Each week that a dossier stands ready its receivers get one mail, unless something keeps it here; how many."""
    with as_system():
        rows = list(Transfer.objects.filter(status=Status.READY, ready_at__lte=Now() - timedelta(days=WEEK)))
        dossiers = Dossier.objects.in_bulk([one.dossier_id for one in rows])
        kept = terms.blocks(dossiers)
        there = [one for one in rows if one.dossier_id in dossiers]
        found = [(one, dossiers[one.dossier_id]) for one in there if one.fetched_at or one.dossier_id not in kept]
        return sum(_remind(row, dossier, today) for row, dossier in found)


# -- by the opdrachtgever ----------------------------------------------------------------------------------------------
def fetch_package(*, transfer: Transfer, by: Membership) -> Iterator[bytes] | None:
    """The package, for who downloads it; from here on it can be signed for.

    None where the dossier changed since: it is packed again. Raises PermissionDenied, RuleBroken (also where something
    keeps the dossier here meanwhile), FileNotFoundError, vault.errors.VaultError.
    """
    handed.check_receiver(by, transfer)
    with refusals_noted(FETCHED, about=transfer), as_system():
        dossier, row = _locked(transfer)
        if not row.file or row.status not in (Status.READY, Status.RECEIVED):
            raise RuleBroken("Dit dossier staat niet meer voor u klaar.")
        if row.status == Status.READY and terms.blocks([dossier.pk]):
            raise RuleBroken(HELD)
        if row.status == Status.READY and _packed_again(row, dossier):
            return None
        chunks = open_sealed(subject_id=row.pk, name=row.file)
        if row.status == Status.READY:
            row.fetched_at, row.fetched_by_name = database_now(), by.name
            row.save(update_fields=["fetched_at", "fetched_by_name"])
        record(act=FETCHED, obj=row, dossier=dossier, facts={"bytes": row.file_size, "sha256": row.file_sha256})
    return chunks


def receive_transfer(*, transfer: Transfer, name: str, by: Membership) -> Transfer:
    """'Wij hebben het ontvangen': signed with a name. Our own copy becomes due, and nothing is written in it any more.

    Again changes nothing. A transfer that is packed again (status 'inpakken') was not signed for: the dossier changed.
    Raises PermissionDenied, RuleBroken (field `name`).
    """
    handed.check_receiver(by, transfer)
    signed = " ".join(name.split())[:NAME_LENGTH]
    with refusals_noted(RECEIVED, about=transfer), as_system():
        dossier, row = _locked(transfer)
        if row.status == Status.RECEIVED:
            return row
        _check_signable(row, signed)
        if _packed_again(row, dossier):
            return row
        _sign(row, dossier, signed, by)
    return row


def _check_signable(row: Transfer, signed: str) -> None:
    if row.status != Status.READY:
        raise RuleBroken("Dit dossier staat niet meer voor u klaar.")
    if row.fetched_at is None:
        raise RuleBroken("Haal het dossier eerst op. Daarna kunt u voor ontvangst tekenen.")
    if not signed:
        raise RuleBroken("Vul uw naam in.", "name")


def _sign(row: Transfer, dossier: Dossier, signed: str, by: Membership) -> None:
    now = database_now()
    today = timezone.localdate(now)
    row.status, row.received_at, row.received_by_name = Status.RECEIVED, now, signed
    row.receiver_until = add_term(today, row.receiver_keeps) if row.receiver_keeps else None
    row.save()
    note_transfer_received(traject=dossier.traject, on=today, by=None)
    close_dossier(dossier=dossier, reason=REASON)
    facts = {"sha256": row.file_sha256, "until": row.receiver_until, "term": row.receiver_keeps}
    record(act=RECEIVED, obj=row, dossier=dossier, facts=facts)
    until = say(row.receiver_until) if row.receiver_until else ""
    page = reverse("retention:transfer", args=[row.pk])
    if row.started_by is not None:
        tell([row.started_by], kind="overdracht_getekend", once=row.pk, path=page, number=row.dossier_number)
    tell([by], kind="overdracht_ontvangen", once=row.pk, path="/", number=row.dossier_number, until=until)


# -- what they share ---------------------------------------------------------------------------------------------------
def ring() -> None:
    """Wake a worker once this transaction stands; the sweep finds it too."""
    from retention.transfer_tasks import pack_transfers

    transaction.on_commit(pack_transfers.delay, robust=True)


def _packed_again(row: Transfer, dossier: Dossier) -> bool:
    """Whether the dossier changed since it was packed: then what they have is not what we would destroy."""
    if not handing.is_changed(dossier, sha256=row.contents_sha256, left_out=row.left_out, told=row.told):
        return False
    _drop_package(row)
    row.status, row.ready_at, row.fetched_at, row.fetched_by_name = Status.PACKING, None, None, ""
    row.package_gone_at = None
    row.save()
    record(act=AGAIN, obj=row, dossier=dossier)
    ring()
    return True


def _drop_package(row: Transfer) -> None:
    """File and key; the file once this stands."""
    if row.file:
        delete_sealed(row.file)
    destroy_key(subject_id=row.pk)
    row.file, row.leased_until, row.package_gone_at = "", None, database_now()


def _dossier(dossier_id: uuid.UUID) -> Dossier:
    rows = Dossier.objects.select_for_update(of=("self",)).select_related(
        "client", "traject__opdrachtgever", "traject__contract"
    )
    found: Dossier | None = rows.filter(pk=dossier_id).first()
    if found is None:
        raise Refused("Dit dossier is er niet meer.")
    return found


def _locked(transfer: Transfer) -> tuple[Dossier, Transfer]:
    """The dossier first, as everybody does."""
    dossier = _dossier(transfer.dossier_id)
    rows = Transfer.objects.select_for_update(of=("self",)).select_related("started_by__user")
    return dossier, rows.get(pk=transfer.pk)


def _held(row: Transfer) -> Any:
    """The row while its lease is still the caller's, and nobody withdrew it."""
    return held(row).filter(status=Status.PACKING)


def _remind(row: Transfer, dossier: Dossier, today: date) -> int:
    weeks = (today - timezone.localdate(row.ready_at)).days // WEEK
    if weeks < 1:
        return 0
    kind = "overdracht_ophalen" if row.fetched_at is None else "overdracht_tekenen"
    return _tell_receivers(row, dossier, kind, once=f"{row.ready_at:%Y%m%d}:{weeks}")


def _tell_receivers(row: Transfer, dossier: Dossier, kind: str, *, once: str) -> int:
    """The portal's address is a floor higher; from here everyone goes to their own."""
    page = f"/opdracht/{row.traject_id}/"
    return tell(handed.receivers(dossier), kind=kind, once=f"{row.pk}:{once}", path=page)
