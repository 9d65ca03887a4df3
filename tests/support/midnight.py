"""A test begins on the day on which it ends: shortly before midnight it waits for it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

# Most tests take less; and what is written down in one takes its day from either of these.
NEARLY = timedelta(seconds=60)
CLOCKS = (ZoneInfo("Europe/Amsterdam"), UTC)


def wait_out_midnight() -> None:
    time.sleep(max(until_past_midnight(datetime.now(zone)) for zone in CLOCKS))


def until_past_midnight(now: datetime) -> float:
    """Seconds, of a clock that has nearly come to midnight; none of any other."""
    left = timedelta(days=1) - timedelta(
        hours=now.hour, minutes=now.minute, seconds=now.second, microseconds=now.microsecond
    )
    return left.total_seconds() + 0.01 if left <= NEARLY else 0.0
