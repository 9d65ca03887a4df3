"""How the web server runs, everywhere: `gunicorn` alone is the whole command; --bind says where."""

import os
from pathlib import Path

wsgi_app = "config.wsgi"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60  # seconds; a document of 50 MB over a slow line is read by a thread, which keeps its worker alive
graceful_timeout = 15
max_requests = 5000
max_requests_jitter = 500
control_socket_disable = True
# The heartbeat file in memory: a busy disk must not make a worker look dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
