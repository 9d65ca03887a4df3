"""The worker's sign of life."""

from __future__ import annotations

import time
from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.core.cache import cache

HEARTBEAT = "worker-heartbeat"
STALE_AFTER = 120  # seconds; the beat comes every 30


@shared_task
def heartbeat() -> None:
    cache.set(HEARTBEAT, time.time(), timeout=3600)


@worker_ready.connect
def beat_at_once(**_: Any) -> None:
    """So that a fresh installation is ready as soon as its worker is, not at the first tick."""
    heartbeat()
