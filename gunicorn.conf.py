"""The server of production: `gunicorn lms.wsgi`. WEB_CONCURRENCY, THREADS and PORT change its size and place."""

import os
from pathlib import Path

bind = "0.0.0.0:" + os.environ.get("PORT", "8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("THREADS", "4"))
worker_class = "gthread"
# Loads the application once, before the workers fork: they share its memory.
preload_app = True
# A worker that serves for months grows: a new one takes its place, not all at the same moment.
max_requests = 20_000
max_requests_jitter = 2_000
# The workers' heartbeat must not wait for a disk.
if Path("/dev/shm").is_dir():
    worker_tmp_dir = "/dev/shm"


def pre_fork(server, worker):
    """Closes what the loading opened: a database connection must not be shared by two processes."""
    from django.db import connections

    connections.close_all()
