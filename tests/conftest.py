"""The suite's ground: real servers, the app role, no network but this machine, a real browser where asked.

The environment is set here, before Django reads its settings; hence no DJANGO_SETTINGS_MODULE in pyproject.toml,
which pytest-django would act on before this file is read.
"""

from __future__ import annotations

import os
import sys

import django
import pytest

from tests.support.servers import SERVERS

if "django.conf" in sys.modules and sys.modules["django.conf"].settings.configured:
    raise pytest.UsageError("unset DJANGO_SETTINGS_MODULE and give no --ds: tests/conftest.py sets the environment")
os.environ.update(SERVERS.environment(), DJANGO_SETTINGS_MODULE="config.settings")

from tests.support.browser import (
    browser,
    browser_page,
    new_page,
)
from tests.support.live import (
    celery_worker_process,
    live_processes,
    live_url,
)
from tests.support.personas import alice, bob, charlie, diana, dossier, javawest, vera
from tests.support.servers import _fresh_cache, django_db_setup, servers

__all__ = [
    "_fresh_cache",
    "alice",
    "bob",
    "browser",
    "browser_page",
    "celery_worker_process",
    "charlie",
    "diana",
    "django_db_setup",
    "dossier",
    "javawest",
    "live_processes",
    "live_url",
    "new_page",
    "servers",
    "vera",
]


def pytest_configure() -> None:
    """Load the settings with the environment above; pytest-django blocks the database right after."""
    django.setup()
    # A parallel run inherits the environment, and has to read this file before its settings, too.
    os.environ.pop("DJANGO_SETTINGS_MODULE")


def pytest_sessionfinish() -> None:
    """Also when no test asked for the servers: the scratch folders of the environment are ours."""
    SERVERS.end()
