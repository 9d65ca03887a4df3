"""Tabs over rows, each with how many there are: what the watchlist and the transfers show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Count, Subquery
from django.db.models.functions import Coalesce

from bureaus.models import Bureau
from bureaus.tenancy import current_bureau_id


@dataclass(frozen=True)
class Tab:
    """`nothing` is said when there are no rows."""

    key: str
    label: str
    rows: Any
    nothing: str
    count: int = 0


AnyTab = TypeVar("AnyTab", bound=Tab)


def counted(**rows: Any) -> dict[str, int]:
    """How many of each; one query for all of them."""
    asked = {name: _count(some) for name, some in rows.items()}
    found: Any = Bureau.objects.filter(pk=current_bureau_id()).values(**asked).get()
    return dict(found)


def chosen(tabs: Sequence[AnyTab], key: str) -> AnyTab:
    """The tab that was asked for; else the first with something in it."""
    named = next((tab for tab in tabs if tab.key == key), None)
    return named or next((tab for tab in tabs if tab.count), tabs[0])


def _count(rows: Any) -> Coalesce:
    many = rows.order_by().values("bureau_id").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(many), 0)
