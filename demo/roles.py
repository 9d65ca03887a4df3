"""The three roles of the database (docs/adr/0002-tenancy.md): owner migrates, app serves, backup dumps."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
from psycopg import sql

OWNER, APP, BACKUP = "dossierwacht_owner", "dossierwacht_app", "dossierwacht_backup"
DATABASE = "dossierwacht"
ATTRIBUTES = {
    OWNER: "LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS",
    APP: "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS",
    BACKUP: "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS",
}
# Within one database. The journal's own migration takes UPDATE and DELETE back from the app role.
RIGHTS = (
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    f"GRANT USAGE ON SCHEMA public TO {APP}, {BACKUP}",
    f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP}",
    f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT USAGE, SELECT ON SEQUENCES TO {APP}",
)


def ensure_roles(connection: psycopg.Connection, password: Callable[[str], str]) -> None:
    """Make the roles, or bring existing ones back to what is written here; idempotent."""
    there = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
    for role, attributes in ATTRIBUTES.items():
        verb = "ALTER" if role in there else "CREATE"
        statement = sql.SQL("{} ROLE {} {} PASSWORD {}").format(
            sql.SQL(verb), sql.Identifier(role), sql.SQL(attributes), sql.Literal(password(role))
        )
        connection.execute(statement)
    connection.execute(f"GRANT pg_read_all_data TO {BACKUP}")


def ensure_database(connection: psycopg.Connection, name: str = DATABASE) -> None:
    """Make the database of the owner role; nobody else connects to it but the app and backup roles."""
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER)))
    limit_database(connection, name)


def limit_database(connection: psycopg.Connection, name: str) -> None:
    database = sql.Identifier(name)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    connection.execute(sql.SQL(f"GRANT CONNECT ON DATABASE {{}} TO {APP}, {BACKUP}").format(database))


def ensure_rights(connection: psycopg.Connection) -> None:
    """What the roles may do with the tables to come, in the database that is connected to."""
    for statement in RIGHTS:
        connection.execute(statement)
