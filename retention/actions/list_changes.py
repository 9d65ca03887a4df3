"""Deciding about a destruction list: leave a dossier out, take it back in, approve, cancel; what failed, again or not.

Whoever changes a list becomes its proposer and never approves it, and an approval of what it was before falls (ADR
0024); it falls first, since the database lets nobody change what was approved. Each act locks the list first (on what
failed under way the item alone, as a worker does): of two at once the second finds what the first did. What a rule
refuses is undone whole, and noted.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from access import texts
from access.actions.mails import tell, with_role
from access.actions.refusals import refusals_noted
from access.models import Membership, Role
from access.reach import as_system, database_now
from access.rules import RuleBroken
from journal.actions import record
from retention import listable, listed, manifest, terms
from retention.actions.execution import KEPT, keep_item, ring
from retention.actions.lists import facts_of, lock
from retention.clock import database_today
from retention.models import (
    BUSY_ITEMS,
    FILES,
    TO_DO,
    DestructionList,
    ExclusionReason,
    ItemState,
    KeptBecause,
    ListItem,
    ListStatus,
)
from retention.rules import add_term, say
from vault.errors import VaultError

EXCLUDED, INCLUDED = "vernietiging.uitgezonderd", "vernietiging.teruggezet"
APPROVED, CANCELLED = "vernietiging.goedgekeurd", "vernietiging.ingetrokken"
RETRIED = "vernietiging.hervat"
ONCE_MORE = ("state", "files", "error", "attempts", "leased_until")  # what trying again writes
LONGEST = "P10Y"  # how far ahead the new date of what is left out may lie
WORDS = 1_000  # characters of why


def exclude(*, item: ListItem, reason: str, text: str | None = None, until: date, by: Membership) -> ListItem:
    """Leave one out until a day: it stays whole, and no nightly list holds it before that day.

    Without a `text` the words that stood there stay. The same again changes nothing. Raises PermissionDenied,
    RuleBroken (fields `reason`, `text`, `until`).
    """
    with refusals_noted(EXCLUDED, about=item), as_system():
        listed.check_propose(by)
        row, one = _locked(item)
        listed.check_change(by, row)
        wanted = _exclusion(one, reason, text, until)
        if one.state == ItemState.EXCLUDED and _same(one, wanted):
            return one
        if one.state not in (ItemState.OPEN, ItemState.EXCLUDED):
            raise RuleBroken(f"Uitzonderen kan niet meer: {one.get_state_display()}.")
        approver = _reopen(row)
        one.state, one.excluded_by_name, one.excluded_at = ItemState.EXCLUDED, by.name, database_now()
        _set(one, wanted)
        _save_item(one)
        facts = {"reason": one.excluded_reason, "until": until} | _changed(row, by, approver)
        record(act=EXCLUDED, obj=one, dossier=listed.named(one), facts=facts)
    return one


def include_again(*, item: ListItem, by: Membership) -> ListItem:
    """Take back in what was left out, where its date has still passed and nothing keeps it; again changes nothing.

    Raises PermissionDenied, RuleBroken.
    """
    with refusals_noted(INCLUDED, about=item), as_system():
        listed.check_propose(by)
        lock()
        row, one = _locked(item)
        listed.check_change(by, row)
        if one.state == ItemState.OPEN:
            return one
        _check_fits_again(row, one)
        approver = _reopen(row)
        one.state, one.excluded_by_name, one.excluded_at = ItemState.OPEN, "", None
        _set(one, {"excluded_reason": "", "excluded_text": None, "excluded_until": None})
        _save_item(one)
        record(act=INCLUDED, obj=one, dossier=listed.named(one), facts=_changed(row, by, approver))
    return one


def approve(*, destruction_list: DestructionList, number: str, sha256: str, by: Membership) -> DestructionList:
    """Approve exactly the manifest with this hash; `number` is how many stand on it, as it was typed.

    The cooling-off period begins, by the database's clock. The same approval again changes nothing. Raises
    PermissionDenied, RuleBroken (field `number`): one's own list, changed since, another number, cancelled, begun.
    """
    with refusals_noted(APPROVED, about=destruction_list), as_system():
        row = _locked_list(destruction_list)
        if row.status == ListStatus.APPROVED and row.approved_by_id == by.pk and row.approved_sha256 == sha256:
            return row
        listed.check_approve(by, row)
        _check_as_seen(row, sha256)
        _check_number(row, number)
        moment = database_now()
        row.approved_by, row.approved_by_name, row.approved_at = by, by.name, moment
        row.approved_sha256, row.status = row.manifest_sha256, ListStatus.APPROVED
        row.starts_after = listed.cools_until(moment, row.cooling_off)
        row.save()
        facts = facts_of(row) | {"dossiers": listed.to_destroy(row), "until": row.starts_after}
        record(act=APPROVED, obj=row, facts=facts)
        _tell(with_role(Role.DIRECTIE, Role.FG, but=by.pk), "vernietiging_goedgekeurd", row, until=_moment(row))
    return row


def cancel(*, destruction_list: DestructionList, by: Membership) -> DestructionList:
    """Take a list back before it is carried out; its dossiers stay, and are free for a next list. Again: no change.

    What was left out of it stays out until its own day. Raises PermissionDenied, RuleBroken.
    """
    with refusals_noted(CANCELLED, about=destruction_list), as_system():
        row = _locked_list(destruction_list)
        if row.status == ListStatus.CANCELLED:
            return row
        listed.check_cancel(by, row)
        was = row.status
        kept = {"state": ItemState.KEPT, "kept_because": KeptBecause.WITHDRAWN}
        many = row.items.filter(state=ItemState.OPEN).update(**kept)  # once it has ended, nothing on it changes
        _void(row)
        row.status, row.cancelled_by_name, row.cancelled_at = ListStatus.CANCELLED, by.name, database_now()
        row.save()
        record(act=CANCELLED, obj=row, facts=facts_of(row) | {"dossiers": many, "before": was})
    return row


def retry_item(*, item: ListItem, by: Membership) -> ListItem:
    """Try again what failed; where its rows have gone already it goes on with its files. Again changes nothing.

    Raises PermissionDenied, RuleBroken.
    """
    with refusals_noted(RETRIED, about=item), as_system():
        listed.check_retry(by)
        row = _locked_item(item)
        if row.state in TO_DO:
            return row
        listed.check_retry_item(by, row)
        _once_more(row)
        row.save(update_fields=ONCE_MORE)
        record(act=RETRIED, obj=row, dossier=listed.named(row), facts={"list": str(row.destruction_list)})
        ring()
    return row


@transaction.atomic
def retry_all(*, destruction_list: DestructionList, by: Membership) -> int:
    """Try again all that failed on this list; how many that were. Raises PermissionDenied."""
    listed.check_retry(by)
    with as_system():
        failed = ListItem.objects.filter(destruction_list=destruction_list, state=ItemState.FAILED)
        rows = list(failed.select_for_update(of=("self",)).order_by("id"))
        for row in rows:
            _once_more(row)
        ListItem.objects.bulk_update(rows, ONCE_MORE, batch_size=500)
        if rows:
            facts = {"list": str(destruction_list), "dossiers": len(rows)}
            record(act=RETRIED, obj=destruction_list, facts=facts)
            ring()
    return len(rows)


def let_stand(*, item: ListItem, by: Membership) -> ListItem:
    """Keep, whole, what failed before anything of it went: the others get their proces-verbaal. Again: no change.

    Raises PermissionDenied, RuleBroken.
    """
    with refusals_noted(KEPT, about=item), as_system():
        listed.check_retry(by)
        row = _locked_item(item)
        if (row.state, row.kept_because) == (ItemState.KEPT, KeptBecause.NOT_DONE):
            return row
        listed.check_let_stand(by, row)
        keep_item(row, KeptBecause.NOT_DONE)
        ring()
    return row


# -- locking -----------------------------------------------------------------------------------------------------------
def _locked_list(row: DestructionList) -> DestructionList:
    found: DestructionList = DestructionList.objects.select_for_update(of=("self",)).get(pk=row.pk)
    return found


def _locked(item: ListItem) -> tuple[DestructionList, ListItem]:
    """The list before its item, as everything that touches both."""
    row = _locked_list(DestructionList(pk=item.destruction_list_id))
    one: ListItem = ListItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    one.destruction_list = row
    return row, one


def _locked_item(item: ListItem) -> ListItem:
    """Of a list that is being carried out, which nobody changes: as the worker does, without the list."""
    rows = ListItem.objects.select_for_update(of=("self",)).select_related("destruction_list")
    found: ListItem = rows.get(pk=item.pk)
    return found


# -- changing ----------------------------------------------------------------------------------------------------------
def _exclusion(one: ListItem, reason: str, text: str | None, until: date) -> dict[str, Any]:
    """What was asked, checked. Raises RuleBroken."""
    if reason not in ExclusionReason.values:
        raise RuleBroken("Kies waarom dit blijft.", "reason")
    if one.record_id is not None and text and text.strip():
        raise RuleBroken("Bij dit gegeven hoort geen dossier meer om woorden bij te bewaren. Kies de reden.", "text")
    if text and len(text) > WORDS:
        raise RuleBroken(f"Gebruik ten hoogste {WORDS} tekens.", "text")
    today = database_today()
    if until <= today:
        raise RuleBroken("Kies een dag na vandaag.", "until")
    if until > (last := add_term(today, LONGEST)):
        raise RuleBroken(f"Kies een dag tot en met {say(last)}. Daarna kunt u het opnieuw bekijken.", "until")
    wanted = {"excluded_reason": str(reason), "excluded_until": until}
    return wanted if text is None else wanted | {"excluded_text": texts.clean_text(text).strip() or None}


def _same(one: ListItem, wanted: dict[str, Any]) -> bool:
    try:
        return all(getattr(one, name) == value for name, value in wanted.items())
    except VaultError:
        return False


def _set(one: ListItem, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(one, name, value)


def _save_item(one: ListItem) -> None:
    """The words are sealed with the dossier's key. Raises RuleBroken where that is gone."""
    names = ("state", "excluded_reason", "excluded_text", "excluded_until", "excluded_by_name", "excluded_at")
    try:
        one.save(update_fields=names)
    except VaultError:
        raise RuleBroken("De sleutel van dit dossier is er niet meer. Laat de toelichting leeg.", "text") from None


def _check_fits_again(row: DestructionList, one: ListItem) -> None:
    """Raises RuleBroken for what may not be listed (any more)."""
    if one.state != ItemState.EXCLUDED:
        raise RuleBroken(f"Terugzetten kan niet meer: {one.get_state_display()}.")
    same = {name: getattr(one, name) for name in ("dossier_id", "data_class", "stuk_id", "record_id")}
    elsewhere = ListItem.objects.filter(state__in=BUSY_ITEMS, **same).select_related("destruction_list").first()
    if elsewhere is not None:
        raise RuleBroken(f"Dit staat nu op lijst {elsewhere.destruction_list}.")
    if one.record_id is not None:
        return
    found = terms.standings([one.dossier_id]).get(one.dossier_id)
    if found is None:
        raise RuleBroken("Dit dossier is er niet meer.")
    if row.kind in listable.BY_TERM and not found.due.is_due(database_today()):
        raise RuleBroken(f"De termijn is nu niet voorbij: {found.due.explanation}.")
    kept = listable.counted(terms.blocks([one.dossier_id]).get(one.dossier_id, []), row.kind, row.source)
    if kept:
        raise RuleBroken(f"Dit dossier blijft bewaard: {', '.join(block.label for block in kept)}.")


def _reopen(row: DestructionList) -> Membership | None:
    """Back to 'voorgesteld' before anything on it changes; whose approval fell with that."""
    if row.status == ListStatus.PROPOSED:
        return None
    approver = row.approved_by
    _void(row)
    row.status = ListStatus.PROPOSED
    row.save()
    return approver


def _changed(row: DestructionList, by: Membership, approver: Membership | None) -> dict[str, object]:
    """The list is now of who changed it as well, with a manifest of its own; nobody approved that. What the log says
    of it."""
    row.proposed_by, row.proposed_by_name, row.proposed_at = by, by.name, database_now()
    row.shaped_by = list(dict.fromkeys([*row.shaped_by, by.pk]))
    row.manifest = manifest.write(row, row.items.all())
    row.manifest_sha256 = manifest.sha256(row.manifest)
    row.save()
    if approver is not None and approver.pk != by.pk:
        _tell([approver], "vernietiging_vervallen", row)
    return facts_of(row) | {"approval_fell": approver is not None}


def _void(row: DestructionList) -> None:
    row.approved_by, row.approved_by_name, row.approved_at = None, "", None
    row.approved_sha256, row.starts_after = "", None


def _once_more(row: ListItem) -> None:
    row.state = ItemState.ERASED if row.erased_at else ItemState.OPEN
    if row.state == ItemState.ERASED:
        row.files = row.gone.get(FILES, [])
    row.error, row.attempts, row.leased_until = "", 0, None


# -- approving ---------------------------------------------------------------------------------------------------------
def _check_as_seen(row: DestructionList, sha256: str) -> None:
    """Who approves, approves what stood on the page, and that is what the rows say. Raises RuleBroken."""
    if sha256 != row.manifest_sha256:
        raise RuleBroken("Deze lijst is veranderd sinds u hem opende. Er is niets goedgekeurd. Lees hem opnieuw.")
    if manifest.sha256(manifest.write(row, row.items.all())) != row.manifest_sha256:
        raise RuleBroken("Deze lijst klopt niet met haar vastgelegde inhoud. Er is niets goedgekeurd. Trek haar in.")


def _check_number(row: DestructionList, number: str) -> None:
    many = listed.to_destroy(row)
    if not many:
        raise RuleBroken("Alles op deze lijst is uitgezonderd. Er is niets om goed te keuren.")
    if not re.fullmatch(r"[0-9]{1,9}", typed := number.strip().replace(".", "")) or int(typed) != many:
        raise RuleBroken("Dit aantal klopt niet. Typ hoeveel er op de lijst staan.", "number")


def _tell(members: list[Membership], kind: str, row: DestructionList, **facts: Any) -> None:
    once = f"{row}:{row.manifest_sha256[:16]}:{row.proposed_at.timestamp():.0f}"
    tell(members, kind=kind, once=once, path=reverse("retention:list", args=[row.pk]), number=str(row), **facts)


def _moment(row: DestructionList) -> str:
    return f"{timezone.localtime(row.starts_after):%d-%m-%Y om %H:%M uur}"
