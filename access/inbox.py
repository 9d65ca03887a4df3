"""Directie's inbox: everything that waits for a decision of this person, whichever part of the product asks it.

Each part registers what it has to decide, in its AppConfig.ready:

    inbox.provide(items_for, waiting=rows_for, title="Verzoeken om inzage")

`items_for(member)` gives Items, only what this member may decide. `waiting(member)` gives the same rows as a
queryset, or None where there is nothing for this member: what waits of all parts together is one query, for the count
beside the menu's entry and for the work list. It is asked with every page of who decides, and written into SQL once
for each of them: a `waiting` looks at the member's id, account and roles, the context, the reglement and the day, and
at nothing else; the moment in it is the database's. `page` is where the work list leads to.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from access.models import Membership, Role
from bureaus import reglement
from bureaus.models import Bureau
from bureaus.tenancy import Context, current

# Who decides about anything at all; for the others there is no inbox, and nothing is asked of the database.
DECIDERS = (Role.DIRECTIE, Role.FG, Role.BEHEERDER)


@dataclass(frozen=True)
class Item:
    """One thing to decide, with what is needed to decide it in view.

    `title` is the question in one line; `facts` are label and text. `url` is the page of its own. `template` is shown
    below the facts, with `item` and with `context` as `answers` in it: the forms by which it is decided from the list.
    `decide_url` is for who has no form in the list: a button that goes there.
    """

    kind: str
    title: str
    facts: Sequence[tuple[str, str]]
    asked_at: datetime
    by_name: str
    url: str
    decide_url: str = ""
    icon: str = "inbox"
    key: str = ""
    template: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)


Find = Callable[[Membership], Iterable[Item]]
Waiting = Callable[[Membership], "QuerySet[Any] | None"]


@dataclass(frozen=True)
class Part:
    """One kind of thing to decide. `urgent`: it stays red until it is decided."""

    find: Find
    waiting: Waiting
    title: str
    page: str
    urgent: bool


@dataclass(frozen=True)
class Waits:
    """How many of one part wait for somebody."""

    part: Part
    count: int


_parts: dict[str, Part] = {}


def provide(find: Find, *, waiting: Waiting, title: str, page: str = "access:inbox", urgent: bool = False) -> Find:
    """Register what there is to decide; the same function twice is one."""
    _parts[f"{find.__module__}.{find.__qualname__}"] = Part(find, waiting, title, page, urgent)
    return find


def items(member: Membership, waits: Sequence[Waits] | None = None) -> list[Item]:
    """Everything that this member may decide now, what waits longest first. Only parts with something are asked."""
    known = waiting(member) if waits is None else waits
    found = [item for one in known for item in one.part.find(member)]
    return sorted(found, key=lambda item: item.asked_at)


def waiting(member: Membership) -> list[Waits]:
    """What waits for this member, by part; one query for all."""
    if not member.has_role(*DECIDERS):
        return []
    asked = _asked(_asker(member))
    if asked is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(asked.sql, asked.params)
        counts = cursor.fetchone()
    return [Waits(part, count) for part, count in zip(asked.parts, counts, strict=True) if count]


def count(member: Membership) -> int:
    """How many wait for this member: one query."""
    return sum(one.count for one in waiting(member))


@dataclass(frozen=True)
class _Asker:
    """All that the query for somebody differs by."""

    context: Context
    membership_id: uuid.UUID
    user_id: int
    roles: tuple[str, ...]
    today: date
    reglement: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class _Query:
    parts: tuple[Part, ...]
    sql: str
    params: tuple[Any, ...]


def _asker(member: Membership) -> _Asker:
    rules = json.dumps(reglement.version_in_force().parameters, sort_keys=True)
    roles, parts = tuple(member.roles), tuple(_parts.values())
    return _Asker(current(), member.pk, member.user_id, roles, timezone.localdate(), rules, parts)


def _asked(asker: _Asker) -> _Query | None:
    """In another's context, the groups of somebody's grants are looked up: what was found then is not kept."""
    return _kept(asker) if asker.context.user_id == asker.user_id else _written(asker)


def _written(asker: _Asker) -> _Query | None:
    """The query for this asker, of the parts that have something for them; None where no part has."""
    member = Membership(pk=asker.membership_id, user_id=asker.user_id, roles=list(asker.roles))
    found = [(part, rows) for part in asker.parts if (rows := part.waiting(member)) is not None]
    if not found:
        return None
    counts = {f"part_{at}": _count(rows) for at, (_, rows) in enumerate(found)}
    asked = Bureau.objects.filter(pk=asker.context.bureau_id).values_list(*counts.values())
    sql, params = asked.query.get_compiler(connection=connection).as_sql()
    return _Query(tuple(part for part, _ in found), sql, tuple(params))


_kept = lru_cache(maxsize=256)(_written)


def _count(rows: QuerySet[Any]) -> Coalesce:
    """A count as a subquery of the bureau's row."""
    counted = rows.order_by().values("bureau_id").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)
