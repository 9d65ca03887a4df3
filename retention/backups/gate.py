"""The database that a backup is put back into: is it ours and empty, and does nobody get in meanwhile.

Shut means: the app's role may not connect. PostgreSQL itself refuses then, whatever web server or worker runs and on
whatever machine; `config.middleware.DatabaseOpen` turns that into a page, and /readyz says it. A comment on the
database says that it was a restore that shut it, so that one that was killed can be begun again.
"""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from bureaus.rls import APP_ROLE
from retention.backups import Refused

NOTE = "Dossierwacht: een reservekopie wordt teruggezet; nog niet klaar"
_SETTINGS = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
_RELATIONS = """SELECT c.relkind::text, quote_ident(c.relname) FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND NOT EXISTS
  (SELECT FROM pg_depend d
   WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('e', 'i', 'a'))"""
_FUNCTIONS = """SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"""
_IS_OWNER = "SELECT pg_get_userbyid(datdba) = current_user FROM pg_database WHERE datname = current_database()"
_NOTED = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
_FILLED = ("SELECT EXISTS (SELECT FROM bureaus_bureau)", "SELECT EXISTS (SELECT FROM access_user)")
_KINDS = {"r": "TABLE", "p": "TABLE", "v": "VIEW", "m": "MATERIALIZED VIEW", "S": "SEQUENCE"}
_PATIENCE = 5.0  # seconds in which who was connected may go


def url() -> str:
    """Of the owner. Raises Refused where none is given."""
    if not settings.OWNER_DATABASE_URL:
        raise Refused("OWNER_DATABASE_URL is niet ingesteld: terugzetten doet dossierwacht_owner.")
    return str(settings.OWNER_DATABASE_URL)


def become_owner() -> None:
    """From here on this process works as the owner: row level security lets it load what belongs to every bureau.

    Raises Refused.
    """
    given = conninfo_to_dict(url())
    connection.close()
    connection.settings_dict.update({ours: str(given.get(name) or "") for name, ours in _SETTINGS.items()})
    try:
        owner = _one(_IS_OWNER)
    except OperationalError as error:
        raise Refused(f"De database is niet bereikbaar: {str(error).strip()}") from None
    if not owner:
        raise Refused("OWNER_DATABASE_URL noemt een rol die niet de eigenaar van deze database is.")
    if not _one("SELECT count(*) FROM pg_roles WHERE rolname = %s", APP_ROLE):
        raise Refused(f"De rol {APP_ROLE} bestaat op deze server niet. Maak eerst de rollen (docker/roles.sql).")


def check_empty() -> None:
    """Nothing in it, or only what `migrate` makes, or what an unfinished restore left. Raises Refused."""
    if not _ours():
        raise Refused("In deze database staat iets dat niet van Dossierwacht is. Kies een lege database.")
    if not is_shut() and _filled():
        raise Refused("Deze database is niet leeg. Terugzetten kan alleen in een lege database; er is niets veranderd.")


def is_shut() -> bool:
    """Whether a restore shut this database and did not come to its end."""
    noted = _one(_NOTED)
    return bool(noted == NOTE and not _app_may_connect())


def shut() -> None:
    """From here on nobody gets in but the owner and who administers the server. Raises Refused, and is open again."""
    _on_database("COMMENT ON DATABASE {} IS {}", sql.Literal(NOTE))
    _on_database("REVOKE CONNECT ON DATABASE {} FROM {}", sql.Identifier(APP_ROLE))
    if _app_may_connect():
        open_again()
        raise Refused("Deze database laat iedereen toe (CONNECT voor PUBLIC). Trek dat eerst in: zie docker/roles.sql.")
    if _still_inside():
        open_again()
        raise Refused("Er is nog iemand verbonden met deze database. Stop eerst web, worker en beat.")


def open_again() -> None:
    _on_database("GRANT CONNECT ON DATABASE {} TO {}", sql.Identifier(APP_ROLE))
    _on_database("COMMENT ON DATABASE {} IS NULL")


def wipe() -> None:
    """Take away what `migrate` or an unfinished restore made here: the dump brings its own."""
    with connection.cursor() as cursor:
        cursor.execute(_RELATIONS)
        for kind, name in sorted(cursor.fetchall(), key=lambda one: one[0] == "S"):
            cursor.execute(f"DROP {_KINDS[kind]} IF EXISTS public.{name} CASCADE")
        cursor.execute(_FUNCTIONS)
        for (signature,) in cursor.fetchall():
            cursor.execute(f"DROP ROUTINE IF EXISTS {signature} CASCADE")


def server_version() -> int:
    with connection.cursor():
        version: int = connection.connection.info.server_version
    return version


def _ours() -> bool:
    tables = _one("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    return not tables or is_shut() or _one("SELECT to_regclass('public.django_migrations') IS NOT NULL")


def _filled() -> bool:
    known = _one("SELECT to_regclass('public.bureaus_bureau') IS NOT NULL")
    return bool(known and any(_one(query) for query in _FILLED))


def _app_may_connect() -> bool:
    return bool(_one("SELECT has_database_privilege(%s, current_database(), 'CONNECT')", APP_ROLE))


def _still_inside() -> bool:
    until = time.monotonic() + _PATIENCE
    inside = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = %s"
    while _one(inside, APP_ROLE):
        if time.monotonic() > until:
            return True
        time.sleep(0.2)
    return False


def _on_database(statement: str, *more: sql.Composable) -> None:
    name = sql.Identifier(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(name, *more))


def _one(query: str, *params: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        row = cursor.fetchone()
    return row[0] if row else None
