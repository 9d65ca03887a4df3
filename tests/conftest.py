"""The suite's ground: real servers, the app role, no network but this machine, a real browser where asked.

The environment is set here, before Django reads its settings; hence no DJANGO_SETTINGS_MODULE in pyproject.toml,
which pytest-django would act on before this file is read.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator

import django
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

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
    no_worker,
    worker_of_the_file,
)
from tests.support.midnight import wait_out_midnight
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
    "no_worker",
    "servers",
    "vera",
    "worker_of_the_file",
]


def pytest_configure() -> None:
    """Load the settings with the environment above; pytest-django blocks the database right after."""
    django.setup()
    _hash_passwords_lightly()
    _draw_without_haste()
    # A parallel run inherits the environment, and has to read this file before its settings, too.
    os.environ.pop("DJANGO_SETTINGS_MODULE")


# What takes minutes begins first, so that no process is left alone with one of these when the others are done.
LONGEST = (
    "test_permissions.py", "test_bundles.py", "test_access_oracle.py", "test_retention_machine.py",
    "test_every_screen_browser.py", "test_retention_kills.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files, then what is named like one of them or like a browser's, then all others."""
    items.sort(key=lambda item: _turn(item.path.name))


def _turn(name: str) -> int:
    if name in LONGEST:
        return LONGEST.index(name)
    return len(LONGEST) + (not name.startswith("test_permissions") and not name.endswith("_browser.py"))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol() -> Iterator[None]:
    """Before the clock of its own time runs, and before it makes anything: most read the day more than once."""
    wait_out_midnight()
    return (yield)


def pytest_collection_finish() -> None:
    """What was loaded stays to the end: the collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _draw_without_haste() -> None:
    """How fast Hypothesis draws a value says how busy the machine is, and nothing of the product."""
    hypothesis_settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    hypothesis_settings.load_profile("house")


def _hash_passwords_lightly() -> None:
    """At 0.23 s for each account and each login, hashing would be most of the suite's time.

    In this process only: the web servers of the browser's tests hash as in production, which
    test_access_accounts.py holds.
    """
    from django.contrib.auth.hashers import ScryptPasswordHasher

    global WORK_FACTOR
    WORK_FACTOR, ScryptPasswordHasher.work_factor = ScryptPasswordHasher.work_factor, 2**4


WORK_FACTOR = 0


@pytest.fixture
def hashed_as_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    """For who logs in here and at a web server: a hash that is made anew there would end the session of here."""
    from django.contrib.auth.hashers import ScryptPasswordHasher

    monkeypatch.setattr(ScryptPasswordHasher, "work_factor", WORK_FACTOR)


def pytest_sessionfinish() -> None:
    """Also when no test asked for the servers: the scratch folders of the environment are ours."""
    SERVERS.end()
