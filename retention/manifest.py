"""The manifest of a destruction list: what exactly is approved, as canonical JSON without a name or a word of content.

Pure: rows in, text out. The same list gives the same bytes wherever it is written, so that its SHA-256 says it all.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from retention.models import DestructionList, ItemState, ListItem

FORM = 1  # which shape of manifest this is
OF_A_LIST = (
    "year", "number", "kind", "reference_date", "reglement_version", "four_eyes", "cooling_off", "source", "answer_by",
)  # fmt: skip
OF_AN_ITEM = (
    "dossier_id", "dossier_number", "data_class", "stuk_id", "record_id", "period_from", "period_until", "trigger",
    "trigger_on", "term", "due_on", "article", "counts", "paper", "retained",
)  # fmt: skip


def write(destruction_list: DestructionList, items: Iterable[ListItem]) -> str:
    """The manifest of a list with these items, as they stand before anything is carried out.

    An item that is excluded stays in it with its reason and date, and without the words that were typed.
    """
    return canonical(
        {
            "form": FORM,
            "list": {name: getattr(destruction_list, name) for name in OF_A_LIST},
            "items": [_item(one) for one in sorted(items, key=_order)],
        }
    )


def canonical(value: Any) -> str:
    """JSON with its keys in order, no space to spare and dates as ISO 8601."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)


def sha256(manifest: str) -> str:
    return hashlib.sha256(manifest.encode()).hexdigest()


def read(manifest: str) -> dict[str, Any]:
    """What stands in a manifest: `form`, `list` and `items`. Raises ValueError where it is none."""
    found: dict[str, Any] = json.loads(manifest)
    return found


def is_approved(destruction_list: DestructionList, items: Iterable[ListItem]) -> bool:
    """Whether this list with these items is, to the letter, what somebody approved."""
    return sha256(write(destruction_list, items)) == destruction_list.approved_sha256 != ""


def names(destruction_list: DestructionList, item: ListItem) -> bool:
    """Whether the approved manifest holds this item, and not as one that was excluded."""
    approved, held = _held(destruction_list.manifest)
    return approved == destruction_list.approved_sha256 and _which(_item(item)) in held


@lru_cache(maxsize=4)
def _held(text: str) -> tuple[str, frozenset[tuple[str, ...]]]:
    """Read once for a run of thousands."""
    return sha256(text), frozenset(_which(one) for one in read(text)["items"] if "excluded" not in one)


def _which(facts: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(facts[name]) for name in ("dossier_id", "dossier_number", "data_class", "stuk_id", "record_id"))


def _item(one: ListItem) -> dict[str, Any]:
    facts = {name: getattr(one, name) for name in OF_AN_ITEM}
    if one.state == ItemState.EXCLUDED:
        facts["excluded"] = {"reason": one.excluded_reason, "until": one.excluded_until}
    return facts


def _order(one: ListItem) -> tuple[str, ...]:
    return (one.dossier_number, str(one.dossier_id), one.data_class, str(one.stuk_id), str(one.record_id))


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a manifest")
