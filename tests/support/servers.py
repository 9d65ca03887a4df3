"""The database and Redis that the suite runs against: real ones, of its own, under the var folder's `tests`.

The schema is made by the owner with `manage.py migrate`, as in production; the tests then log in as the app role,
with not one right more than it has in production. A migrated database is kept as a template, so that a second run
starts at once; `DOSSIERWACHT_KEEP_SERVERS=1` also leaves the servers running.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from psycopg import sql

from demo import programs, roles, stamps
from demo.embedded import Servers
from demo.places import BASE_DIR, Occupied, Places

DATABASE = "test_dossierwacht"
KEEP = os.environ.get("DOSSIERWACHT_KEEP_SERVERS") == "1"


class TestServers(Servers):
    """Servers whose durability is off: a crash may cost what the next run makes again."""

    __test__ = False

    def __init__(self) -> None:
        super().__init__(_folder(), durable=False)
        self.scratch = Path(tempfile.mkdtemp(prefix="dossierwacht-tests-"))
        self.locks = ExitStack()
        self.up = False
        self.client: redis.Redis | None = None

    def environment(self, database: str = DATABASE) -> dict[str, str]:
        folders = {name: self.scratch / name.lower() for name in ("MEDIA_ROOT", "KEYRING")}
        for folder in folders.values():
            folder.mkdir(mode=0o700, exist_ok=True)
        return super().environment(database) | {name: str(path) for name, path in folders.items()}

    def begin(self) -> None:
        try:
            self.locks.enter_context(self.places.held("session", wait=False))
        except Occupied:
            raise pytest.UsageError(
                f"another test run uses {self.places.var}; give this one a DOSSIERWACHT_VAR of its own"
            ) from None
        self.start()
        self.flush_redis()
        self.up = True

    def end(self) -> None:
        if self.client is not None:
            self.client.close()
            self.client = None
        if self.up and not KEEP:
            self.stop()
        self.locks.close()
        shutil.rmtree(self.scratch, ignore_errors=True)

    # -- the test database ------------------------------------------------------------------------------------------
    def create_test_database(self) -> None:
        template = f"migrated_{stamps.of_migrations()[:16]}"
        with self.admin("postgres") as connection:
            drop(connection, DATABASE)
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone()
            if known is None:
                self.migrate(connection, template)
            copy = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
            connection.execute(copy.format(*map(sql.Identifier, (DATABASE, roles.OWNER, template))))
            roles.limit_database(connection, DATABASE)
            # A query that runs away fails by itself, and holds no lock that the tests after it wait for.
            patience = sql.SQL("ALTER DATABASE {} SET statement_timeout = '120s'")
            connection.execute(patience.format(sql.Identifier(DATABASE)))
        with self.admin(DATABASE) as inside:
            for statement in BESIDES:
                inside.execute(statement)

    def migrate(self, connection: psycopg.Connection, template: str) -> None:
        """Migrate as the owner into a database that gets its name only when all went well."""
        part = "migrating"
        for (name,) in connection.execute("SELECT datname FROM pg_database WHERE datname ~ '^migrat'").fetchall():
            drop(connection, name)
        roles.ensure_database(connection, part)
        with self.admin(part) as inside:
            roles.ensure_rights(inside)
        environment = self.environment(part)
        environment["DATABASE_URL"] = environment["OWNER_DATABASE_URL"]
        self.run_manage("migrate", "--verbosity", "0", environment=environment)
        connection.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(part), sql.Identifier(template))
        )

    def run_manage(self, *arguments: str, environment: dict[str, str] | None = None) -> str:
        """Run a manage.py command as a process of its own; its output, or a failure that shows it."""
        done = subprocess.run(
            programs.manage(*arguments), cwd=BASE_DIR, capture_output=True, text=True, timeout=300,
            env=programs.child_environment(environment or self.environment()),
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"manage.py {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def drop_test_database(self) -> None:
        with self.admin("postgres") as connection:
            drop(connection, DATABASE)

    def flush_redis(self) -> None:
        """By one client that stays: before every test, and to connect costs more than to flush."""
        if self.client is None:
            self.client = redis.Redis.from_url(self.redis.url)
        self.client.flushdb()


def _folder() -> Path:
    """`tests` under the var folder; each of several parallel runs has one of its own in there.

    A parallel run is started by one that has read this already, so that its var folder is `tests`.
    """
    parallel = os.environ.get("PYTEST_XDIST_WORKER")
    return Places().var / (parallel or "tests")


# What the app role may not: analyze, and silence triggers. In a schema of its own, beside the product's functions.
BESIDES = (
    "CREATE SCHEMA testing",
    "CREATE FUNCTION testing.analyze_all() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN ANALYZE; END'",
    "CREATE FUNCTION testing.silence(role text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS"
    " $$BEGIN PERFORM set_config('session_replication_role', role, false); END$$",
    f"GRANT USAGE ON SCHEMA testing TO {roles.APP}",
    # A line that is written meanwhile is numbered all the same.
    "ALTER TABLE journal_line ENABLE ALWAYS TRIGGER number_line",
)

MANY = 500  # rows in one table, from which on it matters


def analyze() -> None:
    """What PostgreSQL does by itself once so many rows are committed: a test's rows never are, and without it the
    planner guesses."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT testing.analyze_all()")


def drop(connection: psycopg.Connection, database: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


class Sweeper:
    """Empties the tables after a transactional test.

    Django would TRUNCATE them, which the app role may not do and the journal's trigger refuses. So a superuser
    deletes, with triggers off; what the migrations wrote (content types, permissions) stays.
    """

    def __init__(self, servers: TestServers) -> None:
        self.servers = servers
        with servers.admin(DATABASE) as connection:
            filled = set(self.filled(connection, self.tables(connection)))
            self.swept = [table for table in self.tables(connection) if table not in filled]

    def tables(self, connection: psycopg.Connection) -> list[str]:
        query = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        return sorted(row[0] for row in connection.execute(query))

    def filled(self, connection: psycopg.Connection, tables: list[str]) -> list[str]:
        each = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})")
        parts = [each.format(sql.Literal(table), sql.Identifier(table)) for table in tables]
        return [row[0] for row in connection.execute(sql.SQL(" UNION ALL ").join(parts))] if parts else []

    def sweep(self, *_: Any) -> None:
        with self.servers.admin(DATABASE) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute("SET lock_timeout = '15s'")
            for table in self.filled(connection, self.swept):
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))


SERVERS = TestServers()


@pytest.fixture(scope="session")
def servers() -> Iterator[TestServers]:
    """PostgreSQL and Redis, running; `servers.admin(DATABASE)` is a superuser's connection to the test database."""
    try:
        SERVERS.begin()
        yield SERVERS
    finally:
        SERVERS.end()


@pytest.fixture(scope="session")
def django_db_setup(servers: TestServers, django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Instead of pytest-django's: made by the owner, used by the app role, dropped at the end."""
    from django.db import connections
    from django.test import TransactionTestCase

    servers.create_test_database()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", Sweeper(servers).sweep)
        yield
    with django_db_blocker.unblock():
        connections.close_all()
    servers.drop_test_database()


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    """Rate limits, sessions and messages of an earlier test are gone."""
    if SERVERS.up:
        SERVERS.flush_redis()
