"""What a piece of work takes, whatever else the machine does meanwhile."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection

Clock = Callable[[], float]


def processor_time() -> float:
    """Seconds of processor that this process and its session in the database have had; what waits for its turn, as all
    does on a busy machine, has none."""
    figures = Path(f"/proc/{_session()}/stat").read_text().rpartition(")")[2].split()
    of_session = sum(map(int, figures[11:13])) / os.sysconf("SC_CLK_TCK")
    return time.process_time() + of_session


def session_clock() -> Clock:
    """The seconds of processor of this session in the database alone, to the millionth; where the kernel does not keep
    those, the seconds on the wall."""
    kept = Path(f"/proc/{_session()}/schedstat")

    def of_session() -> float:
        return int(kept.read_text().split()[0]) / 1e9

    return of_session if kept.exists() and of_session() else time.perf_counter


def _session() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])
