"""Which reglement holds now. Code asks here; it never asks which bureau this is."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from datetime import date
from typing import Any

from django.db.models import F
from django.utils import timezone

from bureaus.models import Reglement
from bureaus.schema import Rules
from bureaus.tenancy import Context, current

# What makes a version, for a query that brings it along as JSON.
COLUMNS = {field.attname: F(field.attname) for field in Reglement._meta.concrete_fields}


class NoReglement(RuntimeError):
    """The bureau has no reglement that is in force on that date."""


# Tied to the context object itself: another request, task or bureau has another one.
_known: ContextVar[tuple[Context, dict[date, Reglement]] | None] = ContextVar("reglement_known", default=None)


def in_force(on: date | None = None) -> Rules:
    """The rules that hold in the current bureau on a date (default today). Raises NoReglement, NoBureau.

    One query per context and date. A version is not used before its date (javawest 10.1).
    """
    return version_in_force(on).rules


def version_in_force(on: date | None = None) -> Reglement:
    """The version itself: its number and title belong in evidence. Raises NoReglement, NoBureau."""
    day = on or timezone.localdate()
    known = _of_this_context()
    if day not in known:
        known[day] = _find(day)
    return known[day]


def know(facts: Mapping[str, Any]) -> None:
    """Take today's version from a row of COLUMNS that another query brought along, instead of asking for it."""
    fields: Any = Reglement._meta.get_field
    row = {name: fields(name).to_python(value) for name, value in facts.items() if name != "bureau_id"}
    _of_this_context()[timezone.localdate()] = Reglement(bureau_id=facts["bureau_id"], **row)


def forget() -> None:
    """Look again: a version was adopted in this context."""
    _known.set(None)


def _of_this_context() -> dict[date, Reglement]:
    context, known = current(), _known.get()
    if known is None or known[0] is not context:
        known = (context, {})
        _known.set(known)
    return known[1]


def _find(day: date) -> Reglement:
    version: Reglement | None = Reglement.objects.all().in_force(day).first()
    if version is None:
        raise NoReglement(f"Op {day:%d-%m-%Y} geldt er voor dit bureau geen reglement.")
    return version
