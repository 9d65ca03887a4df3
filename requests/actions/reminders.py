"""Reminders of requests: each kind once for each last day that it speaks of, whatever is restarted, doubled or stopped.

A row and its mails are one transaction under a lock on the request. What beat passed over while it stood still comes at
once, all of one request in one mail that says how it stands now; the record names each kind.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from access.actions.mails import tell, with_role
from access.models import Membership, Role
from access.reach import as_system
from journal.actions import record
from requests import clocks, rules
from requests.actions.rows import facts_of
from requests.models import LIVING, Pause, Reminder, State, Verzoek
from requests.places import staff_page

Said = tuple[str, date]
# From here on directie hears of it as well.
DIRECTIE_TOO = (Reminder.Kind.THREE, Reminder.Kind.ONE, Reminder.Kind.DUE, Reminder.Kind.OVERDUE)


def waiting(day: date) -> list[uuid.UUID]:
    """The requests of which something is to be said on this day; three queries, whatever their number."""
    with as_system():
        rows = list(_watched())
        given = _given([row.pk for row in rows])
        paused = set(Pause.objects.filter(ended_on=None).values_list("verzoek_id", flat=True))
    return [row.pk for row in rows if set(_due(row, day, stands_still=row.pk in paused)) - given[row.pk]]


@transaction.atomic
def remind(*, verzoek_id: uuid.UUID, day: date) -> int:
    """Say what is due of one request and was not said; how many mails. Somebody else's turn: none."""
    with as_system():
        row: Verzoek | None = _watched().select_for_update(of=("self",), skip_locked=True).filter(pk=verzoek_id).first()
        if row is None:
            return 0
        still = Pause.objects.filter(verzoek=row, ended_on=None).exists()
        given = _given([row.pk])[row.pk]
        new = [one for one in _due(row, day, stands_still=still) if one not in given]
        who = _who_hears(row, [kind for kind, _ in new]) if new else []
        # With nobody to tell nothing was said: it is tried again.
        return _said(row, new, who, day) if who else 0


def _said(row: Verzoek, new: list[Said], who: Iterable[Membership], day: date) -> int:
    Reminder.objects.bulk_create([Reminder(verzoek=row, kind=kind, due_on=on) for kind, on in new])
    kind, on = new[-1]
    facts = {
        "number": row.number, "words": _in_words(row, kind, day),
        "unconfirmed": any(one == Reminder.Kind.ACKNOWLEDGE for one, _ in new),
    }  # fmt: skip
    once = f"{row.pk.hex}:{kind}:{on.isoformat()}"
    sent = tell(who, kind="verzoek_herinnering", once=once, path=staff_page(row), **facts)
    told = facts_of(row) | {"reminders": [Reminder.Kind(one).label for one, _ in new], "due_on": on, "mails": sent}
    record(act="verzoek.herinnerd", obj=row, dossier=row.dossier, facts=told)
    return sent


def _watched() -> Any:
    return Verzoek.objects.all().watched().order_by("due_on", "id").select_related("dossier")


def _given(ids: list[uuid.UUID]) -> dict[uuid.UUID, set[Said]]:
    found: dict[uuid.UUID, set[Said]] = defaultdict(set)
    for verzoek, kind, on in Reminder.objects.filter(verzoek__in=ids).values_list("verzoek_id", "kind", "due_on"):
        found[verzoek].add((kind, on))
    return found


def _due(row: Verzoek, day: date, *, stands_still: bool) -> list[Said]:
    """What is due of it by this day, the oldest first; while the clock stands still only that receipt is confirmed."""
    found: list[Said] = []
    if row.acknowledged_at is None and row.state in LIVING and row.acknowledge_by <= day:
        found.append((Reminder.Kind.ACKNOWLEDGE, row.acknowledge_by))
    ends = clocks.ends(row)
    if not stands_still:
        found += [(kind, ends) for kind in rules.reminded(row.received_on, ends, day)]
    return found


def _in_words(row: Verzoek, kind: str, day: date) -> str:
    if kind == Reminder.Kind.ACKNOWLEDGE:
        return str(Reminder.Kind.ACKNOWLEDGE.label)
    return clocks.left_in_words((clocks.ends(row) - day).days)


def _who_hears(row: Verzoek, kinds: Iterable[str]) -> list[Membership]:
    """The handler; directie too from three days before the end, or where nobody handles it; at last the FG."""
    rows = Membership.objects.all().active().filter(pk=row.handler_id).select_related("user")
    handlers = list(rows)
    if handlers and row.state != State.SECOND_LOOK and not set(kinds) & set(DIRECTIE_TOO):
        return handlers
    people = {one.pk: one for one in (*handlers, *with_role(Role.DIRECTIE, but=row.about_member_id))}
    return list(people.values()) or with_role(Role.FG, but=row.about_member_id)
