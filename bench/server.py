"""The product under gunicorn, as it is run, and the processor time that it and PostgreSQL's backends take."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.db import connection

from bench.environment import FOLDER, HOST, ROOT

TICKS = os.sysconf("SC_CLK_TCK")


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

    def seconds(self) -> Seconds:
        return Seconds(sum(map(_seconds_of, self._workers())), sum(map(_seconds_of, self._backends())))

    def _workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def _backends(self) -> list[int]:
        """Of the workers' connections; their processes can be seen where PostgreSQL runs on this machine."""
        if connection.vendor != "postgresql":
            return []
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            return [pid for (pid,) in cursor.fetchall()]


def _seconds_of(pid: int) -> float:
    """User and system time of a process, its threads that have ended included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


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
