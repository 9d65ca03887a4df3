"""What was destroyed, noted in the keyring: outside the database, and so never rolled back with it (ADR 0022).

Two notes, each sealed under a key of the bureau that survives rotation: `gone-<bureau>-<list>` says what went, so that
it can be destroyed again after a restore (retention.actions.replaying); `pv-<bureau>-<year>-<number>` holds the
evidence as it stood when the proces-verbaal was made, so that no number is given twice. No name or word of a client is
in them. When the term of the proces-verbaal has passed, both go; of its number an empty note stays.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from access.reach import database_now
from bureaus.tenancy import current_bureau_id
from retention import manifest
from retention.models import Certificate, DestructionList, ItemResult, ListItem, ProcesVerbaal
from vault import bureau_keys, cipher, keys
from vault.errors import KeyGone
from vault.fields import SealedField
from vault.keyring import keyring

# Of a moment that is over, or of what is gone. Where the annex with names lies is kept: a restore does not save it.
_NOT_KEPT = frozenset({"leased_until", "gone", "files", "attempts", "error"})
_PV = re.compile(r"pv-(\d+)-(\d+)-(\d+)")


@dataclass(frozen=True)
class GoneItem:
    """One dossier, stuk or legal record that went, and where to look for what is left of it, by table and store."""

    dossier_id: uuid.UUID
    dossier_number: str
    stuk_id: uuid.UUID | None
    record_id: uuid.UUID | None
    gone: dict[str, list[str]]

    @property
    def is_whole(self) -> bool:
        return self.stuk_id is None and self.record_id is None


@dataclass(frozen=True)
class Entry:
    """What one list destroyed."""

    list_id: uuid.UUID
    number: str
    noted_at: str
    items: tuple[GoneItem, ...]


@dataclass(frozen=True)
class Evidence:
    """The rows of a finished list by the label of their model, and the keys of its papers."""

    year: int  # and number of the proces-verbaal
    sequence: int
    rows: dict[str, list[dict[str, Any]]]
    keys: dict[uuid.UUID, bytes]

    @property
    def is_past(self) -> bool:
        """It went by its term: only its number is known."""
        return not self.rows

    @property
    def number(self) -> str:
        return f"{self.year}-{self.sequence:04}"


def write(row: DestructionList) -> None:
    """Note what this list destroyed and, once it is there, its proces-verbaal; again changes nothing.

    Durable on return. Inside the bureau's context. Also notes what an earlier, killed worker left unnoted.
    """
    names = keyring().names()
    _write_gone(row, names)
    _write_evidence(names)


def forget(list_id: uuid.UUID, *, paper: tuple[int, int] | None = None) -> None:
    """The term of this evidence has passed. `paper`: year and number of its proces-verbaal, which stay taken.

    No backup is left that could bring back what was destroyed. Durable on return; again changes nothing.
    """
    bureau_id = current_bureau_id()
    if paper is not None:  # before the other: a proces-verbaal without the note of what went keeps a restore shut
        _put(_pv_name(bureau_id, *paper), {"rows": {}, "keys": {}})
    keyring().destroy(f"gone-{bureau_id}-{list_id.hex}")


def entries(bureau_id: int) -> list[Entry]:
    """What was ever destroyed of this bureau, oldest list first. Raises Tampered, KeyGone."""
    found = [_entry(_get(name)) for name in keyring().names() if name.startswith(f"gone-{bureau_id}-")]
    return sorted(found, key=lambda one: (one.noted_at, one.number))


def evidence(bureau_id: int) -> Iterator[Evidence]:
    """The processen-verbaal of this bureau, in the order of their numbers. Raises Tampered, KeyGone."""
    for year, number in sorted(_numbers(bureau_id, keyring().names())):
        found = _get(_pv_name(bureau_id, year, number))
        known = {uuid.UUID(subject): bytes.fromhex(key) for subject, key in found["keys"].items()}
        yield Evidence(year, number, found["rows"], known)


def last_number(year: int) -> int:
    """The highest number of a proces-verbaal that the current bureau ever gave in this year; 0 where none.

    The database can be put back to an earlier day, the numbers that were handed out can't.
    """
    return max((number for of, number in _numbers(current_bureau_id(), keyring().names()) if of == year), default=0)


def row_of(model: type[models.Model], values: dict[str, Any]) -> models.Model:
    """A row as it was noted, not saved."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    known = {name: value for name, value in values.items() if name in fields}
    return model(**{name: _plain_field(fields[name]).to_python(value) for name, value in known.items()})


# -- what went -------------------------------------------------------------------------------------------------------
def _write_gone(row: DestructionList, names: frozenset[str]) -> None:
    name = f"gone-{row.bureau_id}-{row.pk.hex}"
    # Also of what failed after its rows had gone: that is not to come back either.
    items = list(ListItem.objects.filter(destruction_list=row, erased_at__isnull=False).order_by("erased_at", "id"))
    if name in names and not any(one.gone for one in items):
        return  # noted before it was destroyed for good, when it was still known where to look
    before = _get(name)["noted_at"] if name in names else None
    _put(name, {
        "list": row.pk,
        "number": str(row),
        "noted_at": before or database_now(),
        "items": [_gone_item(one) for one in items],
    })  # fmt: skip


def _gone_item(one: ListItem) -> dict[str, Any]:
    return {
        "dossier_id": one.dossier_id,
        "dossier_number": one.dossier_number,
        "stuk_id": one.stuk_id,
        "record_id": one.record_id,
        "gone": one.gone,
    }


def _entry(found: dict[str, Any]) -> Entry:
    items = tuple(
        GoneItem(_uuid(one["dossier_id"]), one["dossier_number"], _maybe(one["stuk_id"]), _maybe(one["record_id"]),
                 one["gone"])
        for one in found["items"]
    )  # fmt: skip
    return Entry(_uuid(found["list"]), found["number"], found["noted_at"], items)


# -- the proces-verbaal ------------------------------------------------------------------------------------------------
def _write_evidence(names: frozenset[str]) -> None:
    bureau_id = current_bureau_id()
    for row in ProcesVerbaal.objects.select_related("destruction_list").defer("facts"):
        name = _pv_name(bureau_id, row.year, row.number)
        if name not in names:
            _put(name, _evidence_of(row))


def _evidence_of(row: ProcesVerbaal) -> dict[str, Any]:
    found = row.destruction_list
    items = ListItem.objects.filter(destruction_list=found).defer("annex", "excluded_text", "gone")
    papers = [*ProcesVerbaal.objects.filter(pk=row.pk), *Certificate.objects.filter(destruction_list=found)]
    rows: Sequence[Any] = [found, *items, *ItemResult.objects.filter(item__destruction_list=found), *papers]
    noted: dict[str, list[dict[str, Any]]] = {}
    for one in rows:
        noted.setdefault(one._meta.label, []).append(_columns(one))
    return {"rows": noted, "keys": {str(one.pk): key for one in papers if (key := _key_of(one.pk))}}


def _columns(row: models.Model) -> dict[str, Any]:
    """Its columns as they are, without what is sealed for the dossier or is of the moment."""
    kept = (field for field in row._meta.concrete_fields if not isinstance(field, SealedField))
    return {field.attname: getattr(row, field.attname) for field in kept if field.attname not in _NOT_KEPT}


def _key_of(subject_id: uuid.UUID) -> str:
    """The key of a paper: what it opens is evidence without a name, and is kept as long."""
    try:
        return keys.subject_key(subject_id).key.hex()
    except KeyGone:
        return ""


def _numbers(bureau_id: int, names: frozenset[str]) -> list[tuple[int, int]]:
    found = (_PV.fullmatch(name) for name in names)
    return [(int(one[2]), int(one[3])) for one in found if one and int(one[1]) == bureau_id]


def _pv_name(bureau_id: int, year: int, number: int) -> str:
    return f"pv-{bureau_id}-{year}-{number}"


def _plain_field(field: Any) -> Any:
    return field.target_field if field.is_relation else field


# -- notes -------------------------------------------------------------------------------------------------------------
def _put(name: str, what: dict[str, Any]) -> None:
    key = bureau_keys.lasting_key(_bureau_of(name), "ledger")
    note = cipher.seal(key, manifest.canonical(what).encode(), generation=1, bound_to=("ledger", name))
    keyring().replace(name, note)


def _get(name: str) -> dict[str, Any]:
    key = bureau_keys.lasting_key(_bureau_of(name), "ledger")
    found: dict[str, Any] = json.loads(cipher.unseal(key, keyring().get(name), bound_to=("ledger", name)))
    return found


def _bureau_of(name: str) -> int:
    return int(name.split("-")[1])


def _uuid(text: str) -> uuid.UUID:
    return uuid.UUID(text)


def _maybe(text: str | None) -> uuid.UUID | None:
    return uuid.UUID(text) if text else None
