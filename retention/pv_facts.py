"""What stands in a proces-verbaal van vernietiging (DOMAIN 6): gathered in one place, without a name of a client.

`gather` gives the facts of the whole; `lines` one line for each dossier of the list. Reads only.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from bureaus.models import Bureau, Reglement
from bureaus.reglement import in_force
from bureaus.schema import DataClass
from bureaus.tenancy import current_bureau_id
from retention.models import FILES, KEYS, SEARCH, Certificate, DestructionList, ItemResult, ItemState, ListItem
from retention.rules import add_term
from vault.archives import as_json

FORM = 1  # which shape of facts this is
EXECUTOR = "Dossierwacht, automatisch na de goedkeuring"
GONE = (ItemState.ERASED, ItemState.CLEARED, ItemState.DESTROYED)
NOT_ROWS = (FILES, KEYS, SEARCH)


def gather(row: DestructionList, *, number: str, made_at: datetime) -> dict[str, Any]:
    """The facts of a list that was carried out; ten queries, whatever the number of dossiers."""
    items = ListItem.objects.filter(destruction_list=row)
    gone = items.filter(state__in=GONE)
    ended = _ended_at(gone) or made_at
    rules = in_force().retention
    kept_for = rules.rule(DataClass.PROCES_VERBAAL)
    return {
        "form": FORM,
        "number": number,
        "made_at": made_at,
        "bureau": _bureau(),
        "reglement": _reglement(row, gone),
        "basis": {"kind": row.kind, "label": row.get_kind_display(), "source": row.source},
        "list": _list(row),
        "people": _people(row),
        "groups": list(_groups(gone)),
        "counts": _counts(gone),
        "excluded": list(_excluded(items)),
        "kept": list(_kept(items)),
        "retained": _retained(gone),
        "holds_checked": _between(gone, "holds_checked_at"),
        "run": {"started_at": row.started_at, "ended_at": ended, "generation": row.generation},
        "paper": _paper(row, gone),
        "verified": _verified(row),
        "backups_expire_on": add_term(timezone.localdate(ended), rules.destruction.backups_expire_after),
        "keep_until": add_term(timezone.localdate(made_at), kept_for.term),
    }


def lines(row: DestructionList) -> Iterator[dict[str, Any]]:
    """What became of each dossier that went, in the order of their numbers."""
    items = ListItem.objects.filter(destruction_list=row, state__in=GONE).order_by("dossier_number", "id")
    rows = items.annotate(rows=Coalesce(Sum("results__removed", filter=~Q(results__store__in=NOT_ROWS)), 0))
    for item in rows.defer("annex", "excluded_text", "gone"):
        yield {
            "number": item.dossier_number,
            "class": item.data_class,
            "part": "stuk" if item.stuk_id else "",
            "from": item.period_from,
            "until": item.period_until,
            "trigger": item.trigger,
            "trigger_on": item.trigger_on,
            "term": item.term,
            "due_on": item.due_on,
            "article": item.article,
            "stukken": item.counts.get("stukken", 0),
            "files": item.counts.get("files", 0),
            "bytes": item.counts.get("bytes", 0),
            "rows": item.rows,
            "retained": item.retained,
            "paper": bool(item.paper),
            "erased_at": item.erased_at,
        }


def plain(value: Any) -> Any:
    """The same with dates as text, as a column of JSON gives it back."""
    return json.loads(as_json(value))


# -- who decided what ------------------------------------------------------------------------------------------------
def _bureau() -> dict[str, str]:
    bureau = Bureau.objects.get(pk=current_bureau_id())
    return {"name": bureau.legal_name, "kvk": bureau.kvk}


def _reglement(row: DestructionList, gone: Any) -> dict[str, Any]:
    version = Reglement.objects.filter(version=row.reglement_version).first()
    articles = gone.exclude(article="").order_by().values_list("article", flat=True).distinct()
    return {
        "title": version.title if version else "",
        "version": row.reglement_version,
        "articles": sorted(articles),
    }


def _list(row: DestructionList) -> dict[str, Any]:
    return {
        "number": str(row),
        "reference_date": row.reference_date,
        "manifest_sha256": row.manifest_sha256,
        "answer_by": row.answer_by,
    }


def _people(row: DestructionList) -> dict[str, Any]:
    return {
        "proposer": row.proposed_by_name,
        "by_itself": row.proposed_by_id is None,
        "proposed_at": row.proposed_at,
        "approver": row.approved_by_name,
        "approved_at": row.approved_at,
        "four_eyes": row.four_eyes,
        "cooling_off": row.cooling_off,
        "starts_after": row.starts_after,
        "executor": EXECUTOR,
    }


# -- what went -------------------------------------------------------------------------------------------------------
def _groups(gone: Any) -> Iterator[dict[str, Any]]:
    """How many went by which rule."""
    rule = ("data_class", "trigger", "term", "article", "single")
    rows = gone.annotate(single=Q(stuk_id__isnull=False)).order_by(*rule)
    yield from rows.values(*rule).annotate(items=Count("pk"))


def _counts(gone: Any) -> dict[str, int]:
    """Stukken as they were counted in the manifest; the rest as it was removed, store by store."""
    stukken = sum(counts.get("stukken", 0) for counts in gone.order_by().values_list("counts", flat=True))
    removed = _stores(ItemResult.objects.filter(item__in=gone))
    return {
        "items": gone.count(),
        "dossiers": gone.order_by().values("dossier_id").distinct().count(),
        "stukken": stukken,
        "files": removed[FILES]["removed"],
        "bytes": removed[FILES]["size"],
        "rows": sum(one["removed"] for store, one in removed.items() if store not in NOT_ROWS),
        "keys": removed[KEYS]["removed"],
    }


def _stores(results: Any) -> dict[str, dict[str, int]]:
    found = {store: {"removed": 0, "size": 0, "left": 0, "unseen": 0} for store in NOT_ROWS}
    rows = results.order_by().values("store").annotate(
        n=Sum("removed"), bytes=Sum("size"), rest=Coalesce(Sum("left"), 0), unseen=Count("pk", filter=Q(left=None))
    )  # fmt: skip
    for row in rows:
        found[row["store"]] = {
            "removed": int(row["n"]), "size": int(row["bytes"]), "left": int(row["rest"]), "unseen": row["unseen"],
        }  # fmt: skip
    return found


def _verified(row: DestructionList) -> dict[str, Any]:
    """What was found by looking afterwards, and what nobody looked at."""
    results = ItemResult.objects.filter(item__destruction_list=row, item__state__in=GONE)
    stores = _stores(results)
    return {
        "rows_left": sum(one["left"] for store, one in stores.items() if store not in NOT_ROWS),
        "files_left": stores[FILES]["left"],
        "keys_left": stores[KEYS]["left"],
        "found": stores[SEARCH]["left"],
        "unseen": sum(one["unseen"] for one in stores.values()),
        "checked_at": results.aggregate(last=Max("checked_at"))["last"],
    }


def _ended_at(gone: Any) -> datetime | None:
    last: datetime | None = gone.aggregate(last=Max("erased_at"))["last"]
    return last


def _between(gone: Any, moment: str) -> dict[str, datetime | None]:
    found: dict[str, datetime | None] = gone.aggregate(first=Min(moment), last=Max(moment))
    return found


def _paper(row: DestructionList, gone: Any) -> dict[str, Any] | None:
    """How many were on paper too, and by whose word that is gone (pluspunt 3.5); None where there was none."""
    dossiers = gone.exclude(paper="").count()
    found = Certificate.objects.filter(destruction_list=row).first()
    if not dossiers and found is None:
        return None
    known = {"company": found.company, "reference": found.reference, "destroyed_on": found.destroyed_on,
             "sha256": found.file_sha256} if found else {}  # fmt: skip
    return {"dossiers": dossiers, **known}


# -- what did not go -------------------------------------------------------------------------------------------------
def _excluded(items: Any) -> Iterator[dict[str, Any]]:
    for one in items.filter(state=ItemState.EXCLUDED).defer("annex", "excluded_text").order_by("dossier_number", "id"):
        reason = one.get_excluded_reason_display()
        yield {"number": one.dossier_number, "reason": reason, "until": one.excluded_until}


def _kept(items: Any) -> Iterator[dict[str, str]]:
    """Found at their turn to have a hold or another date; and what failed and was left for another list."""
    rows = items.filter(state__in=(ItemState.KEPT, ItemState.OPEN, ItemState.FAILED)).defer("annex", "excluded_text")
    for one in rows.order_by("dossier_number", "id"):
        yield {"number": one.dossier_number, "because": one.kept_because or str(one.state)}


def _retained(gone: Any) -> list[dict[str, Any]]:
    """What the law keeps, by ground and term: of how many dossiers, and until when at the latest."""
    many: Counter[tuple[str, str, str]] = Counter()
    until: dict[tuple[str, str, str], list[date | str]] = {}
    for held in gone.order_by().values_list("retained", flat=True):
        for one in held:
            key = (one.get("what", ""), one.get("term", ""), one.get("ground", ""))
            many[key] += 1
            until.setdefault(key, []).append(one.get("until") or "")
    return [
        {"what": what, "term": term, "ground": ground, "dossiers": many[what, term, ground],
         **_ends(until[what, term, ground])}
        for what, term, ground in sorted(many)
    ]  # fmt: skip


def _ends(days: Iterable[Any]) -> Mapping[str, Any]:
    known = sorted(str(day) for day in days if day)
    return {"first": known[0], "last": known[-1]} if known else {"first": None, "last": None}
