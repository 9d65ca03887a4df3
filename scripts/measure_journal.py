"""How long the log of a bureau takes to check and to read, with a million lines in it.

    .venv/bin/python scripts/measure_journal.py [LINES]

On the servers of the suite, in a database of its own that is dropped afterwards. What it prints goes to
docs/measured.md. It fails where checking takes a minute or more for a million lines, or misses a changed byte.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

LIMIT = 60.0  # seconds for a million lines
# One act in a thousand is rare, one line in five hundred is of an old dossier; the rest as a working day has it.
FILL = """
INSERT INTO journal_line (id, bureau_id, act, result, object_type, object_id, dossier_id, dossier_number, user_id,
    membership_id, actor, roles, on_behalf_of, reason, ground, grant_id, origin, facts)
SELECT uuidv7(), %(bureau)s,
    CASE WHEN n %% 1000 = 0 THEN 'reglement.vastgesteld' WHEN n %% 3 = 0 THEN 'dossier.ingezien'
         WHEN n %% 3 = 1 THEN 'stuk.ingezien' ELSE 'client.ingezien' END,
    CASE WHEN n %% 997 = 0 THEN 'geweigerd' ELSE 'ok' END, 'dossiers.Dossier', md5((n %% 5000)::text)::uuid::text,
    md5((n %% 5000)::text)::uuid, 'D-' || lpad((n %% 5000)::text, 7, '0'), n %% 60,
    CASE WHEN n %% 60 = 7 THEN %(member)s ELSE md5('m' || n %% 60)::uuid END, 'Een medewerker ' || n %% 60, 'coach', '',
    CASE WHEN n %% 50 = 0 THEN 'Omdat het é zo "is"' ELSE '' END, CASE WHEN n %% 500 = 0 THEN 'overmacht' ELSE '' END,
    NULL, '192.0.2.' || n %% 250, jsonb_build_object('shown', n %% 20, 'kind', 'gespreksverslag')
FROM generate_series(%(first)s::int, %(last)s::int) n
"""
PART = 100_000


def main(lines: int) -> int:
    support: Any = import_module("tests.support.servers")
    servers = support.SERVERS
    os.environ.update(servers.environment(), DJANGO_SETTINGS_MODULE="config.settings")
    import django

    servers.begin()
    try:
        servers.create_test_database()
        django.setup()
        return _measure(lines, servers, support.DATABASE)
    finally:
        from django.db import connections

        connections.close_all()
        servers.drop_test_database()
        servers.end()


def _measure(lines: int, servers: Any, database: str) -> int:
    from django.conf import settings

    from bureaus.tenancy import in_bureau
    from journal.verify import verify

    people: Any = import_module("tests.support.people")
    settings.ALLOWED_HOSTS = ["*"]
    settings.MFA_REQUIRED = False
    bureau = people.make_bureau()
    guard = people.make_member(bureau, "Fenna", "fg")
    coach = people.make_member(bureau, "Medewerker", "coach")
    _say("writing", _timed(lambda: _fill(bureau, coach, lines)))
    _say("sealing, 5,000 lines a seal", _timed(lambda: _seal(bureau)))
    with servers.admin(database) as admin:
        admin.execute("ANALYZE")
    with in_bureau(bureau):
        own = time.process_time()
        took, verdict = _timed(verify)
        own = time.process_time() - own
    print(f"of this process's own {own:.1f} s, at a load of {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    _say(f"checking {verdict.lines} lines in {verdict.seals} seals", (took, verdict))
    _pages(people.log_in(guard), lines)
    missed = _tamper(servers, database, bureau, lines)
    good = not verdict.broken and verdict.lines >= lines and took < LIMIT * lines / 1_000_000 and not missed
    print("good" if good else f"NOT GOOD: {verdict.broken} {missed}")
    return 0 if good else 1


def _fill(bureau: Any, coach: Any, lines: int) -> None:
    from django.db import connection

    from bureaus.tenancy import in_bureau

    for first in range(1, lines + 1, PART):
        values = {"bureau": bureau.pk, "member": coach.pk, "first": first, "last": min(first + PART - 1, lines)}
        with in_bureau(bureau), connection.cursor() as cursor:
            cursor.execute(FILL, values)


def _seal(bureau: Any) -> None:
    from bureaus.tenancy import in_bureau
    from journal.actions import seal

    while True:
        with in_bureau(bureau):
            if seal() is None:
                return


def _pages(client: Any, lines: int) -> None:
    from journal.labels import acts_of

    deep = lines // 2
    pages = {
        "first page": "",
        "halfway by place": f"?voor={deep}",
        "of one person": "?wie=Medewerker",
        "of one dossier": "?dossier=D-0000123",
        "a rare act": "?wat=reglement.vastgesteld",
        f"a group of {len(acts_of('kijken'))} acts": "?wat=kijken",
        "refused": "?resultaat=geweigerd",
        "on a ground": "?grond=overmacht",
        "nothing that answers": "?dossier=D-9999999",
    }
    for name, query in pages.items():
        times = [_timed(partial(_get, client, query))[0] * 1000 for _ in range(5)]
        print(f"page, {name}: {statistics.median(times):.0f} ms")


def _get(client: Any, query: str) -> None:
    if client.get(f"/logboek/{query}").status_code != 200:
        raise SystemExit(f"no page: {query}")


def _tamper(servers: Any, database: str, bureau: Any, lines: int) -> list[str]:
    """One byte of one line, in three columns at three places; which of them were not found."""
    from bureaus.tenancy import in_bureau
    from journal.verify import verify

    missed = []
    for place, change, back in (
        (lines // 10, "actor = replace(actor, 'med', 'mad')", "actor = replace(actor, 'mad', 'med')"),
        (lines // 2, "origin = origin || '0'", "origin = left(origin, -1)"),
        (lines - 1, "at = at + interval '1 microsecond'", "at = at - interval '1 microsecond'"),
    ):
        _change(servers, database, change, place)
        with in_bureau(bureau):
            took, verdict = _timed(verify)
        _say(f"one byte changed at line {place}: {verdict.broken or 'NOT FOUND'}", (took, verdict))
        missed += [] if verdict.broken.startswith(f"regel {place} ") else [change]
        _change(servers, database, back, place)
    return missed


def _change(servers: Any, database: str, change: str, place: int) -> None:
    with servers.admin(database) as admin, admin.transaction():
        admin.execute("SET LOCAL session_replication_role = replica")
        admin.execute(f"UPDATE journal_line SET {change} WHERE seq = %s", (place,))  # noqa: S608


def _timed(act: Callable[[], Any]) -> tuple[float, Any]:
    began = time.monotonic()
    found = act()
    return time.monotonic() - began, found


def _say(what: str, measured: tuple[float, Any]) -> None:
    print(f"{what}: {measured[0]:.1f} s", flush=True)


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
