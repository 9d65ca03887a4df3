"""A query that is asked with every request, written into SQL once: to write it takes Django longer than PostgreSQL to
answer it.

    FOUND = Compiled(lambda: Thing.objects.filter(user_id=Given("user_id", IntegerField()))[:1])
    FOUND.first(user_id=7)

The queryset is built once per process, with a Given wherever a value comes: it may look at nothing else that differs
from one request to the next. The bureau is never given: it is that of the context, as for every other query.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Expression, Field, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from bureaus.models import Bureau
from bureaus.tenancy import current_bureau_id, without_database

BUREAU = "bureau"


@dataclass(frozen=True)
class Place:
    """Where among a statement's parameters a value comes."""

    name: str
    field: Field[Any, Any]

    def filled(self, values: Mapping[str, Any]) -> Any:
        return self.field.get_db_prep_value(values[self.name], connection)


class Given(Expression):
    """Stands in a queryset for a value that is given when it is asked."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, *_: Any, **__: Any) -> tuple[str, Any]:
        return "%s", [Place(self.name, self.output_field)]


class Compiled:
    """One query with its SQL."""

    def __init__(self, build: Callable[[], QuerySet[Any]]) -> None:
        self.build = build
        self.known: tuple[QuerySet[Any], SQLCompiler, str, tuple[Any, ...]] | None = None

    def first(self, **values: Any) -> Any:
        """The first row with these values, or None. Raises NoBureau, KeyError for a value that is missing."""
        queryset, compiler, sql, places = self.known or self._written()
        given = values | {BUREAU: current_bureau_id()}
        params = tuple(place.filled(given) if isinstance(place, Place) else place for place in places)
        rows = queryset.all()
        rows.query.get_compiler = lambda *_, **__: _ready(compiler, sql, params)  # type: ignore[method-assign]
        return next(iter(rows), None)

    def _written(self) -> tuple[QuerySet[Any], SQLCompiler, str, tuple[Any, ...]]:
        bureau = Given(BUREAU, Bureau._meta.pk)
        with without_database(bureau):
            queryset = self.build()
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        self.known = (queryset, compiler, sql, tuple(params))
        return self.known


def _ready(compiler: SQLCompiler, sql: str, params: tuple[Any, ...]) -> SQLCompiler:
    """A compiler of this thread's connection that has written its SQL already."""
    mine = copy(compiler)
    mine.connection = connection
    mine.as_sql = lambda *_, **__: (sql, params)  # type: ignore[method-assign]
    return mine
