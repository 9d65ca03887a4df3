"""What goes wrong around us: storage, the clock of this machine, a disk that is full. Nothing of ours is replaced."""

from __future__ import annotations

import resource
import signal
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.test import override_settings
from django.utils import timezone


class FaultyStore(FileSystemStorage):
    """A store that gives no answer (`silent`), takes its time (`slow`, seconds) or keeps what is to go (`keeps`)."""

    def __init__(self, *, silent: bool = False, slow: float = 0.0, keeps: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.silent, self.slow, self.keeps = silent, slow, keeps

    def exists(self, name: str) -> bool:
        if self.silent:
            raise OSError("no route to host")
        time.sleep(self.slow)
        return super().exists(name)

    def delete(self, name: str) -> None:
        if not self.keeps:
            super().delete(name)


def store_that(**how: Any) -> AbstractContextManager[None]:
    """The sealed store, at the same place, with a fault."""
    sealed = settings.STORAGES["sealed"]
    faulty = {"BACKEND": "tests.support.faults.FaultyStore", "OPTIONS": {**sealed.get("OPTIONS", {}), **how}}
    return override_settings(STORAGES={**settings.STORAGES, "sealed": faulty})


@contextmanager
def clock_ahead(seconds: float, monkeypatch: Any) -> Iterator[None]:
    """This machine's clock runs ahead of the database's."""
    real = timezone.now
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: real() + timedelta(seconds=seconds))
        yield


@contextmanager
def files_at_most(size: int) -> Iterator[None]:
    """No file grows past so many bytes: the kernel says no, as a full disk does."""
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
