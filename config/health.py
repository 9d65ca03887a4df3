"""Is it alive, and can it work? For the supervisor, the container and the load balancer."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.core.cache import cache
from django.core.files.storage import storages
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse

from access.decorators import open_page
from config.celery import app
from config.tasks import HEARTBEAT, STALE_AFTER


@transaction.non_atomic_requests
@open_page
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The process answers; asks nothing of anything else."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@transaction.non_atomic_requests
@open_page
def readyz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """503 with what is missing: the database, the broker, the store of files, a worker that lives."""
    found = {name: _state(check) for name, check in CHECKS.items()}
    return JsonResponse(found, status=200 if set(found.values()) == {"ok"} else 503)


def _state(check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as trouble:  # noqa: BLE001  (whatever is wrong with a part, the answer says which part)
        return type(trouble).__name__


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _broker() -> str:
    with app.connection_for_read(connect_timeout=2) as broker:
        broker.ensure_connection(max_retries=1)
    return "ok"


def _storage() -> str:
    storages["sealed"].exists("readyz")
    return "ok"


def _worker() -> str:
    beat = cache.get(HEARTBEAT)
    if beat is None:
        return "no heartbeat"
    age = time.time() - beat
    return "ok" if age < STALE_AFTER else f"last heartbeat {age:.0f} s ago"


CHECKS = {"database": _database, "broker": _broker, "storage": _storage, "worker": _worker}
