"""The three programs of an installation, as the demo, the tests and docker-compose.yml start them."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def web(bind: str) -> list[str]:
    """gunicorn; the rest of its settings stands in gunicorn.conf.py."""
    return ["gunicorn", "--bind", bind]


def worker() -> list[str]:
    options = ["--loglevel", "INFO", "--concurrency", "2", "--without-gossip", "--without-mingle"]
    return ["celery", "-A", "config", "worker", *options]


def beat(schedule: Path | str) -> list[str]:
    """celery beat; `schedule` is the file in which it remembers what ran when."""
    return ["celery", "-A", "config", "beat", "--loglevel", "INFO", "--schedule", str(schedule)]


def here(command: list[str]) -> list[str]:
    """That command run by this very Python, whatever PATH says."""
    program, *arguments = command
    return [sys.executable, "-m", program, *arguments]


def manage(*arguments: str) -> list[str]:
    return [sys.executable, str(Path(__file__).resolve().parent.parent / "manage.py"), *arguments]


def child_environment(extra: dict[str, str]) -> dict[str, str]:
    """Our environment with `extra` on top, for a child whose output goes to a log."""
    return {**os.environ, "PYTHONUNBUFFERED": "1", "DJANGO_SETTINGS_MODULE": "config.settings", **extra}
