"""Migration operations for the second wall: row level security and foreign keys that carry the bureau.

Measured before choosing (docs/adr/0002-tenancy.md): equality on `bureau_id` in a policy costs nothing that can
be seen; a bypass by OR or CASE on that predicate costs a thousandfold, so there is none.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.migrations.operations.base import Operation

APP_ROLE = "dossierwacht_app"
OWNER_ROLE = "dossierwacht_owner"
IN_BUREAU = "bureau_id = current_setting('app.bureau_id')::bigint"
WIDE = "current_setting('app.reach') IN ('staff', 'system')"


def granted(dossier: str) -> str:
    """SQL: the session holds a living grant on the dossier whose id is the expression `dossier`."""
    return (
        "EXISTS (SELECT 1 FROM access_dossiergrant held"
        f" WHERE held.content_object_id = {dossier} AND held.bureau_id = current_setting('app.bureau_id')::bigint"
        " AND held.group_id = ANY (current_setting('app.principals')::int[]))"
    )


def dossier_wall(dossier: str) -> str:
    """SQL: the third wall, for a table that hangs on a dossier. Staff are held by the queryset instead."""
    return f"({WIDE} OR {granted(dossier)})"


class TenantTable(Operation):
    """Forced row level security, `unique (bureau_id, id)` and composite foreign keys for one model.

    `wall` is an SQL condition that reading must meet besides the bureau; `write_wall` likewise for what is
    written (default: the same).
    """

    reversible = True

    def __init__(self, model_name: str, wall: str = "", write_wall: str | None = None) -> None:
        self.model_name, self.wall = model_name, wall
        self.write_wall = wall if write_wall is None else write_wall

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The walls are the database's business; Django's picture of the models stays as it is."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        table = model._meta.db_table
        for statement in (*_policies(table, self.wall, self.write_wall), *_composite_keys(model)):
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
        for statement in (
            f"DROP POLICY tenant ON {table}",
            f"DROP POLICY IF EXISTS changes ON {table}",
            f"DROP POLICY IF EXISTS deletes ON {table}",
            f"DROP POLICY owner ON {table}",
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_tenant_key CASCADE",
        ):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"Walls around {self.model_name}"


class Wall(Operation):
    """Replace the reading and writing conditions of a table that has its tenant policy already."""

    reversible = True

    def __init__(
        self, model_name: str, wall: str, write_wall: str | None = None, old: tuple[str, str] = ("", "")
    ) -> None:
        self.model_name, self.wall, self.old = model_name, wall, old
        self.write_wall = wall if write_wall is None else write_wall

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing changes in the models."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._alter(to_state.apps.get_model(app_label, self.model_name), schema_editor, self.wall, self.write_wall)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._alter(from_state.apps.get_model(app_label, self.model_name), schema_editor, *self.old)

    def _alter(self, model: type[models.Model], schema_editor: Any, wall: str, write_wall: str) -> None:
        table = model._meta.db_table
        for statement in (
            f"ALTER POLICY tenant ON {table} USING ({_both(wall)}) WITH CHECK ({_both(write_wall)})",
            f"DROP POLICY IF EXISTS changes ON {table}",
            f"DROP POLICY IF EXISTS deletes ON {table}",
            *_restrictions(table, wall, write_wall),
        ):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"Third wall around {self.model_name}"


class CompositeForeignKeys(Operation):
    """Composite foreign keys for the named fields, where a field came after its table."""

    reversible = True

    def __init__(self, model_name: str, fields: tuple[str, ...]) -> None:
        self.model_name, self.fields = model_name, fields

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing changes in the models."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        for statement in _composite_keys(model, self.fields):
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        for name in self.fields:
            table, column = model._meta.db_table, model._meta.get_field(name).column
            schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_same_bureau", params=None)

    def describe(self) -> str:
        return f"Composite foreign keys of {self.model_name}"


def _both(wall: str) -> str:
    return f"{IN_BUREAU} AND ({wall})" if wall else IN_BUREAU


def _restrictions(table: str, wall: str, write_wall: str) -> list[str]:
    """Who may read a row may not yet change or delete it: PostgreSQL asks USING for the old row, CHECK for the new."""
    if write_wall == wall:
        return []
    return [
        f"CREATE POLICY changes ON {table} AS RESTRICTIVE FOR UPDATE TO {APP_ROLE} USING ({write_wall})",
        f"CREATE POLICY deletes ON {table} AS RESTRICTIVE FOR DELETE TO {APP_ROLE} USING ({write_wall})",
    ]


def _policies(table: str, wall: str, write_wall: str) -> list[str]:
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY tenant ON {table} TO {APP_ROLE} USING ({_both(wall)}) WITH CHECK ({_both(write_wall)})",
        # Without this one FORCE would stop data migrations, which run as the owner.
        f"CREATE POLICY owner ON {table} TO {OWNER_ROLE} USING (true) WITH CHECK (true)",
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_tenant_key UNIQUE (bureau_id, id)",
        *_restrictions(table, wall, write_wall),
    ]


def _composite_keys(model: type[models.Model], only: tuple[str, ...] = ()) -> list[str]:
    table = model._meta.db_table
    statements = []
    for field in model._meta.local_fields:
        if only and field.name not in only:
            continue
        target: Any = field.related_model
        if not isinstance(field, models.ForeignKey) or target == "self" or not _is_tenant(target):
            continue
        statements.append(
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_{field.column}_same_bureau"
            f" FOREIGN KEY (bureau_id, {field.column}) REFERENCES {target._meta.db_table} (bureau_id, id)"
            " DEFERRABLE INITIALLY DEFERRED"
        )
    return statements


def _is_tenant(model: Any) -> bool:
    return any(field.name == "bureau" for field in model._meta.local_fields)
