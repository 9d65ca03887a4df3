"""`make demo` in small: it starts with nothing, is quick the second time, and leaves nothing running."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from demo import process, programs, stamps
from demo.embedded import Servers
from demo.places import BASE_DIR, Places
from demo.supervisor import AMSTERDAM
from tests.support.live import free_port
from tests.support.machine import crowded

SETTINGS = {
    "DATABASE_URL",
    "OWNER_DATABASE_URL",
    "BACKUP_DATABASE_URL",
    "REDIS_URL",
    "MEDIA_ROOT",
    "KEYRING",
    "DEBUG",
    "DEMO",
    "PUBLIC_URL",
}


class DemoRun:
    """`manage.py demo` in a var folder of its own, with none of the suite's environment."""

    def __init__(self, var: Path) -> None:
        self.var, self.port = var, free_port()
        self.output = var.parent / "output.txt"

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        environment = {name: value for name, value in os.environ.items() if name not in SETTINGS | {"SECRET_KEY_FILE"}}
        command = programs.manage("demo", "--clients", "2", "--port", str(self.port), *options)
        with self.output.open("wb") as output:
            return subprocess.Popen(
                command, cwd=BASE_DIR, env=environment | {"DOSSIERWACHT_VAR": str(self.var)},
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip

    def text(self) -> str:
        return self.output.read_text(errors="replace")

    def wait_until_it_runs(self, running: subprocess.Popen[bytes]) -> None:
        self.wait_until_it_says("Dossierwacht runs", running)

    def wait_until_it_says(self, words: str, running: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + 120
        while words not in self.text():
            if running.poll() is not None or time.monotonic() > until:
                pytest.fail(self.text())
            time.sleep(0.02)

    def left_running(self) -> list[int]:
        """Programs whose environment names this var folder."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                environment = (entry / "environ").read_bytes()
            except OSError:
                continue
            if f"DOSSIERWACHT_VAR={self.var}".encode() in environment and process.alive(int(entry.name)):
                found.append(int(entry.name))
        return found


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Iterator[DemoRun]:
    """Started once with nothing there, and stopped again."""
    run = DemoRun(tmp_path_factory.mktemp("demo") / "var")
    first = run.start("--until-ready")
    if first.wait(timeout=240):
        pytest.fail(run.text())
    yield run
    Servers(run.var, say=lambda _: None).destroy()


def test_the_first_start_migrates_loads_and_names_addresses_and_accounts(demo: DemoRun):
    text = demo.text()
    for wanted in ("Migrating", "Loading", f"http://javawest.localhost:{demo.port}", "coach@", "demo-dossierwacht"):
        assert wanted in text
    assert text.rstrip().endswith("Stopped; the data is kept.")
    assert demo.left_running() == []


def test_links_in_mails_carry_the_port(demo: DemoRun):
    assert f"export PUBLIC_URL=http://localhost:{demo.port}\n" in (demo.var / "demo.env").read_text()


def test_the_second_start_takes_less_than_ten_seconds_and_keeps_the_data(demo: DemoRun):
    begun = time.monotonic()
    running = demo.start()
    demo.wait_until_it_runs(running)
    took = time.monotonic() - begun
    os.kill(running.pid, signal.SIGINT)
    assert running.wait(timeout=60) == 0
    assert not re.search("Migrating|Loading", demo.text())
    assert took < 10 * crowded(), f"{took:.1f} seconds"


def test_when_a_program_dies_the_demo_says_which_and_stops_the_rest(demo: DemoRun):
    running = demo.start()
    demo.wait_until_it_runs(running)
    beat = next(pid for pid in demo.left_running() if "beat" in process.command_line(pid))
    os.kill(beat, signal.SIGKILL)
    assert running.wait(timeout=60) == 1
    assert "beat ended by itself" in demo.text()
    assert demo.left_running() == []


def test_a_second_demo_in_the_same_folder_is_refused(demo: DemoRun):
    running = demo.start()
    demo.wait_until_it_runs(running)
    other = DemoRun(demo.var)
    other.output = demo.var.parent / "other.txt"
    assert other.start().wait(timeout=60) == 1
    assert "A demo already runs" in other.text()
    os.kill(running.pid, signal.SIGTERM)
    assert running.wait(timeout=60) == 0


def test_a_load_that_was_killed_is_completed_by_the_next_start(demo: DemoRun):
    # As the first start of a larger demo: it is marked when a load begins, and the mark goes when all is there.
    stamps.Stamps(Places(demo.var)).set("loading", f"--seed=1 --clients=14 --today={datetime.now(AMSTERDAM).date()}")
    first = demo.start()
    demo.wait_until_it_says("javawest: 12 clients loaded", first)
    loading = next(pid for pid in demo.left_running() if "demo_load" in process.command_line(pid))
    os.kill(loading, signal.SIGKILL)
    assert first.wait(timeout=60) == 1
    assert "demo_load failed" in demo.text()
    second = demo.start("--until-ready")
    assert second.wait(timeout=120) == 0, demo.text()
    assert "Loading the rest" in demo.text()
    assert "javawest: all there already" in demo.text()
    assert "werklokaal: 12 clients loaded" in demo.text()
