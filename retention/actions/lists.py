"""Proposing what is to be destroyed: every night what is due, by hand, on request, and one stuk as a correction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from access.actions.refusals import refusals_noted
from access.models import Membership
from access.reach import as_system, database_now
from access.rules import RuleBroken
from bureaus import reglement
from bureaus.leases import one_at_a_time
from dossiers.models import Dossier, Stuk
from journal.actions import record
from retention import listable, listed, manifest, terms
from retention.access import NOBODY
from retention.clock import database_today
from retention.models import DestructionList, ListItem, ListKind, ListStatus

PROPOSED = "vernietiging.voorgesteld"
AT_MOST = 5_000  # items on one list
BY_HAND = 500  # numbers typed at once


@transaction.atomic
def propose_due(*, today: date | None = None) -> list[DestructionList]:
    """The nightly lists: all that is due on this day, free of blocks and on no list; nothing due, no list.

    Two rounds at once make one: the second waits, and finds nothing left. Own copies of what was handed over stand on
    a list of their own. Raises NoReglement.
    """
    with as_system():
        lock()
        found = listable.due(today or database_today())
        return [
            _make(kind, some, reference=today or database_today())
            for kind, items in found.items()
            for some in _parts(items)
        ]


def propose(*, numbers: Iterable[str], by: Membership) -> DestructionList:
    """A list of chosen dossiers; each has to be due and free. A double click is one list.

    What was excluded until later may be listed by hand. Raises PermissionDenied, RuleBroken (field `numbers`).
    """
    listed.check_propose(by)
    # What was typed may be anything, a name as well: that refusal is not for the log.
    dossiers, today = _named(numbers), database_today()
    with refusals_noted(PROPOSED), as_system():
        lock()
        if (same := _same_click(dossiers, by)) is not None:
            return same
        _check_listable(dossiers, today)
        standings = listable.free_of([one.pk for one in dossiers], today)
        kinds = {listable.kind_of(one) for one in standings.values()}
        if len(kinds) > 1:
            raise RuleBroken("Wat is overgedragen, staat op een eigen lijst. Kies die dossiers apart.", "numbers")
        return _make(kinds.pop(), list(listable.items_of(standings, today).values()), reference=today, by=by)


def propose_request(*, dossier: Dossier, by: Membership, answer_by: date, source: str) -> DestructionList:
    """Destroy a dossier on request, before its term (werkid 14: within three months). The same source is one list.

    `source` names the request, never a person. A considerable interest of another, a lawsuit or a running traject
    keeps it. Raises PermissionDenied, RuleBroken.
    """
    _check_staff(by)
    with refusals_noted(PROPOSED, dossier=dossier), as_system():
        lock()
        if (there := _of_source(source, ListKind.REQUEST)) is not None:
            return there
        _check_free(dossier, ListKind.REQUEST, source)
        if (on := listable.busy([dossier.pk]).get(dossier.pk)) is not None:
            raise RuleBroken(f"Dossier {dossier.number} staat al op lijst {on.destruction_list}.")
        today = database_today()
        item = listable.items_of(terms.standings([dossier.pk]), today, ListKind.REQUEST)[dossier.pk]
        item.article = reglement.in_force().requests.destruction.article[:60]
        return _make(ListKind.REQUEST, [item], reference=today, by=by, source=source, answer_by=answer_by)


def propose_stuk(*, stuk: Stuk, by: Membership, source: str) -> DestructionList:
    """Destroy one stuk as a correction; its dossier lives on with a tombstone (jmwerkt 6.1.4). One list a source.

    Raises PermissionDenied, RuleBroken.
    """
    _check_staff(by)
    with refusals_noted(PROPOSED, dossier=stuk.dossier), as_system():
        lock()
        if (there := _of_source(source, ListKind.CORRECTION)) is not None:
            return there
        _check_free(stuk.dossier, ListKind.CORRECTION, source)
        if (on := listable.busy_stuk(stuk)) is not None:
            raise RuleBroken(f"Dit stuk staat al op lijst {on.destruction_list}.")
        item = listable.item_of_stuk(stuk, reglement.in_force().requests.correction.article[:60])
        return _make(ListKind.CORRECTION, [item], reference=database_today(), by=by, source=source)


def lock() -> None:
    """One at a time of a bureau's rounds and proposals: numbers without gaps, and no dossier on two lists."""
    one_at_a_time("vernietigingslijst")


# -- checking ----------------------------------------------------------------------------------------------------------
def _check_staff(by: Membership) -> None:
    """Who may carry out a request is asked where requests are decided; never from outside the bureau."""
    if not by.is_staff_member:
        raise PermissionDenied("Vernietigen stelt alleen iemand voor die hier werkt.")


def _named(numbers: Iterable[str]) -> list[Dossier]:
    """The dossiers with these numbers. Raises RuleBroken, naming the numbers that are none."""
    wanted = list(dict.fromkeys(one.strip().upper() for one in numbers if one.strip()))
    if not wanted:
        raise RuleBroken("Vul ten minste één dossiernummer in.", "numbers")
    if len(wanted) > BY_HAND:
        raise RuleBroken(f"Zet ten hoogste {BY_HAND} dossiers tegelijk op een lijst.", "numbers")
    rows = Dossier.objects.filter(number__in=[one for one in wanted if one.isprintable()])
    found = {one.number: one for one in rows.select_related("traject")}
    missing = [number for number in wanted if number not in found]
    if missing:
        raise RuleBroken(f"Dit dossiernummer bestaat niet: {_few(missing)}.", "numbers")
    return [found[number] for number in wanted]


def _same_click(dossiers: Sequence[Dossier], by: Membership) -> DestructionList | None:
    """The list that this very person just made of these very dossiers, and nobody changed."""
    there = listable.busy([one.pk for one in dossiers])
    lists = {one.destruction_list_id: one.destruction_list for one in there.values()}
    row = next(iter(lists.values()), None)
    if row is None or len(lists) > 1 or len(there) != len(dossiers) or row.items.count() != len(dossiers):
        return None
    return row if row.proposed_by_id == by.pk and row.status == ListStatus.PROPOSED else None


def _check_listable(dossiers: Sequence[Dossier], today: date) -> None:
    refused = listable.refusals(dossiers, today)
    if refused:
        raise RuleBroken(f"Dit kan nu niet op een lijst. {_few(refused, '; ')}.", "numbers")


def _check_free(dossier: Dossier, kind: ListKind, source: str) -> None:
    kept = listable.counted(terms.blocks([dossier.pk]).get(dossier.pk, []), kind, source)
    if kept:
        raise RuleBroken(f"Dossier {dossier.number} blijft bewaard: {', '.join(one.label for one in kept)}.")


def _of_source(source: str, kind: ListKind) -> DestructionList | None:
    if not source:
        raise RuleBroken("Noem het verzoek waar deze vernietiging bij hoort.", "source")
    rows = DestructionList.objects.filter(source=source, kind=kind).exclude(status=ListStatus.CANCELLED)
    row: DestructionList | None = rows.first()
    return row


def _few(texts: Sequence[str], between: str = ", ") -> str:
    shown = between.join(text[:160] for text in texts[:10])
    return shown if len(texts) <= 10 else f"{shown}{between}en nog {len(texts) - 10}"


# -- making ------------------------------------------------------------------------------------------------------------
def _parts(items: Sequence[ListItem]) -> Iterable[list[ListItem]]:
    ordered = sorted(items, key=lambda one: one.dossier_number)
    return [ordered[at : at + AT_MOST] for at in range(0, len(ordered), AT_MOST)]


def _make(
    kind: ListKind, items: Sequence[ListItem], *, reference: date, by: Membership | None = None, source: str = "",
    answer_by: date | None = None,
) -> DestructionList:  # fmt: skip
    """The list with its manifest, numbered; one journal line."""
    version = reglement.version_in_force()
    rules, year = version.rules.retention.destruction, database_today().year
    row = DestructionList(
        year=year, number=_next_number(year), kind=kind, reference_date=reference, reglement_version=version.version,
        four_eyes=rules.four_eyes, cooling_off=rules.cooling_off, source=source[:80], answer_by=answer_by,
        proposed_by=by, proposed_by_name=by.name if by else NOBODY, proposed_at=database_now(),
        shaped_by=[by.pk] if by else [],
    )  # fmt: skip
    for one in items:
        one.destruction_list = row
    row.manifest = manifest.write(row, items)
    row.manifest_sha256 = manifest.sha256(row.manifest)
    row.save(force_insert=True)
    ListItem.objects.bulk_create(items, batch_size=1_000)
    record(act=PROPOSED, obj=row, facts=facts_of(row) | {"dossiers": len(items), "reference_date": reference})
    return row


def facts_of(row: DestructionList) -> dict[str, object]:
    """What every line about a list says."""
    return {"list": str(row), "kind": row.kind, "sha256": row.manifest_sha256}


def _next_number(year: int) -> int:
    last = DestructionList.objects.filter(year=year).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1
