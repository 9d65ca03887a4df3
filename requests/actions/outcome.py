"""What follows from a decision (jmwerkt 6.1.3): it is carried out, who received it before is told, and it is closed."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from access.actions.refusals import refusals_noted
from access.models import Membership
from access.reach import as_system, database_now
from access.rules import RuleBroken
from consent.models import Disclosure
from dossiers.models import Release
from journal.actions import record
from requests import carried, clocks, collecting, deciding
from requests.actions import holding, rows
from requests.actions.locking import locked
from requests.actions.rows import facts_of
from requests.actions.steps import note
from requests.models import Change, FollowUp, Kind, State, Step, Verzoek
from retention.access import NOBODY
from retention.models import Transfer
from vault import keys

NOTHING = "Er is niets om uit te voeren."
CARRIED, TOLD, CLOSED = "verzoek.uitgevoerd", "verzoek.ontvanger_ingelicht", "verzoek.afgesloten"
# 'As soon as possible' (jmwerkt 6.1.3), 'without delay' (AVG 16): after this it is late. [V]
SOON = timedelta(days=14)
# Of these others may hold what has changed (AVG 19).
TELLS = (Kind.CORRECTIE, Kind.VERNIETIGING, Kind.BEPERKING)


def plan(row: Verzoek) -> None:
    """Put on the list what this decision asks; nothing where the answer is no."""
    if row.decision in deciding.ENDS_HERE:
        return
    day = clocks.today()
    soon = clocks.ends(row) if row.ends_done else day + SOON
    FollowUp.objects.create(verzoek=row, client_id=row.client_id, kind=FollowUp.Kind.EXECUTE, due_on=max(soon, day))
    _plan_telling(row)


def tell_too(disclosure: Disclosure) -> None:
    """Its receiver has what it held from before a change: on the list of what still runs, where not named there yet.

    Without a lock on the request, which a shielding holds while it waits for this very disclosure.
    """
    later = Q(follow_ups__done_at=None) | Q(follow_ups__done_at__gt=disclosure.sent_at)
    rows = Verzoek.objects.filter(later, follow_ups__kind=FollowUp.Kind.EXECUTE, state=State.DECIDED)
    with as_system():
        for row in rows.filter(client_id=disclosure.dossier.client_id).distinct():
            _plan_telling(row, only=str(disclosure.receiver))


def _plan_telling(row: Verzoek, *, only: str = "") -> None:
    """Everybody who has it (or this one outside) and is not on the list yet; asked again when it is carried out, since
    some may have got it in between (AVG 19)."""
    if row.kind not in TELLS:
        return
    asked = row.follow_ups.filter(kind=FollowUp.Kind.TELL)
    known = set(asked.values_list("opdrachtgever_id", flat=True))
    named = {one.to_whom.casefold() for one in asked.exclude(disclosure_id=None)}
    about = {
        "verzoek": row, "client_id": row.client_id, "kind": FollowUp.Kind.TELL, "due_on": clocks.today() + SOON,
    }  # fmt: skip
    tasks = [FollowUp(**about, opdrachtgever_id=pk) for pk in receivers(row) if pk not in known and not only]
    tasks += [
        FollowUp(**about, disclosure_id=pk, receiver=name)
        for name, pk in disclosed_to(row).items()
        if name.casefold() not in named and only.casefold() in ("", name.casefold())
    ]
    FollowUp.objects.bulk_create(tasks)


def disclosed_to(row: Verzoek) -> dict[str, uuid.UUID]:
    """Who outside has got it by a disclosure, each once, with the newest by which they did."""
    dossiers = collecting.dossiers_of(row).order_by().values("pk")
    about = Q(stukken__stuk_id=row.stuk_id) if row.stuk_id else Q(dossier__in=dossiers)
    found = list(Disclosure.objects.all().went_out().filter(about).order_by("-sent_at", "-id").distinct())
    keys.prefetch({one.dossier_id for one in found})
    told: dict[str, tuple[str, uuid.UUID]] = {}
    for one in found:
        told.setdefault(str(one.receiver).casefold(), (str(one.receiver), one.pk))
    return dict(told.values())


def receivers(row: Verzoek) -> list[uuid.UUID]:
    """To whom it was let out, once or still, and who got the dossier handed over: ids of opdrachtgevers."""
    dossiers = collecting.dossiers_of(row).order_by().values("pk")
    about = Q(stuk_id=row.stuk_id) if row.stuk_id else Q(dossier__in=dossiers)
    out = Release.objects.filter(about).order_by().values_list("opdrachtgever_id", flat=True)
    had = Q(status=Transfer.Status.RECEIVED) | Q(fetched_at__isnull=False)
    handed = Transfer.objects.filter(had, dossier_id__in=dossiers).order_by()
    return sorted({*out, *handed.values_list("opdrachtgever_id", flat=True)})


def carry_out(*, verzoek: Verzoek, by: Membership, words: str = "") -> Verzoek:
    """Say that it is carried out; refused while it is not. `words`: what was done, for the client as well.

    Again changes nothing. Raises Http404, PermissionDenied, RuleBroken (field `words`).
    """
    with refusals_noted(CARRIED, about=verzoek, dossier=verzoek.dossier):
        row = locked(verzoek, by=by)
        task = row.follow_ups.filter(kind=FollowUp.Kind.EXECUTE).first()
        if task is not None and task.done_at is not None:
            return row
        if row.state != State.DECIDED or task is None:
            raise RuleBroken(NOTHING)
        carried.check(row, words)
        _carried(row, task, by, words)
    return row


def settle(which: Any, *, by: Membership | None) -> int:
    """What was just done on a lower floor is carried out by that: nobody says so a second time; how many requests.

    Within that act's own transaction, and whoever did it: who writes in a dossier need not handle the request.
    """
    with as_system():
        found = list(which.filter(state=State.DECIDED).order_by("pk"))
        return sum(_settled(one, by) for one in found)


def _settled(verzoek: Verzoek, by: Membership | None) -> bool:
    row = rows.locked(verzoek)
    task = row.follow_ups.filter(kind=FollowUp.Kind.EXECUTE, done_at=None).first()
    if task is None or row.state != State.DECIDED:
        return False
    how = carried.progress(row)
    if how.said or not how.done:
        return False
    keys.prefetch([row.client_id])
    _carried(row, task, by, "")
    return True


def _carried(row: Verzoek, task: FollowUp, by: Membership | None, words: str) -> None:
    _done(task, by)
    _plan_telling(row)
    said = words or (carried.DONE[Change(row.change)] if row.change else "")
    note(row, Step.Kind.EXECUTED, by=by, words=said)
    record(act=CARRIED, obj=row, dossier=row.dossier, facts=facts_of(row) | {"change": row.change})


def tell_recipient(*, follow_up: FollowUp, by: Membership) -> FollowUp:
    """Somebody told this receiver what changed, and says so by name (AVG 19). Again changes nothing.

    Raises Http404, PermissionDenied, RuleBroken: not before it has changed.
    """
    with refusals_noted(TOLD, about=follow_up.verzoek, dossier=follow_up.verzoek.dossier):
        row = locked(follow_up.verzoek, by=by)
        task: FollowUp = row.follow_ups.select_related("opdrachtgever").get(pk=follow_up.pk)
        if task.done_at is not None:
            return task
        if task.kind != FollowUp.Kind.TELL or not may_tell(row):
            raise RuleBroken("Eerst wordt het uitgevoerd. Daarna licht u de ontvanger in.")
        _done(task, by)
        note(row, Step.Kind.RECIPIENT_TOLD, by=by, words=task.to_whom)
        to = str(task.opdrachtgever_id or task.disclosure_id)
        record(act=TOLD, obj=row, dossier=row.dossier, facts=facts_of(row) | {"to": to})
    return task


def may_tell(row: Verzoek) -> bool:
    """What is destroyed takes this very request along: there they are told while it stands."""
    if row.state != State.DECIDED:
        return False
    open_tasks = row.follow_ups.filter(kind=FollowUp.Kind.EXECUTE, done_at=None)
    return row.kind == Kind.VERNIETIGING or not open_tasks.exists()


def close(*, verzoek: Verzoek, by: Membership) -> Verzoek:
    """All is done: nothing stays for it any more. Again changes nothing.

    Raises Http404, PermissionDenied, RuleBroken.
    """
    with refusals_noted(CLOSED, about=verzoek, dossier=verzoek.dossier):
        row = locked(verzoek, by=by)
        if row.state == State.CLOSED:
            return row
        if row.state != State.DECIDED:
            raise RuleBroken("Over dit verzoek is nog niet besloten.")
        if row.follow_ups.filter(done_at=None).exists():
            raise RuleBroken("Er staat nog iets open. Rond dat eerst af.")
        row.state, row.closed_at = State.CLOSED, database_now()
        row.save(update_fields=["state", "closed_at"])
        note(row, Step.Kind.CLOSED, by=by)
        record(act=CLOSED, obj=row, dossier=row.dossier, facts=facts_of(row))
        holding.let_go(row)
    return row


def is_late(task: FollowUp, day: date) -> bool:
    return task.done_at is None and task.due_on < day


def _done(task: FollowUp, by: Membership | None) -> None:
    task.done_at, task.done_by_name = database_now(), by.name if by else NOBODY
    task.save(update_fields=["done_at", "done_by_name"])
