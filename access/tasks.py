"""Thin: find the bureaus, call the action. The record of work is the rows; a message is only the bell."""

from __future__ import annotations

from celery import shared_task

from access import actions
from access.actions import declarations, emergency, reviews
from access.actions.asking import lapse
from access.actions.mails import send_next
from bureaus.rounds import bureau_ids, in_each
from bureaus.tenancy import in_bureau

# One turn of the sweep; what is left waits for the next, so that one bureau can't keep the others waiting.
PER_BUREAU = 100


@shared_task(name="access.tasks.send_due_mails")
def send_due_mails() -> int:
    """Send what waits in every bureau's outbox; how many were tried. Each mail has a transaction of its own."""
    return sum(_send_of(bureau_id) for bureau_id in bureau_ids())


@shared_task(name="access.tasks.archive_expired_grants")
def archive_expired_grants() -> int:
    """Move grants whose time has passed to the ended ones, in every bureau; how many."""
    return in_each(actions.archive_expired)


@shared_task(name="access.tasks.lapse_requests")
def lapse_requests() -> int:
    """Let requests for inzage lapse that nobody decided about in time, in every bureau; how many."""
    return in_each(lapse)


@shared_task(name="access.tasks.escalate_emergencies")
def escalate_emergencies() -> int:
    """Mail directie and FG, once a day, about emergency access that nobody judged; how many mails."""
    return in_each(emergency.escalate)


@shared_task(name="access.tasks.remind_to_sign")
def remind_to_sign() -> int:
    """Mail who has a declaration to sign, in every bureau; how many. Again on the same day makes no second mail."""
    return in_each(declarations.remind_weekly)


@shared_task(name="access.tasks.remind_reviews")
def remind_reviews() -> int:
    """Mail directie about an access review that is due, in every bureau; how many mails were queued."""
    return in_each(reviews.remind)


def _send_of(bureau_id: int) -> int:
    tried = 0
    while tried < PER_BUREAU:
        with in_bureau(bureau_id, origin="werker"):
            if not send_next():
                break
        tried += 1
    return tried
