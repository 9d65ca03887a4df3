"""Small dealings with processes: is it alive, is it ours, stop it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path


def command_line(pid: int) -> list[str]:
    """The arguments that process was started with; empty when it is gone."""
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return []
    return [part.decode(errors="replace") for part in raw.split(b"\0") if part]


def alive(pid: int) -> bool:
    """Whether that process runs; one that ended and waits to be collected does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def working_in(folder: Path) -> list[int]:
    """The living processes whose working directory is that folder, as every process of PostgreSQL has."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (entry / "cwd").readlink() == folder and alive(int(entry.name)):
                found.append(int(entry.name))
    return found


def stop(pid: int, *, sign: signal.Signals = signal.SIGTERM, seconds: float = 20.0) -> None:
    """Ask that process to stop; kill it when it hasn't within `seconds`."""
    for last in (sign, signal.SIGKILL):
        try:
            os.kill(pid, last)
        except ProcessLookupError:
            return
        if gone_within(pid, seconds):
            return


def gone_within(pid: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while alive(pid):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    collect(pid)
    return True


def collect(pid: int) -> None:
    """Take a child's exit status so that it leaves no zombie; somebody else's child is left alone."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def tail(path: Path, lines: int = 25) -> str:
    """The last lines of a log, or a note that there are none."""
    try:
        text = path.read_text(errors="replace").splitlines()
    except OSError:
        text = []
    return "\n".join(text[-lines:]) or "(no output)"


def stop_group(leader: int, sign: signal.Signals = signal.SIGTERM, seconds: float = 20.0) -> None:
    """Stop a program that leads its own process group: ask the leader, then kill what of the group is left."""
    try:
        if sign == signal.SIGKILL:
            os.killpg(leader, sign)
        else:
            os.kill(leader, sign)
        gone_within(leader, seconds)
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        pass
    collect(leader)


def reap(child: subprocess.Popen[bytes] | None, seconds: float = 10.0) -> None:
    """Collect a child of ours that was killed: it may still be on its way out."""
    if child is not None:
        with suppress(subprocess.TimeoutExpired):
            child.wait(timeout=seconds)
