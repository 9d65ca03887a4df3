"""What beat rings for, and each task that the house has, is known to a worker that begins with nothing imported."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from django.conf import settings

# As a worker does it: the app first, then what it finds by itself.
ASK = """
import json, os, sys
from config.celery import app
app.loader.init_worker()
json.dump(sorted(app.tasks), sys.stdout)
"""
NAMED = re.compile(r'@shared_task\([^)]*name="([\w.]+)"')
APPS = ("access", "bureaus", "clients", "config", "consent", "dossiers", "journal", "overviews", "portal", "requests",
        "retention", "vault")  # fmt: skip


def known(servers) -> set[str]:
    from demo import programs

    environment = programs.child_environment(servers.environment())
    command = [sys.executable, "-W", "ignore::RuntimeWarning", "-c", ASK]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return set(json.loads(done.stdout))


def test_a_worker_knows_every_task(servers):
    found = known(servers)
    rung = {one["task"] for one in settings.CELERY_BEAT_SCHEDULE.values()}
    named = {
        name for app in APPS for file in Path(settings.BASE_DIR, app).glob("*tasks.py")
        for name in NAMED.findall(file.read_text())
    }  # fmt: skip
    assert sorted((named | rung) - found) == []
