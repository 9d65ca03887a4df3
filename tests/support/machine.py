"""How much else this machine has to do, for tests that measure time."""

from __future__ import annotations

import os


def crowded() -> float:
    """1 on a machine of our own; 2 where twice as many programs want to run as there are cores."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
