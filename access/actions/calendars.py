"""The address of one's own calendar: made, shown once, fetched from without logging in, and taken back."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.db import transaction

from access.backends import membership_with_groups
from access.middleware import narrow_to
from access.models import CalendarLink, Membership, Role
from access.reach import as_system
from bureaus.rounds import bureau_ids
from bureaus.tenancy import Reach, current_bureau_id, in_bureau
from journal.actions import record

MADE, WITHDRAWN, FETCHED = "agenda.gemaakt", "agenda.ingetrokken", "agenda.opgehaald"
TOKEN_BYTES = 32  # 256 bits
# Who may be given a request to handle, and so has days to keep.
FOR = (Role.COACH, Role.DIRECTIE, Role.ADMINISTRATIE)


class LinkGone(Exception):
    """Taken back, of who left, or never made: which of these is not told."""


@transaction.atomic
def make_link(*, by: Membership) -> CalendarLink:
    """A new address; the one before works no more. The plain token is on the result as `token`, and nowhere else."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with as_system():
        Membership.objects.select_for_update(of=("self",)).get(pk=by.pk)  # two clicks make one row, the last
        CalendarLink.objects.filter(membership=by).delete()
        made: CalendarLink = CalendarLink.objects.create(membership=by, token_hash=_hash(token))
        record(act=MADE, obj=made)
    made.token = token  # type: ignore[attr-defined]
    return made


@transaction.atomic
def withdraw_link(*, by: Membership) -> bool:
    """From here on the address is nobody's; whether there was one."""
    held = link_of(by)
    if held is None:
        return False
    record(act=WITHDRAWN, obj=held)
    held.delete()
    return True


def end_links_of_account(*, user_id: int) -> int:
    """Whose password or second step was reset may have lost more than that: no address of theirs works on, at whatever
    bureau; how many there were."""
    return sum(_end_here(bureau_id, user_id) for bureau_id in bureau_ids())


def _end_here(bureau_id: int, user_id: int) -> int:
    with in_bureau(bureau_id, origin="account"), as_system():
        held = list(CalendarLink.objects.filter(membership__user_id=user_id))
        for one in held:
            record(act=WITHDRAWN, obj=one, reason="wachtwoord of tweede stap opnieuw ingesteld")
            one.delete()
    return len(held)


def link_of(member: Membership) -> CalendarLink | None:
    found: CalendarLink | None = CalendarLink.objects.filter(membership=member).first()
    return found


@contextmanager
def as_owner(token: str, *, origin: str) -> Iterator[tuple[CalendarLink, Membership]]:
    """Act as whose address this is, with the reach that they have at this moment. Raises LinkGone.

    Found by its hash, so that how long it takes says nothing of how much of a token was right.
    """
    with as_system():
        found = CalendarLink.objects.filter(token_hash=_hash(token)).select_related("membership").first()
        member = membership_with_groups(found.membership.user_id) if found else None
    # Another membership of the same person is another reach, of which this address is not.
    if found is None or member is None or member.pk != found.membership_id:
        raise LinkGone
    if not member.user.is_active or not member.has_role(*FOR):
        raise LinkGone
    with in_bureau(current_bureau_id(), reach=Reach.NONE, origin=origin):
        narrow_to(member, origin=origin)
        yield found, member


def note_fetched(*, link: CalendarLink, today: date, events: int) -> None:
    """The first time in a day: a calendar comes by each hour, and more lines would hide what else is in the log."""
    if link.fetched_on != today:
        CalendarLink.objects.filter(pk=link.pk).update(fetched_on=today)
        record(act=FETCHED, obj=link, facts={"count": events})


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
