"""`manage.py demo`: everything up, in order; everything down, in the other order, whatever happens."""

from __future__ import annotations

import ctypes
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from demo import process, programs, stamps
from demo.embedded import Servers
from demo.places import BASE_DIR, Occupied

PASSWORD = "demo-dossierwacht"
ACCOUNTS = ("directie", "directie2", "coach", "coach2", "administratie", "fg", "opdrachtgever", "client")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


class Stopped(Exception):
    """Somebody asked us to stop."""


class DemoError(Exception):
    """The demo can't go on; the text says which part and why."""


@dataclass(frozen=True)
class Options:
    clients: int = 40
    seed: int = 1
    port: int = 8000
    until_ready: bool = False


class Child:
    """One program of the installation with its log."""

    def __init__(self, name: str, command: list[str], servers: Servers) -> None:
        self.name = name
        self.log = servers.places.folder("log") / f"{name}.log"
        with self.log.open("wb") as log:
            self.running = subprocess.Popen(
                programs.here(command),
                cwd=BASE_DIR,
                env=programs.child_environment(servers.environment()),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )

    def fail_if_ended(self) -> None:
        if (code := self.running.poll()) is not None:
            raise DemoError(
                f"{self.name} ended by itself (exit {code}); the end of {self.log}:\n{process.tail(self.log)}"
            )

    def stop(self) -> None:
        process.stop_group(self.running.pid)
        self.running.wait()


class Demo:
    """One run. `say` gets lines for the terminal."""

    def __init__(self, options: Options, say: Callable[[str], None] = print) -> None:
        self.options, self.say = options, say
        self.servers = Servers(say=say, extra={"PUBLIC_URL": f"http://localhost:{options.port}"})
        self.stamps = stamps.Stamps(self.servers.places)
        self.children: list[Child] = []

    def run(self) -> int:
        """Run until asked to stop; the exit code for the shell."""
        try:
            with self.servers.places.held("demo", wait=False), stopping_by_signal():
                self.need_free_port()
                return self.guarded()
        except Occupied:
            self.say(f"A demo already runs in {self.servers.places.var}.")
        except DemoError as error:
            self.say(str(error))
        return 1

    def guarded(self) -> int:
        code = 0
        try:
            self.up()
            self.watch()
        except Stopped:
            pass
        except (DemoError, RuntimeError) as error:
            self.say(f"\n{error}")
            code = 1
        finally:
            self.down()
        return code

    # -- up -----------------------------------------------------------------------------------------------------
    def up(self) -> None:
        started = time.monotonic()
        self.say("Starting PostgreSQL and Redis ...")
        self.servers.start()
        self.build_assets()
        self.migrate()
        self.load_people()
        self.start_programs()
        self.wait_until_ready()
        self.tell(time.monotonic() - started)

    def need_free_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self.options.port))
            except OSError:
                port = self.options.port
                raise DemoError(f"Port {port} is taken; choose another: make demo PORT={port + 1}") from None

    def build_assets(self) -> None:
        """The script itself knows whether anything is to be done."""
        script = [sys.executable, str(BASE_DIR / "scripts" / "build_assets.py")]
        done = subprocess.run(script, cwd=BASE_DIR, capture_output=True, text=True)
        if done.returncode:
            raise DemoError(f"Building the style sheets failed:\n{done.stdout}\n{done.stderr}")

    def migrate(self) -> None:
        """As the owner, and only when migrations, packages or the cluster changed since the last time."""
        wanted = f"{stamps.of_migrations()} {self.cluster()}"
        if self.stamps.holds("migrated", wanted):
            return
        self.say("Migrating the database ...")
        environment = self.servers.environment()
        environment["DATABASE_URL"] = environment["OWNER_DATABASE_URL"]
        self.manage("migrate", "--verbosity", "0", environment=environment)
        self.stamps.set("migrated", wanted)

    def cluster(self) -> str:
        """The database's identity: cluster and database, so that a database made anew is migrated anew."""
        query = "SELECT system_identifier, oid FROM pg_control_system(), pg_database WHERE datname = current_database()"
        with self.servers.admin() as connection:
            return str(connection.execute(query).fetchone())

    def load_people(self) -> None:
        """The first time only. A load that was cut off is completed, with the seed, number and day it began with."""
        begun = self.stamps.read("loading")
        if begun is None and self.bureaus():
            return
        if begun is None:
            today = datetime.now(AMSTERDAM).date()
            begun = f"--seed={self.options.seed} --clients={self.options.clients} --today={today}"
            self.stamps.set("loading", begun)
            self.say(f"Loading five bureaus with {self.options.clients} generated clients each ...")
        else:
            self.say("Loading the rest: an earlier load was cut off ...")
        self.manage("demo_load", *begun.split())
        with self.servers.admin() as connection:
            # Without it PostgreSQL plans the first queries for tables that were empty a moment ago.
            connection.execute("ANALYZE")
        self.stamps.clear("loading")

    def bureaus(self) -> list[tuple[str, str, str]]:
        """Slug, host and legal name of each bureau there is."""
        with self.servers.admin() as connection:
            return connection.execute("SELECT slug, host, legal_name FROM bureaus_bureau ORDER BY slug").fetchall()

    def manage(self, command: str, *arguments: str, environment: dict[str, str] | None = None) -> None:
        environment = programs.child_environment(environment or self.servers.environment())
        done = subprocess.run(programs.manage(command, *arguments), cwd=BASE_DIR, env=environment)
        if done.returncode:
            raise DemoError(f"manage.py {command} failed (exit {done.returncode}).")

    def start_programs(self) -> None:
        schedule = self.servers.places.folder("beat") / "schedule"
        commands = {
            "web": programs.web(f"127.0.0.1:{self.options.port}"),
            "worker": programs.worker(),
            "beat": programs.beat(schedule),
        }
        self.say("Starting web, worker and beat ...")
        self.children = [Child(name, command, self.servers) for name, command in commands.items()]

    def wait_until_ready(self, seconds: float = 90.0) -> None:
        until = time.monotonic() + seconds
        while (answer := self.readiness()) is not None:
            self.fail_if_one_ended()
            if time.monotonic() > until:
                raise DemoError(f"Not ready after {seconds:.0f} seconds; /readyz says: {answer}")
            time.sleep(0.2)

    def readiness(self) -> str | None:
        """None when /readyz says all is well, else what it says."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.options.port}/readyz", timeout=5):
                return None
        except urllib.error.HTTPError as error:
            with error:
                return error.read(2000).decode(errors="replace")
        except OSError as error:
            return str(error)

    def tell(self, seconds: float) -> None:
        port = self.options.port
        rows = [f"  http://{host}:{port}".ljust(42) + name for _, host, name in self.bureaus()]
        lines = [
            f"\nDossierwacht runs ({seconds:.0f} s).",
            f"  http://localhost:{port}".ljust(42) + "front door: all accounts",
            *rows,
            f"Accounts per bureau: {', '.join(f'{name}@SLUG.test' for name in ACCOUNTS[:3])}, ...",
            f"  ({', '.join(ACCOUNTS)}); platform: beheer@platform.test",
            f"Password of all: {PASSWORD}",
            f"Logs: {self.servers.places.var / 'log'}; commands beside it: . {self.servers.places.var / 'demo.env'}",
            "Ctrl-C stops it; the data stays.",
        ]
        self.say("\n".join(lines))

    # -- running and down ---------------------------------------------------------------------------------------
    def watch(self) -> None:
        while not self.options.until_ready:
            time.sleep(0.5)
            self.fail_if_one_ended()

    def fail_if_one_ended(self) -> None:
        for child in self.children:
            child.fail_if_ended()

    def down(self) -> None:
        """Web first, so that nothing new comes in; the servers last. A second Ctrl-C changes nothing."""
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)
        self.say("Stopping ...")
        for child in self.children:
            child.stop()
        self.servers.stop()
        self.say("Stopped; the data is kept.")


def end_with_parent() -> None:
    """In the child: a supervisor that is killed leaves no program behind. Its servers are found again by the next."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@contextmanager
def stopping_by_signal() -> Iterator[None]:
    """Ctrl-C, SIGTERM and a closed terminal raise Stopped in the main thread."""

    def stop(*_: Any) -> NoReturn:
        raise Stopped

    signs = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {each: signal.signal(each, stop) for each in signs}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
