"""Our app `requests` hides the PyPI package of that name: nothing that runs in the process may need it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from django.conf import settings
from packaging.requirements import Requirement

from demo.programs import child_environment
from tests.support.servers import SERVERS

ROOT = Path(__file__).resolve().parent.parent
HIDDEN = "requests"
LOCKS = ["requirements.txt", "requirements-dev.txt"]


def locked(name: str) -> dict[str, str]:
    """The packages of a lock file with their versions."""
    lines = (ROOT / name).read_text().splitlines()
    return dict(match.groups() for line in lines if (match := re.match(r"([A-Za-z0-9._-]+)(?:\[.*\])?==(\S+)", line)))


def needs(package: str) -> set[str]:
    """What a package needs at run time here, its extras left out."""
    found = (Requirement(text) for text in requires(package) or ())
    return {
        need.name.lower()
        for need in found
        if need.marker is None or (need.marker.evaluate({"extra": ""}) and "extra" not in str(need.marker))
    }


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_file_does_not_hold_it(lock):
    assert HIDDEN not in {name.lower() for name in locked(lock)}


@pytest.mark.parametrize("lock", LOCKS)
def test_no_locked_package_needs_it(lock):
    packages = locked(lock)
    assert len(packages) > 40, "the lock file was not read"
    wanting = []
    for name in packages:
        try:
            if HIDDEN in needs(name):
                wanting.append(name)
        except PackageNotFoundError:
            continue  # for another platform or another Python
    assert wanting == []


def test_the_name_is_ours():
    import requests

    assert Path(requests.__file__).is_relative_to(ROOT)


# Everything that a process of the product may load; then each module whose name is in use, and where it came from.
SCRIPT = """
import importlib, sys, warnings
warnings.simplefilter("error")
import django
django.setup()
from django.conf import settings
from django.utils.module_loading import autodiscover_modules
for app in settings.INSTALLED_APPS:
    for room in ("", ".models", ".urls", ".views", ".tasks", ".actions", ".forms", ".registry", ".rules"):
        try:
            importlib.import_module(app + room)
        except ModuleNotFoundError as missing:
            if not (app + room).startswith(missing.name or "?"):
                raise
for name in ("config.urls", "config.wsgi", "config.celery", "gunicorn.app.wsgiapp", "gunicorn.workers.gthread",
             "celery.bin.worker", "celery.bin.beat", "kombu.transport.redis", "storages.backends.s3", "boto3",
             "whitenoise.storage", "weasyprint", "pikepdf", "allauth.mfa.webauthn.views", "fido2.server", "holidays"):
    importlib.import_module(name)
from config.celery import app as celery
celery.loader.import_default_modules()
print(sys.modules["requests"].__file__)
print(sorted(name for name in sys.modules if name.startswith("requests.") and "apps" not in name))
"""


def test_nothing_that_runs_loads_the_hidden_one():
    """A library that tries it and falls back finds ours instead: it has to do without."""
    environment = child_environment(SERVERS.environment() | {"DJANGO_SETTINGS_MODULE": "config.settings"})
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-3000:]
    where, rooms = done.stdout.splitlines()[-2:]
    assert where == str(ROOT / "requests" / "__init__.py")
    assert {name.strip("' ") for name in rooms.strip("[]").split(",")} <= {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in (ROOT / "requests").rglob("*.py")
    } | {""}


def test_our_folder_comes_first_on_the_path_of_every_program():
    """Each program of the product starts in this folder; there the name is ours, whatever else is installed."""
    code = "import requests; print(requests.__file__)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=os.environ, capture_output=True, text=True)
    assert done.stdout.strip() == str(ROOT / "requests" / "__init__.py")
    assert HIDDEN in settings.INSTALLED_APPS
