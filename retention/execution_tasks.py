"""Thin: find the lists that are ready, and go on item by item. Several workers at once."""

from __future__ import annotations

import logging
import time
from contextlib import AbstractContextManager

from celery import shared_task
from django.db import InterfaceError, OperationalError

from bureaus.rounds import bureau_ids
from bureaus.tenancy import Context, current_bureau_id, in_bureau
from retention.actions import closing, execution
from retention.clock import ClockOff, check_clock
from retention.models import DestructionList, ItemState, ListItem, ListStatus
from vault.errors import KeyExists

log = logging.getLogger(__name__)
AT_MOST = 200.0  # seconds in one message; a worker is stopped at CELERY_TASK_TIME_LIMIT
# The database went, or two waited for each other: nothing was done, and the lease brings it back.
PASSING = (OperationalError, InterfaceError, KeyExists)


@shared_task(name="retention.execution_tasks.run_lists")
def run_lists() -> int:
    """Carry out every list that is approved and has cooled off; how many items went a step.

    Rung when something is approved or tried again, and each minute by the sweep: for a cooling-off period that has
    passed, and for what a worker left undone.
    """
    until = time.monotonic() + AT_MOST
    return sum(run_bureau(bureau_id, until=until) for bureau_id in bureau_ids())


def run_bureau(bureau_id: int, *, until: float | None = None) -> int:
    """One bureau's part of it. What is not done by `until` is for the next worker."""
    _note_what_ended(bureau_id)
    if not _may_begin(bureau_id):
        return 0
    done = 0
    while (item := _take(bureau_id)) is not None:
        work(bureau_id, item)
        done += 1
        if until is not None and time.monotonic() > until:
            run_lists.delay()
            return done
    while (row := _take_list(bureau_id)) is not None:
        close(bureau_id, row)
    return done


def work(bureau_id: int, item: ListItem) -> None:
    """One item to its end, each step in a transaction of its own; a fault stops this item alone."""
    try:
        _steps(bureau_id, item)
    except PASSING:
        raise
    except Exception as error:
        log.exception("an item of a destruction list failed in bureau %s", bureau_id)
        with _in(bureau_id):
            execution.fail_item(item, error)


def close(bureau_id: int, row: DestructionList) -> None:
    """Rotation, ledger, looking, proces-verbaal and 'vernietigd' with it: in this order."""
    try:
        _close(bureau_id, row)
    except PASSING:
        raise
    except Exception as error:
        log.exception("closing a destruction list failed in bureau %s", bureau_id)
        with _in(bureau_id):
            closing.stop(row, error)


def _steps(bureau_id: int, item: ListItem) -> None:
    state: str | None = item.state
    if state == ItemState.OPEN:
        with _in(bureau_id):
            execution.check_storage(item)
        with _in(bureau_id):
            state = execution.erase_item(item)
    if state == ItemState.ERASED:
        with _in(bureau_id):
            execution.clear_files(item)


def _close(bureau_id: int, row: DestructionList) -> None:
    until = closing.rotate(row)
    with _in(bureau_id):
        closing.note_in_ledger(row, until)
    with _in(bureau_id):
        clean = closing.verify(row)
    if not clean:
        with _in(bureau_id):
            closing.leave(row)
        return
    with _in(bureau_id):
        done = closing.finish(row)
    if done is None:
        return
    _note(bureau_id, row)  # with the number that the proces-verbaal has now


def _note(bureau_id: int, row: DestructionList) -> None:
    with _in(bureau_id):
        closing.note_in_ledger(row)
    with _in(bureau_id):
        closing.let_go(row)


def _note_what_ended(bureau_id: int) -> None:
    """What a worker did not live to note: without it the number could be given again after a restore (ADR 0022)."""
    try:
        while (row := _take_unnoted(bureau_id)) is not None:
            _note(bureau_id, row)
    except PASSING:
        raise
    except Exception:
        log.exception("a proces-verbaal of bureau %s does not stand in the ledger yet", bureau_id)


def _take_unnoted(bureau_id: int) -> DestructionList | None:
    with _in(bureau_id):
        return closing.take_unnoted()


def _may_begin(bureau_id: int) -> bool:
    """Whether there is anything to do, and it may be done; what has cooled off is begun."""
    with _in(bureau_id):
        ready = DestructionList.objects.all().ready()
        proof = DestructionList.objects.filter(status=ListStatus.PAPER, certificate__isnull=False)
        if not (ready.exists() or proof.exists()) or not _clocks_agree():
            return False
        execution.note_clock(text="")
        execution.begin_ready()
    return True


def _clocks_agree() -> bool:
    """Where they don't, the run stops and its lists say why, for as long as that is so."""
    try:
        check_clock()
    except ClockOff as off:
        log.warning("nothing is destroyed in bureau %s: %s", current_bureau_id(), off)
        execution.note_clock(text=str(off))
        return False
    return True


def _take(bureau_id: int) -> ListItem | None:
    with _in(bureau_id):
        return execution.take_item() if _clocks_agree() else None


def _take_list(bureau_id: int) -> DestructionList | None:
    with _in(bureau_id):
        return closing.take_list() if _clocks_agree() else None


def _in(bureau_id: int) -> AbstractContextManager[Context]:
    return in_bureau(bureau_id, origin="werker")
