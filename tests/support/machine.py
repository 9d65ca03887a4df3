"""How slow this machine is at this moment, for tests that measure time."""

from __future__ import annotations

import os
import time

STEPS = 5_000_000
# Seconds that these take where the bounds of the tests were measured, with nothing else to do.
MEASURED = 0.2


def crowded() -> float:
    """1 where the bounds were measured; 2 where twice as many programs want to run as there are cores, and where the
    same work takes twice as long: on slower cores, or on a part of them."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1), _took() / MEASURED)


def _took() -> float:
    begun, total = time.perf_counter(), 0
    for step in range(STEPS):
        total += step & 7
    return time.perf_counter() - begun
