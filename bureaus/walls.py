"""Whether the walls between bureaus stand in the database that is connected to: asked of its own catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models

from bureaus import registry
from bureaus.rls import APP_ROLE

MIGRATIONS = {"django_migrations"}  # Django's own list, of which no model is registered
_PREDICATE = "(bureau_id = (current_setting('app.bureau_id'::text))::bigint)"
_TABLES = """
SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, pg_get_userbyid(c.relowner) = current_user
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
"""
# Permissive policies are joined by OR: a second one for the app role would open what the first one closes.
_POLICIES = f"""
SELECT tablename, policyname, coalesce(qual, ''), coalesce(with_check, '') FROM pg_policies
WHERE schemaname = 'public' AND permissive = 'PERMISSIVE' AND ('{APP_ROLE}' = ANY (roles) OR 'public' = ANY (roles))
"""  # noqa: S608
_KEYS = """
SELECT conrelid::regclass::text, confrelid::regclass::text, array_agg(a.attname::text ORDER BY k.place)
FROM pg_constraint, unnest(conkey) WITH ORDINALITY AS k (attnum, place), pg_attribute a
WHERE contype = 'f' AND a.attrelid = conrelid AND a.attnum = k.attnum
GROUP BY pg_constraint.oid, conrelid, confrelid
"""
_ROLE = """
SELECT rolsuper OR rolbypassrls, has_schema_privilege('public', 'CREATE') FROM pg_roles WHERE rolname = current_user
"""


def gaps() -> list[str]:
    """What is missing, one plain Dutch sentence each; empty where every wall stands."""
    return [*_of_role(), *(gap for model in tenant_models() for gap in _of_table(model)), *_of_strangers()]


def tenant_models() -> list[type[models.Model]]:
    """Every model that has a bureau, those of many-to-many tables included."""
    every = apps.get_models(include_auto_created=True)
    return [model for model in every if any(field.name == "bureau" for field in model._meta.local_fields)]


def _of_role() -> Iterator[str]:
    passes, creates = _rows(_ROLE)[0]
    if passes:
        yield "De rol waarmee dit draait gaat door de muren heen (superuser, of vrijgesteld van row level security)."
    if creates:
        yield "De rol waarmee dit draait mag tabellen maken."


def _of_table(model: type[models.Model]) -> Iterator[str]:
    table = model._meta.db_table
    found = {name: (forced, owned) for name, forced, owned in _rows(_TABLES)}
    if table not in found:
        yield f"{table}: deze tabel is er niet."
        return
    forced, owned = found[table]
    if not forced:
        yield f"{table}: row level security staat niet (gedwongen) aan."
    if owned:
        yield f"{table}: is van de rol waarmee dit draait."
    yield from _of_policies(table)
    yield from _of_keys(model)


def _of_strangers() -> Iterator[str]:
    """A table that no registry.py declares: nobody said whose it is, so nothing above looked at its walls."""
    every, registered = apps.get_models(include_auto_created=True), registry.models()
    declared = {model._meta.db_table for model in every if model._meta.label in registered}
    for table in sorted({name for name, _, _ in _rows(_TABLES)} - declared - MIGRATIONS):
        yield f"{table}: staat niet in het register van tabellen."


def _of_policies(table: str) -> Iterator[str]:
    policies = [row[1:] for row in _rows(_POLICIES) if row[0] == table]
    if [name for name, _, _ in policies] != ["tenant"]:
        yield f"{table}: precies één toelatende regel voor de applicatie hoort er te zijn, 'tenant'."
    for name, reading, writing in policies:
        if not all(_asks_bureau(condition) for condition in (reading, writing)):
            yield f"{table}: regel '{name}' vraagt niet naar het bureau."


def _asks_bureau(condition: str) -> bool:
    """Whether the bureau is demanded whatever else is: alone, or as the first of an AND at the top."""
    on_one_line = " ".join(condition.split())  # PostgreSQL lays out a CASE over several
    return on_one_line == _PREDICATE or on_one_line.startswith(f"({_PREDICATE} AND ")


def _of_keys(model: type[models.Model]) -> Iterator[str]:
    table, tenants = model._meta.db_table, {one._meta.db_table for one in tenant_models()}
    there = {(source, target, tuple(columns)) for source, target, columns in _rows(_KEYS)}
    for field in model._meta.local_fields:
        target: Any = field.related_model
        if target is None or target._meta.db_table not in tenants:
            continue
        if (table, target._meta.db_table, ("bureau_id", field.column)) not in there:
            yield f"{table}.{field.column}: kan naar een rij van een ander bureau wijzen."


def _rows(query: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()
