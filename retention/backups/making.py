"""Making a backup: the dump, the files, the keys, in this order; under its name only when all of it is there."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import psycopg
from django.conf import settings
from django.utils import timezone

from bureaus.schema.keeping import Destruction
from retention.backups import Refused, files, folder, programs
from retention.backups.folder import DUMP, FILES, MANIFEST, STAMP, SUMS, Folder
from retention.rules import add_term
from vault.mirror import Wrapped, pack

FORM = 1  # which shape of backup this is
KEYS = "vault_wrappedkey"
_ROWS = "SELECT bureau_id, subject_id, generation, wrapped FROM vault_wrappedkey"
_TERMS = """SELECT DISTINCT ON (bureau_id) parameters #>> '{retention,destruction,backups_expire_after}'
FROM bureaus_reglement WHERE in_force_from <= %s ORDER BY bureau_id, in_force_from DESC, version DESC"""


@dataclass(frozen=True)
class Made:
    """What was made: name of the set, how many files and keys, and which old sets and files went."""

    name: str
    bytes: int
    files: int
    keys: int
    expired: list[str]
    dropped: int


def make(directory: str | Path) -> Made:
    """A backup of database, files and wrapped keys. Raises Refused and OSError; then there is no new set."""
    into = Folder(directory)
    if not settings.BACKUP_DATABASE_URL:
        raise Refused("BACKUP_DATABASE_URL is niet ingesteld: een reservekopie wordt gemaakt als dossierwacht_backup.")
    into.prepare()
    with into.held(), _connected() as connection:
        into.clear_parts()
        now = _moment(connection)
        while (into.sets / now.strftime(STAMP)).exists():  # a set is named by its second
            time.sleep(0.2)
            now = _moment(connection)
        made = _make_set(into, connection, now)
        expired = _expire(into, connection, timezone.localdate(now))
        dropped = files.drop_unnamed(into.files, {name for one in into.known() for name in _sums(one)})
    return Made(*made, expired, dropped)


def _make_set(into: Folder, connection: psycopg.Connection, now: datetime) -> tuple[str, int, int, int]:
    name = now.strftime(STAMP)
    part = into.sets / f".part-{name}"
    try:
        part.mkdir(mode=0o700)
        program = programs.find("pg_dump", connection.info.server_version)
        options = ["--format=custom", f"--exclude-table-data=public.{KEYS}", "--lock-wait-timeout=60s"]
        programs.run(program, [*options, f"--file={part / DUMP}"], settings.BACKUP_DATABASE_URL)
        sums = files.copy_out(into.files, _known_sums(into))
        folder.write(part / FILES, folder.lines_of(sums))
        # After the dump: each dossier in it has its key here, but for those that were destroyed meanwhile.
        keys = _write_keys(into, connection)
        _seal(part, now, connection, len(sums))
        part.rename(into.sets / name)
        folder.flush(into.sets)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return name, (into.sets / name / DUMP).stat().st_size, len(sums), keys


def _seal(part: Path, now: datetime, connection: psycopg.Connection, count: int) -> None:
    found = {"form": FORM, "made_at": now.isoformat(), "postgresql": connection.info.server_version, "files": count}
    folder.write(part / MANIFEST, json.dumps(found, indent=1, sort_keys=True).encode())
    sums = {name: folder.sha256(part / name) for name in (DUMP, FILES, MANIFEST)}
    folder.write(part / SUMS, folder.lines_of(sums))
    for one in (part / DUMP, part):
        folder.flush(one)


def _write_keys(into: Folder, connection: psycopg.Connection) -> int:
    rows = [Wrapped(*row) for row in _key_rows(connection)]
    folder.write(into.keys, pack(rows))
    return len(rows)


def _key_rows(connection: psycopg.Connection) -> Iterator[tuple[int, UUID, int, bytes]]:
    with connection.cursor(binary=True) as cursor:
        yield from cursor.stream(_ROWS)


def _connected() -> psycopg.Connection:
    """As the role that row level security does not bind: as any other a dump would be a part of it. Raises Refused."""
    try:
        connection = psycopg.connect(settings.BACKUP_DATABASE_URL, autocommit=True)
    except psycopg.OperationalError as error:
        raise Refused(f"De database is niet bereikbaar: {str(error).strip()}") from None
    row = connection.execute("SELECT rolbypassrls, current_user FROM pg_roles WHERE rolname = current_user").fetchone()
    if row is None or not row[0]:
        connection.close()
        raise Refused("BACKUP_DATABASE_URL noemt een rol die niet alles kan lezen. Gebruik dossierwacht_backup.")
    if connection.execute("SELECT to_regclass(%s)", [KEYS]).fetchone() == (None,):
        connection.close()
        raise Refused("In deze database staat geen Dossierwacht.")
    return connection


def _moment(connection: psycopg.Connection) -> datetime:
    """The database's clock, in UTC."""
    row = connection.execute("SELECT now()").fetchone()
    moment: datetime = row[0] if row else timezone.now()
    return moment.astimezone(UTC)


# -- old ones ----------------------------------------------------------------------------------------------------------
def _expire(into: Folder, connection: psycopg.Connection, today: date) -> list[str]:
    """Remove the sets that are older than any reglement allows: processen-verbaal say on which day they are gone."""
    terms = [row[0] or Destruction().backups_expire_after for row in connection.execute(_TERMS, [today])]
    terms = terms or [Destruction().backups_expire_after]
    expired = [one for one in into.known()[:-1] if min(add_term(_day(one), term) for term in terms) <= today]
    for one in expired:
        shutil.rmtree(one)
    return [one.name for one in expired]


def _day(one: Path) -> date:
    moment = datetime.strptime(one.name, STAMP).replace(tzinfo=UTC)
    return timezone.localdate(moment)


def _known_sums(into: Folder) -> dict[str, str]:
    known = into.known()
    return _sums(known[-1]) if known else {}


def _sums(one: Path) -> dict[str, str]:
    return folder.read_sums(one / FILES)
