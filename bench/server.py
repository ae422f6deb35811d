"""The product under gunicorn, as it is run, and the processor time that it and PostgreSQL's backends take."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.db import connection

from bench.environment import FOLDER, HOST, ROOT


class Seconds(NamedTuple):
    """Processor time: of the application's workers, and of the database's backends (0 where there are none)."""

    application: float
    database: float

    def __sub__(self, other: "Seconds") -> "Seconds":
        return Seconds(self.application - other.application, self.database - other.database)

    def __add__(self, other: "Seconds") -> "Seconds":
        return Seconds(self.application + other.application, self.database + other.database)

    @property
    def total(self) -> float:
        return self.application + self.database


class Server:
    def __init__(self, port: int, process: subprocess.Popen):
        self.port = port
        self.process = process
        self.backends: list[int] = []

    def seconds(self) -> Seconds:
        """Since their start. What a thread has used is forgotten when it ends, as those of a password's hash do."""
        return Seconds(sum(map(seconds_of, self._workers())), sum(map(seconds_of, self.backends)))

    def _workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def find_backends(self) -> None:
        """Of the workers' connections; their processes can be seen where PostgreSQL runs on this machine."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                    " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
                )
                self.backends = [pid for (pid,) in cursor.fetchall()]


def seconds_of(pid: int) -> float:
    """The time that the threads of a process were on a processor."""
    nanoseconds = (int(path.read_text().split()[0]) for path in Path(f"/proc/{pid}/task").glob("*/schedstat"))
    return sum(nanoseconds) / 1e9


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """Two workers of four threads, which are not replaced during the run."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "lms.wsgi"]
    command += ["--bind", f"{HOST}:{port}", "--workers", "2", "--threads", "4", "--max-requests", "0"]
    with (FOLDER / "gunicorn.log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        try:
            _wait_for(port, process)
            yield Server(port, process)
        finally:
            process.terminate()
            process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _wait_for(port: int, process: subprocess.Popen) -> None:
    for _try in range(300):
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"gunicorn did not start: see {FOLDER / 'gunicorn.log'}")
