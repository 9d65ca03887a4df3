"""Thin: find the bureaus, call the action. The record of work is the rows; a message is only the bell."""

from __future__ import annotations

from celery import shared_task

from access import actions
from access.actions.mails import send_next
from bureaus.models import Bureau
from bureaus.tenancy import in_bureau

# One turn of the sweep; what is left waits for the next, so that one bureau can't keep the others waiting.
PER_BUREAU = 100


@shared_task(name="access.tasks.send_due_mails")
def send_due_mails() -> int:
    """Send what waits in every bureau's outbox; how many were tried. Each mail has a transaction of its own."""
    return sum(_send_of(bureau_id) for bureau_id in _bureaus())


@shared_task(name="access.tasks.archive_expired_grants")
def archive_expired_grants() -> int:
    """Move grants whose time has passed to the ended ones, in every bureau; how many."""
    moved = 0
    for bureau_id in _bureaus():
        with in_bureau(bureau_id, origin="werker"):
            moved += actions.archive_expired()
    return moved


def _send_of(bureau_id: int) -> int:
    tried = 0
    while tried < PER_BUREAU:
        with in_bureau(bureau_id, origin="werker"):
            if not send_next():
                break
        tried += 1
    return tried


def _bureaus() -> list[int]:
    return list(Bureau.objects.order_by("pk").values_list("pk", flat=True))
