"""How the web server runs, everywhere: `gunicorn` alone is the whole command; --bind says where."""

import os
from pathlib import Path
from typing import Any

wsgi_app = "config.wsgi"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60  # seconds; a document of 50 MB over a slow line is read by a thread, which keeps its worker alive
graceful_timeout = 15
max_requests = 5000
max_requests_jitter = 500
control_socket_disable = True


def on_starting(server: Any) -> None:  # noqa: ARG001
    """No address that lets in lies in a log, also where --access-logfile is given."""
    import logging

    from config.logs import WithoutTokens

    for name in ("gunicorn.access", "gunicorn.error"):
        logging.getLogger(name).addFilter(WithoutTokens())


# The heartbeat file in memory: a busy disk must not make a worker look dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
