"""What may be put on a destruction list at this moment, and why the rest may not. Reads only; computed anew each time.

Called within the reach of the system: what is counted holds the concepts of everybody.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from bureaus.schema import DataClass
from dossiers.models import Dossier, StoredFile, Stuk
from retention import papers_held, terms
from retention.models import BUSY_ITEMS, DueDate, HoldKind, ItemState, LegalRecord, ListItem, ListKind
from retention.rules import say
from retention.terms import Block, Standing
from vault import keys
from vault.errors import VaultError

# A dossier is listed of itself by its term alone; on request and as a correction by a decision about that one.
BY_TERM = (ListKind.TERM, ListKind.TRANSFER)
RUNNING_TRAJECTS = (terms.OWN_TRAJECT, terms.OTHER_TRAJECT)
# What does not keep a list of this kind: for one stuk, that the traject runs on.
NOT_COUNTED: Mapping[str, tuple[str, ...]] = {ListKind.CORRECTION: RUNNING_TRAJECTS}
MANIFEST = "destruction_list__manifest"  # up to some MB of a whole list, read by who approves or erases alone
Rows = dict[uuid.UUID, dict[str, Any]]


def due(today: date) -> dict[ListKind, list[ListItem]]:
    """Everything that is due on this day, free of blocks and on no list, by the kind of its list; constant queries.

    What was on a list of this very day already is left for another day: a second round of the day makes no second list.
    """
    ids = list(_candidates(today).values_list("dossier_id", flat=True))
    free = free_of(ids, today)
    made = items_of(free, today)
    found = {kind: [made[key] for key, one in free.items() if kind_of(one) == kind] for kind in BY_TERM}
    found[ListKind.TERM] += _records(today)
    return {kind: items for kind, items in found.items() if items}


def free_of(dossier_ids: Sequence[uuid.UUID], today: date) -> dict[uuid.UUID, Standing]:
    """Of these the ones whose term has passed, computed anew, and that nothing keeps."""
    kept = terms.blocks(dossier_ids)
    standings = terms.standings(dossier_ids)
    return {key: one for key, one in sorted(standings.items()) if one.due.is_due(today) and key not in kept}


def counted(blocks: Iterable[Block], kind: str, source: str) -> list[Block]:
    """The blocks that keep a dossier from a list of this kind and source.

    The request that the list carries out does not keep what it asks to destroy; another request does.
    """
    return [one for one in blocks if one.kind not in NOT_COUNTED.get(kind, ()) and not _asks_it(one, kind, source)]


def _asks_it(block: Block, kind: str, source: str) -> bool:
    return kind not in BY_TERM and block.kind == HoldKind.REQUEST and bool(source) and block.source == source


def kind_of(standing: Standing) -> ListKind:
    return ListKind.TRANSFER if standing.chosen.rule.is_transfer else ListKind.TERM


def busy(dossier_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, ListItem]:
    """The open list that each of these dossiers stands on as a whole."""
    rows = ListItem.objects.filter(dossier_id__in=list(dossier_ids), state__in=BUSY_ITEMS, stuk_id=None, record_id=None)
    return {one.dossier_id: one for one in rows.select_related("destruction_list").defer(MANIFEST)}


def busy_stuk(stuk: Stuk) -> ListItem | None:
    """The open list that this one stuk stands on: what the database holds against a second one."""
    rows = ListItem.objects.filter(stuk_id=stuk.pk, state__in=BUSY_ITEMS)
    found: ListItem | None = rows.select_related("destruction_list").defer(MANIFEST).first()
    return found


def refusals(dossiers: Sequence[Dossier], today: date) -> list[str]:
    """For each of these that can't be listed now, why, by its number."""
    ids = [one.pk for one in dossiers]
    standings, kept, there = terms.standings(ids), terms.blocks(ids), busy(ids)
    found = ((one.number, _why(standings[one.pk], kept.get(one.pk, []), there.get(one.pk), today)) for one in dossiers)
    return [f"{number}: {why}" for number, why in found if why]


def items_of(
    standings: Mapping[uuid.UUID, Standing], today: date, kind: str = ListKind.TERM
) -> dict[uuid.UUID, ListItem]:
    """An item for each of these dossiers; four queries. On request there is no term that passed."""
    facts = _facts(list(standings))
    by_term = kind in BY_TERM
    return {key: _item(facts[key], one, today, by_term=by_term) for key, one in standings.items() if key in facts}


def item_of_stuk(stuk: Stuk, article: str) -> ListItem:
    """One stuk of a dossier that lives on (jmwerkt 6.1.4)."""
    files = StoredFile.objects.filter(stuk=stuk).aggregate(files=Count("pk"), bytes=Coalesce(Sum("size"), Value(0)))
    return ListItem(
        dossier_id=stuk.dossier_id, dossier_number=stuk.dossier.number, data_class=DataClass.DOSSIER, stuk_id=stuk.pk,
        period_from=stuk.date, period_until=stuk.date, article=article,
        counts={"stukken": 1, "files": files["files"], "bytes": int(files["bytes"])},
    )  # fmt: skip


# -- finding -----------------------------------------------------------------------------------------------------------
def _candidates(today: date) -> QuerySet[Any]:
    """By what was last computed: the dates are looked at again before anything is listed."""
    rows: QuerySet[Any] = DueDate.objects.filter(due_on__lte=today).order_by("dossier_id")
    return rows.filter(~Exists(_in_the_way(today, stuk_id=None, record_id=None, dossier_id=OuterRef("dossier_id"))))


def _in_the_way(today: date, **which: Any) -> QuerySet[Any]:
    """An item on an open list, one that was excluded until later, or one of a list of this day."""
    rows: QuerySet[Any] = ListItem.objects.filter(**which)
    of_today = Q(destruction_list__reference_date=today, destruction_list__kind__in=BY_TERM)
    return rows.filter(
        Q(state__in=BUSY_ITEMS) | Q(state=ItemState.EXCLUDED, excluded_until__gt=today) | of_today
    )  # fmt: skip


def _why(standing: Standing, kept: Sequence[Block], there: ListItem | None, today: date) -> str:
    if there is not None:
        return f"staat al op lijst {there.destruction_list}"
    if standing.due.on is None:
        return f"er is nog geen datum ({standing.due.explanation})"
    if not standing.due.is_due(today):
        return f"de termijn loopt nog tot {say(standing.due.on)}"
    return ", ".join(one.label for one in kept)


# -- items -------------------------------------------------------------------------------------------------------------
def _facts(ids: Sequence[uuid.UUID]) -> Rows:
    """Number, period, paper and how much there is of each dossier."""
    dossiers = Dossier.objects.filter(pk__in=ids).order_by()
    rows: Rows = {
        one.pop("pk"): one
        for one in dossiers.values(
            "pk", "number", begins=F("traject__registered_on"),
            ends=Coalesce("traject__traject_ended_on", "traject__service_closed_on"),
        )
    }  # fmt: skip
    stukken = Stuk.objects.filter(dossier_id__in=ids).order_by().values("dossier_id").annotate(n=Count("pk"))
    files = StoredFile.objects.filter(dossier_id__in=ids).order_by().values("dossier_id")
    many = {one["dossier_id"]: one["n"] for one in stukken}
    much = {one["dossier_id"]: one for one in files.annotate(n=Count("pk"), size=Sum("size"))}
    paper = papers_held.places(ids)
    for key, row in rows.items():
        stored = much.get(key, {"n": 0, "size": 0})
        row["counts"] = {"stukken": many.get(key, 0), "files": stored["n"], "bytes": int(stored["size"])}
        row |= {"dossier_id": key, "paper": paper.get(key, "")}
    return rows


def _item(row: Mapping[str, Any], standing: Standing, today: date, *, by_term: bool) -> ListItem:
    item = ListItem(
        dossier_id=row["dossier_id"], dossier_number=row["number"], data_class=DataClass.DOSSIER,
        period_from=row["begins"], period_until=row["ends"], counts=row["counts"], paper=row["paper"],
        retained=_retained(standing, today), action=standing.chosen.rule.action.value,
    )  # fmt: skip
    if by_term:
        rule = standing.chosen.rule
        item.trigger, item.trigger_on = rule.trigger.value, standing.trigger_dates.get(rule.trigger)
        item.term, item.due_on, item.article = rule.term, standing.due.on, rule.article[:60]
    return item


def _retained(standing: Standing, today: date) -> list[dict[str, Any]]:
    """What the law keeps of it from this day on (jmwerkt 8.1.2). Without its date it is kept as well."""
    rule, until = standing.legal_chosen.rule, standing.legal.on
    if until is not None and until <= today:
        return []
    return [
        {
            "what": DataClass.LEGALLY_REQUIRED.label, "term": rule.term,
            "until": until.isoformat() if until else None, "ground": rule.article,
        }
    ]  # fmt: skip


def _records(today: date) -> list[ListItem]:
    """What the law kept of dossiers that are gone, now past its own term."""
    rows = LegalRecord.objects.filter(due_on__lte=today)
    found = list(rows.filter(~Exists(_in_the_way(today, record_id=OuterRef("pk")))))
    keys.prefetch(one.pk for one in found)
    return [_item_of_record(one) for one in found]


def _item_of_record(one: LegalRecord) -> ListItem:
    begins, ends = _period(one)
    return ListItem(
        dossier_id=one.dossier_id, dossier_number=one.dossier_number, data_class=DataClass.LEGALLY_REQUIRED,
        record_id=one.pk, period_from=begins, period_until=ends, trigger=one.trigger, trigger_on=one.trigger_on,
        term=one.term, due_on=one.due_on, article=one.article, counts={"records": 1},
    )  # fmt: skip


def _period(one: LegalRecord) -> tuple[date, date]:
    """From its sealed fields; by its trigger alone where those can't be opened any more."""
    try:
        known = (one.content.get(name) for name in ("registered_on", "ended_on"))
        begins, ends = (date.fromisoformat(day) if day else one.trigger_on for day in known)
    except (VaultError, ValueError, AttributeError):
        return one.trigger_on, one.trigger_on
    return begins, ends
