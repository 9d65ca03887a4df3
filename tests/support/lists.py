"""Destruction lists of a bureau whose people are always the same."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django.db import connections
from django.db.models import F
from django.utils import timezone
from uuid_utils.compat import uuid7

from access.models import Membership, Role
from access.rules import RuleBroken
from bureaus.models import Bureau
from bureaus.tenancy import in_bureau
from journal.models import Line
from retention.actions import list_changes, lists
from retention.actions.holds import place_hold
from retention.models import DestructionList, Hold, LegalRecord, ListItem
from tests.support.ages import silenced
from tests.support.people import acting, make_bureau, make_member
from tests.support.retention import ended_dossier
from vault.actions import create_key

LONG_AGO = timedelta(days=365 * 11)


def people(slug: str = "javawest") -> SimpleNamespace:
    """A bureau with two of directie, administratie, an FG and a coach."""
    bureau = make_bureau(slug, slug)
    named = {
        "dirk": Role.DIRECTIE, "ella": Role.DIRECTIE, "anna": Role.ADMINISTRATIE, "fleur": Role.FG, "carl": Role.COACH,
    }  # fmt: skip
    members = {name: make_member(bureau, name.title(), role) for name, role in named.items()}
    return SimpleNamespace(bureau=bureau, **members)


def overdue(house: SimpleNamespace, many: int = 1, **more: Any) -> list[Any]:
    """Dossiers that ended eleven years ago, without stukken unless asked."""
    given = {"ended": timezone.localdate() - LONG_AGO, "stukken": False, "handler": house.carl} | more
    return [ended_dossier(house.bureau, **given) for _ in range(many)]


def night(bureau: Bureau, today: date | None = None) -> list[DestructionList]:
    with in_bureau(bureau, origin="werker"):
        return lists.propose_due(today=today)


def proposed(house: SimpleNamespace, *numbers: str, by: Membership) -> DestructionList:
    return as_in_a_view(by, lambda: lists.propose(numbers=numbers, by=by))


def approved(row: DestructionList, by: Membership, **given: Any) -> DestructionList:
    """As from the page: the number and hash that stand there, unless another is given."""
    shown = again(row)
    with in_bureau(row.bureau_id):
        many = shown.items.filter(state="open").count()
    typed = {"number": str(many), "sha256": shown.manifest_sha256} | given
    return as_in_a_view(by, lambda: list_changes.approve(destruction_list=shown, by=by, **typed))


def excluded(item: ListItem, by: Membership, **given: Any) -> ListItem:
    wanted = {"reason": "belang", "text": "Er loopt nog iets.", "until": timezone.localdate() + timedelta(days=90)}
    return as_in_a_view(by, lambda: list_changes.exclude(item=item, by=by, **(wanted | given)))


def included(item: ListItem, by: Membership) -> ListItem:
    return as_in_a_view(by, lambda: list_changes.include_again(item=item, by=by))


def cancelled(row: DestructionList, by: Membership) -> DestructionList:
    return as_in_a_view(by, lambda: list_changes.cancel(destruction_list=row, by=by))


def as_in_a_view(by: Membership, act: Callable[[], Any]) -> Any:
    """A refusal is caught inside the transaction, as a view does, so that what it wrote in the log stays."""
    refused = None
    with acting(by):
        try:
            return act()
        except RuleBroken as refusal:
            refused = refusal
    raise refused


def again(row: Any) -> Any:
    """The row as it is in the database now."""
    with in_bureau(row.bureau_id):
        return type(row).objects.get(pk=row.pk)


def items_of(row: DestructionList) -> list[ListItem]:
    with in_bureau(row.bureau_id):
        return list(ListItem.objects.filter(destruction_list=row))


def cool(row: DestructionList, days: int = 8) -> None:
    """So many days pass for an approved list."""
    back = timedelta(days=days)
    with in_bureau(row.bureau_id), silenced():
        rows = DestructionList.objects.filter(pk=row.pk)
        rows.update(approved_at=F("approved_at") - back, starts_after=F("starts_after") - back)


def is_ready(row: DestructionList) -> bool:
    with in_bureau(row.bureau_id):
        return DestructionList.objects.all().ready().filter(pk=row.pk).exists()


def journal(bureau: Bureau, act: str) -> list[Line]:
    with in_bureau(bureau):
        return list(Line.objects.filter(act=act).order_by("seq"))


def hold(dossier, by, kind="klacht", source="") -> Hold:
    with acting(by):
        return place_hold(
            dossier=dossier, kind=kind, reason="Dat loopt nog een tijdje door.", by=by, source=source,
            review_on=timezone.localdate() + timedelta(days=30),
        )  # fmt: skip


def legal_record(*, due_on: date, **more: Any) -> LegalRecord:
    row = LegalRecord(
        dossier_id=uuid7(), dossier_number="D-OUD0001", trigger="traject_ended", trigger_on=date(2011, 1, 1),
        term="P7Y", due_on=due_on, article="AWR 52", **more,
    )  # fmt: skip
    create_key(subject_id=row.pk)
    row.content = {"registered_on": "2010-01-01", "ended_on": "2011-01-01"}
    row.save(force_insert=True)
    return row


def at_once(*acts):
    """Each in a thread and connection of its own, begun together; what they gave or raised."""
    barrier, found = threading.Barrier(len(acts)), []

    def run(act) -> None:
        barrier.wait()
        try:
            found.append(act())
        except RuleBroken as refused:
            found.append(refused)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(found) == len(acts)
    return found
