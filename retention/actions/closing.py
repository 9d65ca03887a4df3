"""The end of a run: another key for the bureau, looking whether anything is left, and only then the proces-verbaal.

One worker at a time closes a list, by a lease; each step is done again by the next one without harm (ADR 0020). What
one dossier could not do holds up the proces-verbaal alone: of all that did go, key and ledger follow at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q
from django.db.models.functions import Now

from access.reach import database_now
from bureaus import reglement
from bureaus.leases import held, prolong, take
from bureaus.schema import Action, DataClass
from bureaus.tenancy import in_bureau
from journal.actions import record
from retention import erasing, ledger, listed
from retention.access import NOBODY
from retention.actions.execution import FAILED, words_of
from retention.actions.lists import facts_of
from retention.actions.pv import make_proces_verbaal
from retention.models import FILES, TO_DO, Certificate, DestructionList, ItemResult, ItemState, ListItem, ListStatus
from retention.storage import NotAnswering, is_there
from vault.actions import rotate_bureau_key

DONE, NOTHING, WAITS = "vernietiging.afgerond", "vernietiging.niets_vernietigd", "vernietiging.wacht_op_papier"
LEASE = timedelta(minutes=10)  # a proces-verbaal over thousands of dossiers takes its time
REST = timedelta(minutes=5)  # after a fault, before the sweep tries again
LOOK = 200  # items looked at in one step


@transaction.atomic
def take_list() -> DestructionList | None:
    """A list of which every item has had its turn, leased to the caller; None where there is none.

    While something on it failed: only where more went than stands in the ledger.
    """
    items = ListItem.objects.filter(destruction_list_id=OuterRef("pk"))
    proof = Certificate.objects.filter(destruction_list_id=OuterRef("pk"))
    worth_it = ~Exists(items.filter(state=ItemState.FAILED)) | Exists(_unnoted(items))
    due = Q(status=ListStatus.RUNNING) | Q(Exists(proof), status=ListStatus.PAPER)
    through = Q(due, ~Exists(items.filter(state__in=TO_DO)), worth_it)
    found: DestructionList | None = take(DestructionList.objects.filter(through).select_related("bureau"), LEASE)
    return found


def rotate(row: DestructionList) -> datetime | None:
    """A new key for the bureau: what was wrapped under the old one is dead in older backups too. Outside a transaction.

    Of a single stuk nothing is gained by it: its dossier's key lives on. Killed in between it is done again. Until
    which moment all that went is covered by it now; None where nothing went.
    """
    with in_bureau(row.bureau_id, origin="werker"):
        items = ListItem.objects.filter(destruction_list=row)
        until: datetime | None = items.aggregate(last=Max("erased_at"))["last"]
        if not _unnoted(items).filter(stuk_id=None).exists():
            return until
    row.generation = rotate_bureau_key(bureau=row.bureau)
    with in_bureau(row.bureau_id, origin="werker"):
        held(row).update(generation=row.generation)
    return until


def verify(row: DestructionList) -> bool:
    """Look for all that went, and note what was found; whether nothing was. What is found stops its item, as a failure.

    Raises NotAnswering.
    """
    clean = True
    for items in _in_parts(row):
        found = erasing.look([one.gone for one in items], [one.dossier_number for one in items if _is_whole(one)])
        if any(found.values()) or not _files_gone(items):
            clean = not sum(not _look_closer(one) for one in items) and clean
        else:
            ItemResult.objects.filter(item__in=items).update(left=0, checked_at=Now())
        prolong(row, LEASE)
    return clean


def note_in_ledger(row: DestructionList, until: datetime | None = None) -> None:
    """Outside the database too, so that a restored backup is brought up to this day (retention/ledger.py).

    `until` is what `rotate` answered: what went before it needs neither once more.
    """
    ledger.write(row)
    if until is not None:
        held(row).update(noted_until=until)


@transaction.atomic
def finish(row: DestructionList) -> DestructionList | None:
    """The proces-verbaal, and with it 'vernietigd': both or neither. None where another worker has it now.

    Waits for the recognised company's certificate where there was paper and the reglement asks it (pluspunt 3.5).
    """
    locked: DestructionList | None = held(row).select_for_update(of=("self",)).first()
    if locked is None:
        return None
    cleared = ListItem.objects.filter(destruction_list=locked, state=ItemState.CLEARED)
    locked.leased_until, locked.error = None, ""
    if ListItem.objects.filter(destruction_list=locked, state__in=(*TO_DO, ItemState.FAILED)).exists():
        locked.save(update_fields=["leased_until", "error"])  # somebody tries it again, or lets it stand
        return None
    if not cleared.exists():
        return _nothing_went(locked)
    if _waits_for_paper(locked, cleared):
        return _wait(locked)
    make_proces_verbaal(destruction_list=locked)
    many = cleared.update(state=ItemState.DESTROYED, gone={})
    locked.status, locked.finished_at = ListStatus.DONE, database_now()
    locked.leased_until = row.leased_until  # until its number stands in the ledger: see take_unnoted
    locked.save()
    record(act=DONE, obj=locked, facts=facts_of(locked) | {"dossiers": many})
    return locked


@transaction.atomic
def stop(row: DestructionList, error: Exception) -> None:
    """Why the run could not be closed; the sweep tries again after a while."""
    held(row).update(error=_why(error), leased_until=Now() + REST)


@transaction.atomic
def take_unnoted() -> DestructionList | None:
    """A list that ended while its worker was killed before the number of its proces-verbaal stood in the ledger."""
    ended = DestructionList.objects.filter(status=ListStatus.DONE, leased_until__isnull=False)
    found: DestructionList | None = take(ended, LEASE)
    return found


@transaction.atomic
def let_go(row: DestructionList) -> None:
    """Of a list that ended and stands in the ledger nothing is left to do."""
    held(row).update(leased_until=None, error="")


@transaction.atomic
def leave(row: DestructionList) -> None:
    """Give a list back that has an item to look at first."""
    held(row).update(leased_until=None)


def _unnoted(items: Any) -> Any:
    """Of these what went since key and ledger followed last."""
    since = F("destruction_list__noted_until")
    return items.filter(Q(destruction_list__noted_until=None) | Q(erased_at__gt=since), erased_at__isnull=False)


def _in_parts(row: DestructionList) -> Iterator[list[ListItem]]:
    items = ListItem.objects.filter(destruction_list=row, state=ItemState.CLEARED)
    ids = list(items.order_by("id").values_list("pk", flat=True))
    for at in range(0, len(ids), LOOK):
        yield list(items.filter(pk__in=ids[at : at + LOOK]))


def _is_whole(item: ListItem) -> bool:
    """Of a whole dossier the number is found no more; one that lost a stuk, or only what the law kept, is another."""
    return item.stuk_id is None and item.record_id is None


def _files_gone(items: Sequence[ListItem]) -> bool:
    return not any(is_there(name) for one in items for name in one.gone.get(FILES, []))


def _look_closer(item: ListItem) -> bool:
    """What is left of this one, store by store."""
    found = erasing.look([item.gone], [item.dossier_number] if _is_whole(item) else [])
    found[FILES] = sum(is_there(name) for name in item.gone.get(FILES, []))
    ItemResult.objects.filter(item=item).update(left=0, checked_at=Now())
    left = {store: many for store, many in found.items() if many}
    for store, many in left.items():
        ItemResult.objects.filter(item=item, store=store).update(left=many)
    if not left:
        return True
    item.state, item.error = (
        ItemState.FAILED,
        f"Bij het nakijken stond er nog iets in: {', '.join(sorted(left))}."[:300],
    )
    item.save(update_fields=["state", "error"])
    facts = {"list": str(item.destruction_list), "left": left}
    record(act=FAILED, obj=item, dossier=listed.named(item), facts=facts)
    return False


def _waits_for_paper(row: DestructionList, cleared: Any) -> bool:
    """By what held for each dossier when it was listed, agreed or by its kind of traject (pluspunt 3.5)."""
    paper = cleared.exclude(paper="")
    asked = paper.filter(action=Action.DESTROY_PV_CERTIFICATE).exists() or _reglement_asks(paper)
    return asked and not Certificate.objects.filter(destruction_list=row).exists()


def _reglement_asks(paper: Any) -> bool:
    """Of what was handed over only our own copy ends here; of a list from before nothing else is known."""
    rule = reglement.in_force().retention.rule(DataClass.DOSSIER)
    unsaid = paper.filter(action__in=("", Action.TRANSFER))
    return rule.action == Action.DESTROY_PV_CERTIFICATE and bool(unsaid.exists())


def _wait(row: DestructionList) -> DestructionList:
    if row.status != ListStatus.PAPER:
        row.status = ListStatus.PAPER
        record(act=WAITS, obj=row, facts=facts_of(row))
    row.save()
    return row


def _nothing_went(row: DestructionList) -> DestructionList:
    """Every dossier on it turned out to be kept: there is nothing to make a proces-verbaal of."""
    row.status, row.cancelled_by_name, row.cancelled_at = ListStatus.CANCELLED, NOBODY, database_now()
    row.error = "Er is niets vernietigd: alles op deze lijst bleef behouden."
    row.save()
    record(act=NOTHING, obj=row, facts=facts_of(row))
    return row


def _why(error: Exception) -> str:
    if isinstance(error, NotAnswering):
        return words_of(error)
    if isinstance(error, OSError):
        return (
            f"Het proces-verbaal kon niet worden geschreven ({error.strerror or type(error).__name__})."
            " Het wissen is klaar; het proces-verbaal volgt zodra er weer ruimte is."
        )[:300]
    return (
        f"Het afronden lukte niet ({type(error).__name__}). Het wissen is klaar; het proces-verbaal is er nog niet."
        " Het wordt vanzelf opnieuw geprobeerd."
    )[:300]
