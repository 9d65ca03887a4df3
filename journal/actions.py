"""Writing to the log: one line per act, in the act's own transaction, and the seals that chain them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from uuid_utils.compat import uuid7

from bureaus.tenancy import current
from journal import digests, rules
from journal.models import Result, Seal

SEAL_AT_MOST = 5_000  # lines per seal
# Milliseconds that sealing waits for writers, and so the longest that it can hold them up.
PATIENCE = 3_000
_COLUMNS = (
    "id", "bureau_id", "act", "result", "object_type", "object_id", "dossier_id", "dossier_number", "user_id",
    "membership_id", "actor", "roles", "on_behalf_of", "reason", "ground", "grant_id", "origin", "facts",
)  # fmt: skip
_INSERT = f"INSERT INTO journal_line ({', '.join(_COLUMNS)}) VALUES ({', '.join(['%s'] * len(_COLUMNS))})"  # noqa: S608

# The same columns, in the same order.
_INSERT_MANY = f"""INSERT INTO journal_line ({", ".join(_COLUMNS)})
SELECT uuidv7(), %(journal_bureau)s, %(journal_act)s, '{Result.OK}', one.object_type, one.object_id, one.dossier_id,
    one.dossier_number, %(journal_user)s, %(journal_membership)s, %(journal_actor)s, %(journal_roles)s, '',
    left(one.reason, 500), one.ground, one.grant_id, %(journal_origin)s, one.facts"""


def record(
    *,
    act: str,
    obj: models.Model | None = None,
    dossier: Any = None,
    result: str = Result.OK,
    reason: str = "",
    ground: str = "",
    grant_id: uuid.UUID | None = None,
    on_behalf_of: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    """Write one line in the transaction that is open; who and from where come from the context.

    `facts` holds counts, kinds, dates and hashes; never a word of a dossier or a client's name. Written by SQL
    because a client's session may add a line that it may not read back. Raises NoBureau outside a context.
    """
    who = current()
    values = {
        "id": uuid7(),
        "bureau_id": who.bureau_id,
        "act": act,
        "result": str(result),
        "object_type": obj._meta.label if obj is not None else "",
        "object_id": str(obj.pk) if obj is not None else "",
        "dossier_id": dossier.pk if dossier is not None else None,
        "dossier_number": dossier.number if dossier is not None else "",
        "user_id": who.user_id,
        "membership_id": who.membership_id,
        "actor": who.actor_label[:120],
        "roles": ", ".join(who.roles)[:120],
        "on_behalf_of": on_behalf_of[:120],
        "reason": _printable(reason)[:500],
        "ground": ground[:60],
        "grant_id": grant_id,
        "origin": who.origin[:60],
        "facts": json.dumps(facts or {}, cls=DjangoJSONEncoder),
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [values[column] for column in _COLUMNS])


def about_dossier(row: Any) -> Any:
    """The dossier that a row names by id and number, as `record` asks for it: also when it is there no more."""
    return SimpleNamespace(pk=row.dossier_id, number=row.dossier_number) if row.dossier_id else None


def record_many(*, act: str, rows: str, before: str = "", params: Mapping[str, Any] | None = None) -> int:
    """Write a line for each row of a query, in the transaction that is open; how many there were.

    For acts on thousands of dossiers at once; each line is numbered, timed and sealed as one of `record`. `rows` is
    SQL that gives the columns object_type, object_id, dossier_id, dossier_number, ground, grant_id, reason and facts
    (jsonb), for which the same holds as in `record`; `before` holds the queries that stand before the insert, such
    as the one that does what is written down. Raises NoBureau outside a context.
    """
    who = current()
    own: dict[str, Any] = {
        "journal_act": act,
        "journal_bureau": who.bureau_id,
        "journal_user": who.user_id,
        "journal_membership": who.membership_id,
        "journal_actor": who.actor_label[:120],
        "journal_roles": ", ".join(who.roles)[:120],
        "journal_origin": who.origin[:60],
    }
    with connection.cursor() as cursor:
        cursor.execute(f"{before} {_INSERT_MANY} FROM ({rows}) AS one", {**(params or {}), **own})
        return int(cursor.rowcount)


def seal() -> Seal | None:
    """Seal the lines of the current bureau that no seal covers yet; None where there are none.

    Takes the lock that the table's trigger takes shared for each line: when it is ours, no line is being written,
    so none can later appear in the middle. Raises OperationalError where writers kept it for PATIENCE ms.
    """
    with transaction.atomic():
        _hold_off_writers()
        last = Seal.objects.order_by("-number").first()
        lines = digests.at_most(last.last_seq if last else 0, SEAL_AT_MOST)
        return _sealed(last, lines) if lines else None


def _sealed(last: Seal | None, lines: list[tuple[int, bytes]]) -> Seal:
    previous = last.hash if last else rules.FIRST
    packed = b"".join(rules.entry(seq, digest) for seq, digest in lines)
    number = last.number + 1 if last else 1
    sealed_at = clock_now()
    row: Seal = Seal.objects.create(
        number=number,
        first_seq=lines[0][0],
        last_seq=lines[-1][0],
        lines=len(lines),
        digests=packed,
        previous_hash=previous,
        hash=rules.chain(previous, number, packed, sealed_at),
        sealed_at=sealed_at,
    )
    return row


def clock_now() -> datetime:
    """The moment by the database's clock, also in a transaction that began earlier."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def _hold_off_writers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{PATIENCE}ms"])
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('journal ' || %s, 0))", [current().bureau_id])


def _printable(text: str) -> str:
    return text.replace("\x00", "")
