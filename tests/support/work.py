"""What a piece of work takes, whatever else the machine does meanwhile."""

from __future__ import annotations

import os
import time
from pathlib import Path

from django.db import connection


def processor_time() -> float:
    """Seconds of processor that this process and its session in the database have had; what waits for its turn, as all
    does on a busy machine, has none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        session = int(cursor.fetchone()[0])
    figures = Path(f"/proc/{session}/stat").read_text().rpartition(")")[2].split()
    of_session = sum(map(int, figures[11:13])) / os.sysconf("SC_CLK_TCK")
    return time.process_time() + of_session
