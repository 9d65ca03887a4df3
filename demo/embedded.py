"""The embedded default: both servers under one folder, and the environment that points at them.

`python -m demo.embedded start|stop|status|destroy` does by hand what `manage.py demo` does around its own run.
For trying out and for tests; the README says how to run for real.
"""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg

from demo import roles
from demo.places import Places, write_private
from demo.postgres_server import SUPERUSER, PostgresServer
from demo.redis_server import RedisServer


class Servers:
    """PostgreSQL and Redis of one var folder. Everything here may be called again at any time."""

    def __init__(
        self,
        var: Path | None = None,
        *,
        durable: bool = True,
        say: Callable[[str], None] = print,
        extra: dict[str, str] | None = None,
    ) -> None:
        """`extra` goes into the environment besides."""
        self.places, self.extra = Places(var), extra or {}
        self.postgres = PostgresServer(self.places, durable=durable, say=say)
        self.redis = RedisServer(self.places, durable=durable)

    def start(self) -> None:
        """Start what doesn't run, make roles and database, write `demo.env`; RuntimeError says what failed."""
        with self.places.held("servers"):
            self.redis.start()
            self.postgres.start()
            self.prepare_database()
            self.write_environment()

    def stop(self) -> None:
        with self.places.held("servers"):
            self.redis.stop()
            self.postgres.stop()

    def destroy(self) -> None:
        """Stop both and remove everything: database, queue, files, keys, passwords, logs."""
        self.stop()
        self.postgres.destroy()
        for folder in (self.postgres.socket, self.redis.socket.parent, self.places.var):
            shutil.rmtree(folder, ignore_errors=True)

    def running(self) -> bool:
        return self.postgres.pid() is not None and self.redis.running()

    # -- the database ---------------------------------------------------------------------------------------------
    def admin(self, database: str = roles.DATABASE) -> psycopg.Connection:
        """A superuser's connection in autocommit; for making roles and databases, never for the product itself."""
        return psycopg.connect(self.postgres.url(SUPERUSER, database), autocommit=True)

    def prepare_database(self) -> None:
        with self.admin("postgres") as connection:
            roles.ensure_roles(connection, lambda role: self.places.secret(f"postgres-{role}"))
            roles.ensure_database(connection)
        with self.admin() as connection:
            roles.ensure_rights(connection)

    # -- the environment ------------------------------------------------------------------------------------------
    def environment(self, database: str = roles.DATABASE) -> dict[str, str]:
        """What config/settings.py reads, by name."""
        return {
            "DEBUG": "1",
            "DEMO": "1",
            "DOSSIERWACHT_VAR": str(self.places.var),
            "DATABASE_URL": self.postgres.url(roles.APP, database),
            "OWNER_DATABASE_URL": self.postgres.url(roles.OWNER, database),
            "BACKUP_DATABASE_URL": self.postgres.url(roles.BACKUP, database),
            "REDIS_URL": self.redis.url,
            "MEDIA_ROOT": str(self.places.folder("media")),
            "KEYRING": str(self.places.folder("keyring")),
            "SECRET_KEY_FILE": str(self.places.secret_file("secret-key")),
            **self.extra,
        }

    def write_environment(self) -> Path:
        """`demo.env`: source it to run any command beside the demo."""
        path = self.places.var / "demo.env"
        lines = [f"export {name}={shlex.quote(value)}" for name, value in self.environment().items()]
        write_private(path, "\n".join(lines) + "\n")
        return path


def destroy_all() -> None:
    """Everything under the var folder, the servers that the tests keep there included."""
    var = Places().var
    for each in (*var.glob("tests/gw*"), var / "tests", var):
        if each.exists():
            Servers(each).destroy()


def main(arguments: list[str]) -> int:
    servers = Servers()
    acts = {"start": servers.start, "stop": servers.stop, "destroy": destroy_all, "status": lambda: None}
    if len(arguments) != 1 or arguments[0] not in acts:
        print("usage: python -m demo.embedded start|stop|status|destroy", file=sys.stderr)
        return 2
    acts[arguments[0]]()
    if arguments[0] == "destroy":
        return 0
    state = "running" if servers.running() else "stopped"
    print(f"{state}: PostgreSQL and Redis of {servers.places.var}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
