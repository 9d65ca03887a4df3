"""What the lists cost the database with 100,000 granted dossiers in one bureau, beside SQL written by hand.

    .venv/bin/python scripts/measure_lists.py [DOSSIERS] [RUNS]

On the servers of the suite, in a database of its own that is dropped afterwards. What it prints goes to
docs/measured.md. It fails where a list costs more than 1.5 times the SQL that it needs.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

LIMIT = 1.5


def main(count: int, runs: int) -> int:
    from tests.support.servers import DATABASE, SERVERS

    os.environ.update(SERVERS.environment(), DJANGO_SETTINGS_MODULE="config.settings")
    import django

    SERVERS.begin()
    try:
        SERVERS.create_test_database()
        django.setup()
        return _measure(count, runs, SERVERS, DATABASE)
    finally:
        from django.db import connections

        connections.close_all()
        SERVERS.drop_test_database()
        SERVERS.end()


def _measure(count: int, runs: int, servers: Any, database: str) -> int:
    from django.conf import settings

    from tests.support import granted
    from tests.support.people import log_in, make_bureau

    settings.ALLOWED_HOSTS = ["*"]
    settings.MFA_REQUIRED = False
    with servers.admin(database) as admin:
        crowd = granted.make_crowd(admin, make_bureau(), count)
    print(f"{count} dossiers; medians of {runs}, in ms")
    print("| list | who | product | by hand | ratio |\n| --- | --- | --- | --- | --- |")
    worst = 0.0
    for who, member in crowd.people.items():
        for one in granted.measure(crowd, who, log_in(member), runs):
            worst = max(worst, one.ratio)
            print(f"| {one.name} | {who} | {one.product:.1f} | {one.hand:.1f} | {one.ratio:.2f} |", flush=True)
    print("good" if worst <= LIMIT else f"NOT GOOD: {worst:.2f} times")
    return 0 if worst <= LIMIT else 1


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]]
    raise SystemExit(main(*(given + [100_000, 15][len(given) :])))
