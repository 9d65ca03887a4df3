"""Carrying out a destruction list: each dossier by a lease, its rows and key in one transaction, its files after it.

Every step can be killed at any line and is taken up by the next worker (ADR 0020). Who wants to keep a dossier and who
destroys it both lock that dossier first.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from access.actions.sessions import drop_sessions
from access.reach import database_now
from access.rules import RuleBroken
from bureaus import leases
from bureaus.leases import held
from dossiers.models import Dossier, StoredFile, Stuk
from journal.actions import record
from journal.models import Result
from retention import clock, erasing, handing, listable, listed, manifest, papers_held, terms
from retention.actions.lists import facts_of
from retention.actions.pv import note_annex_line
from retention.actions.records import Undated, keep_by_law
from retention.erasing import Erased
from retention.models import (
    FILES,
    KEYS,
    SEARCH,
    SESSIONS,
    TO_DO,
    DestructionList,
    ItemResult,
    ItemState,
    KeptBecause,
    LegalRecord,
    ListItem,
    ListKind,
    ListStatus,
)
from retention.storage import NotAnswering, check_answers, remove
from vault.errors import VaultError

BEGUN, ERASED, KEPT = "vernietiging.begonnen", "dossier.vernietigd", "dossier.behouden"
STUK_ERASED, RECORD_ERASED = "stuk.vernietigd", "bewaarplicht.vernietigd"
FAILED = "vernietiging.gestopt"
ATTEMPTS = 20  # begun so often and never ended: something in it kills the worker
NOT_APPROVED = (
    "Wat er op deze lijst staat, is niet meer wat er is goedgekeurd. Er is niets vernietigd. Trek de lijst in; de"
    " volgende nacht komt er een nieuwe."
)
NOT_NAMED = "Dit staat niet op de lijst zoals die is goedgekeurd. Het is niet vernietigd."


class Kept(Exception):
    """It stays, whole; the codes say why."""


# -- taking ------------------------------------------------------------------------------------------------------------
@transaction.atomic
def begin_ready() -> int:
    """Begin the lists of this bureau whose cooling-off period has passed; from here on they can't be taken back.

    One whose rows are no longer what was approved does not begin, and says so.
    """
    rows = DestructionList.objects.select_for_update(of=("self",), skip_locked=True)
    ready = [row for row in rows.filter(status=ListStatus.APPROVED, starts_after__lte=Now()) if _as_approved(row)]
    for row in ready:
        row.status, row.started_at, row.error = ListStatus.RUNNING, database_now(), ""
        row.save(update_fields=["status", "started_at", "error"])
        record(act=BEGUN, obj=row, facts=facts_of(row) | {"dossiers": listed.to_destroy(row)})
    return len(ready)


def _as_approved(row: DestructionList) -> bool:
    """Whether the rows still say what somebody approved; where they don't, that is on the list and once in the log."""
    if manifest.is_approved(row, row.items.all()):
        return True
    if row.error != NOT_APPROVED:
        row.error = NOT_APPROVED
        row.save(update_fields=["error"])
        record(act=FAILED, obj=row, result=Result.REFUSED, facts=facts_of(row) | {"error": "manifest"})
    return False


@transaction.atomic
def note_clock(*, text: str) -> None:
    """Why the clock keeps the lists of this bureau from going on; with no text it does so no longer."""
    ready = DestructionList.objects.all().ready()
    if text:
        ready.update(error=text[:300])
    else:
        ready.filter(error__startswith=clock.OFF).update(error="")


@transaction.atomic
def take_item() -> ListItem | None:
    """The next item of a running list that nobody works at, now leased to the caller; None where there is none."""
    under_way = (ListStatus.RUNNING, ListStatus.PAPER)  # what is found at the end, before or after the certificate
    running = DestructionList.objects.filter(pk=OuterRef("destruction_list_id"), status__in=under_way)
    rows = ListItem.objects.filter(Exists(running), state__in=TO_DO)
    rows = rows.select_related("destruction_list").defer(listable.MANIFEST)  # read once its turn has come
    ordered = rows.order_by("destruction_list_id", "dossier_number", "id")
    begun = {"attempts": F("attempts") + 1, "started_at": Coalesce("started_at", Now())}
    found: ListItem | None = leases.take(ordered, leases.ITEM, **begun)
    return found


# -- the steps of one item ---------------------------------------------------------------------------------------------
def files_before(item: ListItem) -> list[str]:
    """The names that storage has to answer for, before anything of this item goes."""
    if item.state == ItemState.ERASED:
        return list(item.files)
    if item.record_id:
        return []
    files = StoredFile.objects.filter(dossier_id=item.dossier_id)
    return list((files.filter(stuk_id=item.stuk_id) if item.stuk_id else files).values_list("storage_name", flat=True))


def check_storage(item: ListItem) -> None:
    """That storage is there, and quick enough, for every file of this item. Raises NotAnswering."""
    check_answers(files_before(item))


@transaction.atomic
def erase_item(item: ListItem) -> ItemState | None:
    """Look again, and take rows and key away; None where another worker has it now.

    One transaction: a worker that is killed in it did nothing. What then keeps the dossier is on it whole: KEPT.
    """
    locked: ListItem | None = held(item).select_for_update(of=("self",)).select_related("destruction_list").first()
    if locked is None or locked.state != ItemState.OPEN:
        return locked.state if locked else None  # type: ignore[return-value]
    try:
        erased = _erase(locked)
    except Kept as why:
        return keep_item(locked, str(why))
    locked.state, locked.erased_at, locked.error = ItemState.ERASED, database_now(), ""
    locked.files, locked.gone = erased.files, {**erased.gone, FILES: erased.files, SESSIONS: erased.sessions}
    locked.save()
    _note_results(locked, erased)
    return ItemState.ERASED


def clear_files(item: ListItem) -> bool:
    """Take the files out of storage, one by one, and the sessions of who is gone; whether it was ours to the end.

    Each file is looked for after it was removed; killed in between, the next worker begins again. Raises NotAnswering.
    """
    row: ListItem | None = held(item).filter(state=ItemState.ERASED).first()
    if row is None:
        return False
    drop_sessions(row.gone.get(SESSIONS, []))
    for name in row.files:
        remove(name)
    return bool(held(row).update(state=ItemState.CLEARED, files=[], leased_until=None, error=""))


@transaction.atomic
def fail_item(item: ListItem, error: Exception) -> None:
    """This one stops, says why in plain words, and can be tried again; the others go on."""
    text = words_of(error)
    if held(item).update(state=ItemState.FAILED, error=text, leased_until=None):
        facts = {"list": str(item.destruction_list), "error": type(error).__name__}
        record(act=FAILED, obj=item, dossier=listed.named(item), facts=facts)


def keep_item(item: ListItem, codes: str) -> ItemState:
    """It stays, whole, for what the codes say (KeptBecause, HoldKind). The caller holds its lock."""
    item.state, item.kept_because, item.leased_until = ItemState.KEPT, codes[:120], None
    item.retained = []
    item.save(update_fields=["state", "kept_because", "leased_until", "holds_checked_at", "retained"])
    facts = {"list": str(item.destruction_list), "because": codes}
    record(act=KEPT, obj=item, dossier=listed.named(item), facts=facts)
    return ItemState.KEPT


def ring() -> None:
    """Wake a worker once this transaction stands; the sweep finds it too."""
    from retention.execution_tasks import run_lists

    transaction.on_commit(run_lists.delay, robust=True)


def words_of(error: Exception) -> str:
    """What went wrong, for who reads the list; never a word of the dossier."""
    if isinstance(error, NotAnswering | RuleBroken):
        return str(error)[:300]
    if isinstance(error, VaultError):
        return "Een sleutel kon niet worden gebruikt. Er is niets vernietigd."
    return f"Er ging iets mis ({type(error).__name__}). De beheerder vindt meer in het logbestand."


# -- deciding and erasing ----------------------------------------------------------------------------------------------
def _erase(item: ListItem) -> Erased:
    """Raises Kept."""
    if item.attempts > ATTEMPTS:
        raise RuleBroken("Dit is te vaak begonnen zonder dat het afkwam. Bekijk eerst waarom de werker stopt.")
    if not manifest.names(item.destruction_list, item):
        raise RuleBroken(NOT_NAMED)
    if item.record_id:
        return _erase_record(item)
    dossier: Dossier | None = Dossier.objects.select_for_update(of=("self",)).filter(pk=item.dossier_id).first()
    if dossier is None:
        raise Kept(KeptBecause.NOTHING_LEFT)
    _check_free(item, dossier)
    if item.stuk_id:
        return _erase_stuk(item, dossier)
    try:
        item.retained = keep_by_law(dossier)
    except Undated:
        raise Kept(KeptBecause.LAW) from None
    note_annex_line(item=item, dossier=dossier)
    record(act=ERASED, obj=item, dossier=dossier, facts={"list": str(item.destruction_list)})
    return erasing.erase_dossier(dossier)


def _check_free(item: ListItem, dossier: Dossier) -> None:
    """Holds and dates as they are at this moment, by the database's clock and under the dossier's lock. Raises Kept."""
    item.holds_checked_at = database_now()
    kind = item.destruction_list.kind
    kept = listable.counted(terms.blocks([dossier.pk]).get(dossier.pk, []), kind, item.destruction_list.source)
    codes = [one.kind for one in kept]
    # What was noted or moved since: the company would be sent to the wrong place, or not at all (pluspunt 3.5).
    if item.stuk_id is None and papers_held.places([dossier.pk]).get(dossier.pk, "") != item.paper:
        codes.append(KeptBecause.PAPER)
    if kind in listable.BY_TERM and not terms.standing(dossier).due.is_due(timezone.localdate(item.holds_checked_at)):
        codes.append(KeptBecause.DATE)
    if kind == ListKind.TRANSFER and handing.added_after_receipt(dossier):
        codes.append(KeptBecause.ADDED)
    if codes:
        raise Kept(",".join(dict.fromkeys(codes)))


def _erase_stuk(item: ListItem, dossier: Dossier) -> Erased:
    stuk = Stuk.objects.select_for_update(of=("self",)).filter(pk=item.stuk_id, dossier=dossier).first()
    if stuk is None:
        raise Kept(KeptBecause.NOTHING_LEFT)
    record(act=STUK_ERASED, obj=item, dossier=dossier, facts={"list": str(item.destruction_list)})
    return erasing.erase_stuk(stuk)


def _erase_record(item: ListItem) -> Erased:
    """What the law kept goes by its own date, which nobody moves."""
    row = LegalRecord.objects.select_for_update(of=("self",)).filter(pk=item.record_id).first()
    if row is None:
        raise Kept(KeptBecause.NOTHING_LEFT)
    item.holds_checked_at = database_now()
    if row.due_on > timezone.localdate(item.holds_checked_at):
        raise Kept(KeptBecause.DATE)
    record(act=RECORD_ERASED, obj=item, dossier=listed.named(item), facts={"list": str(item.destruction_list)})
    return erasing.erase_record(row)


def _note_results(item: ListItem, erased: Erased) -> None:
    """A row for each table and store, so that what was found there afterwards has its place."""
    removed = {store: many for store, many in erased.removed.items() if many}
    removed |= {FILES: len(erased.files), KEYS: erased.removed[KEYS], SEARCH: 0}
    rows = [
        ItemResult(item=item, store=store[:60], removed=many, size=erased.size if store == FILES else 0)
        for store, many in sorted(removed.items())
    ]
    ItemResult.objects.bulk_create(rows)
