"""What was written today, made older: by a superuser with triggers off, for the product lets nobody move a moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection
from django.utils import timezone
from uuid_utils.compat import uuid7

from bureaus.models import Bureau, Reglement
from bureaus.tenancy import in_bureau
from journal import rules
from journal.actions import record, seal
from journal.models import Seal
from tests.support.servers import DATABASE, TestServers


@contextmanager
def by_force(servers: TestServers) -> Iterator[Any]:
    """A superuser's connection on which no trigger and no foreign key speaks."""
    with servers.admin(DATABASE) as admin:
        admin.execute("SET session_replication_role = replica")
        yield admin


@contextmanager
def silenced() -> Iterator[None]:
    """Inside, no trigger and no foreign key speaks on the test's own connection, in its own transaction: for a past
    that nobody can make. Rights and row level security hold as ever."""
    _silence("replica")
    try:
        yield
    finally:
        with suppress(DatabaseError):  # then it is rolled back, and this with it
            _silence("origin")


def _silence(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT testing.silence(%s)", [role])


def old_seal(servers: TestServers, bureau: Bureau, *acts: str, years: float = 6) -> Seal:
    """A seal over what is not sealed yet and over these lines, all written and sealed so many years ago."""
    back = f"{round(years * 365.25)} days"
    with in_bureau(bureau):
        for act in acts:
            record(act=act)
        last = Seal.objects.order_by("-number").values_list("last_seq", flat=True).first() or 0
    with by_force(servers) as admin:
        admin.execute(
            "UPDATE journal_line SET at = at - %s::interval WHERE bureau_id = %s AND seq > %s", [back, bureau.pk, last]
        )
    with in_bureau(bureau):
        made = seal()
    assert made is not None
    with by_force(servers) as admin:
        made.sealed_at -= timedelta(days=round(years * 365.25))
        made.hash = rules.chain(made.previous_hash, made.number, bytes(made.digests), made.sealed_at)
        admin.execute(
            "UPDATE journal_seal SET sealed_at = %s, hash = %s WHERE id = %s", [made.sealed_at, made.hash, made.pk]
        )
    return made


def state_term(servers: TestServers, bureau: Bureau, data_class: str, term: str) -> None:
    """Another term in the reglement that is in force, as nobody can have it adopted."""
    state(servers, bureau, ["rules", data_class, "term"], term)


def state(servers: TestServers, bureau: Bureau, path: list[str], term: str) -> None:
    """The same of something else that it says of keeping."""
    with by_force(servers) as admin:
        stated = "jsonb_set(parameters, %s, to_jsonb(%s::text))"
        admin.execute(
            f"UPDATE bureaus_reglement SET parameters = {stated} WHERE bureau_id = %s",
            [["retention", *path], term, bureau.pk],
        )


def long_in_force(servers: TestServers, bureau: Bureau) -> None:
    """The reglement is twenty years old."""
    with by_force(servers) as admin:
        moved = "in_force_from = in_force_from - 7305, adopted_on = adopted_on - 7305"
        admin.execute(f"UPDATE bureaus_reglement SET {moved} WHERE bureau_id = %s", [bureau.pk])


def adopted(bureau: Bureau, data_class: str, term: str) -> None:
    """A next version that holds from today, the same but for this term; the day of the first is as it was."""
    with in_bureau(bureau):
        last = Reglement.objects.order_by("-version").first()
        assert last is not None
        last.pk, last.version = uuid7(), last.version + 1
        last.in_force_from = last.adopted_on = timezone.localdate()
        last.parameters["retention"]["rules"][data_class]["term"] = term
        last._state.adding = True
        last.save(force_insert=True)


def back(servers: TestServers, row: Any, days: int) -> None:
    """A list, its proces-verbaal or a hand-over, with its moments and days so much earlier."""
    names = {
        "retention_procesverbaal": ("made_at", "keep_until", "backups_expire_on"),
        "retention_destructionlist": ("cancelled_at", "finished_at"),
        "retention_transfer": ("started_at", "cancelled_at"),
    }[row._meta.db_table]
    moved = ", ".join(f"{name} = {name} - make_interval(days => {days})" for name in names)
    with by_force(servers) as admin:
        admin.execute(f"UPDATE {row._meta.db_table} SET {moved} WHERE id = %s", [row.pk])


def forgotten(servers: TestServers, bureau: Bureau, *models: Any, only: Any = None) -> None:
    """As a database that was put back to an earlier day knows nothing of these rows."""
    with by_force(servers) as admin:
        for model in models:
            which = "bureau_id = %s AND (%s::uuid IS NULL OR id = %s)"
            admin.execute(f"DELETE FROM {model._meta.db_table} WHERE {which}", [bureau.pk, only, only])
