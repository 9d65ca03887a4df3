"""The product's own programs against the test database: gunicorn and a Celery worker as real processes."""

from __future__ import annotations

import ctypes
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo import process, programs
from demo.places import BASE_DIR
from tests.support.servers import TestServers

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


def end_with_parent() -> None:
    """In the child: a killed test run leaves no program behind."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Program:
    """One program; `ensure()` starts it when it isn't running, so a test may kill it at any line."""

    def __init__(self, name: str, command: list[str], servers: TestServers) -> None:
        self.name, self.command, self.servers = name, command, servers
        self.log: Path = servers.places.folder("log") / f"{name}.log"
        self.child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        if self.child is None:
            raise RuntimeError(f"{self.name} was not started")
        return self.child.pid

    def ensure(self) -> None:
        if self.child is not None and self.child.poll() is None:
            return
        with self.log.open("wb") as log:
            self.child = subprocess.Popen(
                programs.here(self.command), cwd=BASE_DIR, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=programs.child_environment(self.servers.environment()),
                start_new_session=True, preexec_fn=end_with_parent,
            )  # fmt: skip

    def kill(self) -> None:
        """As the power fails: SIGKILL to the program and its workers."""
        process.stop_group(self.pid, signal.SIGKILL)
        self.stop()

    def stop(self) -> None:
        if self.child is not None:
            process.stop_group(self.child.pid, signal.SIGTERM)
            self.child.wait()
            self.child = None

    def wait_for(self, ready: str, seconds: float = 60.0) -> None:
        """Wait until the log says `ready`; the log is the failure's text."""
        until = time.monotonic() + seconds
        while ready not in self.text():
            self.fail_unless_running(until, f"did not say {ready!r}")
            time.sleep(0.05)

    def fail_unless_running(self, until: float, what: str) -> None:
        ended = self.child is None or self.child.poll() is not None
        if ended or time.monotonic() > until:
            pytest.fail(f"{self.name} {what}{' and ended' if ended else ''}:\n{process.tail(self.log, 40)}")

    def text(self) -> str:
        return self.log.read_text(errors="replace")


class LiveSite:
    """`live_url("javawest", "/clienten/")` is an address a browser can open; without a slug the bare host."""

    def __init__(self, port: int) -> None:
        self.port = port

    def __call__(self, slug: str = "", path: str = "/") -> str:
        host = f"{slug}.localhost" if slug else "localhost"
        return f"http://{host}:{self.port}{path}"

    def __str__(self) -> str:
        return self()

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


@pytest.fixture(scope="session")
def live_processes(servers: TestServers, django_db_setup: None) -> Iterator[dict[str, Program]]:
    """The programs started in this session, by name; all stopped at its end."""
    running: dict[str, Program] = {}
    yield running
    for program in running.values():
        program.stop()


@pytest.fixture
def live_url(live_processes: dict[str, Program], servers: TestServers, transactional_db: None) -> LiveSite:
    """A real gunicorn on 127.0.0.1 that serves *.localhost from the test database; rows must be committed."""
    if "web" not in live_processes:
        port = free_port()
        live_processes["web"] = Program("web", programs.web(f"127.0.0.1:{port}"), servers)
    web = live_processes["web"]
    site = LiveSite(int(web.command[-1].rpartition(":")[2]))
    web.ensure()
    until = time.monotonic() + 60
    while not site.answers():
        web.fail_unless_running(until, "did not answer /healthz")
        time.sleep(0.1)
    return site


@pytest.fixture(scope="module")
def worker_of_the_file(live_processes: dict[str, Program], servers: TestServers) -> Iterator[Program]:
    """Ended with its file: one left behind would take the work that a later test waits to see or does itself."""
    worker = live_processes["worker"] = Program("worker", programs.worker(), servers)
    yield worker
    worker.stop()


@pytest.fixture
def celery_worker_process(worker_of_the_file: Program, transactional_db: None) -> Program:
    """A real Celery worker on the test database and Redis; `.pid`, `.kill()`, `.ensure()`, `.text()` (its log)."""
    worker_of_the_file.ensure()
    worker_of_the_file.wait_for(" ready.")
    return worker_of_the_file


@pytest.fixture
def no_worker(live_processes: dict[str, Program]) -> None:
    """For a test that is the worker itself, or says that none is needed, in a file where others ask for one."""
    if worker := live_processes.get("worker"):
        worker.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
