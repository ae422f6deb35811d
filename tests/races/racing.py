"""Races between real processes. Each racer is a Python of its own with its own connection (see worker.py)."""

import atexit
import functools
import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
NO_POSTGRESQL = "RACES NOT RUN: they need PostgreSQL (make test-postgres); SQLite lets one writer in at a time anyway"

PATIENCE = 60  # seconds, before a race is given up

needs_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason=NO_POSTGRESQL)


class Finish(NamedTuple):
    """How a racer came in: what its act returned, or the name of what it raised, and what it told others."""

    result: Any
    error: str | None
    signals: int


class Racer:
    def __init__(self):
        command = [sys.executable, "-m", "tests.races.worker"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def say(self, word: Any) -> None:
        self.process.stdin.write(json.dumps(word) + "\n")
        self.process.stdin.flush()

    def hear(self) -> Any:
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("a racer fell over; its words are above")
        return json.loads(line)

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=20)
        self.process.stdout.close()


@functools.cache
def racer(number: int) -> Racer:
    """The racers wait for their next race until the tests end: a start of Django takes long."""
    made = Racer()
    atexit.register(made.close)
    return made


def race(*starts: dict) -> list[Finish]:
    """Lets racers wait at the line until all are there, and start together (or `delay` seconds later).

    Each start is {"act", "args", "delay", "slow", "stop_after", "without"}; worker.py says what each may be. Those
    that stop go on together as soon as nobody can go further: each has stopped, waits for a lock, or has come in.
    """
    runners = [racer(number) for number in range(len(starts))]
    for runner, start in zip(runners, starts, strict=True):
        runner.say(start)
    backends = [runner.hear()["backend"] for runner in runners]
    for runner in runners:
        runner.say("go")
    return _finishes(dict(zip(runners, backends, strict=True)))


def _finishes(runners: dict[Racer, int]) -> list[Finish]:
    """How those came in, whose database connections are given, letting those that stopped go on together."""
    finishes: dict[Racer, Finish] = {}
    stopped: list[Racer] = []
    end = time.monotonic() + PATIENCE
    while len(finishes) < len(runners):
        assert time.monotonic() < end, "the race never ended"
        running = [runner for runner in runners if runner not in finishes and runner not in stopped]
        for runner in _heard(running):
            word = runner.hear()
            if word == "stopped":
                stopped.append(runner)
            else:
                finishes[runner] = Finish(**word)
        running = [runner for runner in running if runner not in finishes and runner not in stopped]
        if stopped and _wait_for_locks([runners[runner] for runner in running]):
            for runner in stopped:
                runner.say("on")
            stopped = []
    return [finishes[runner] for runner in runners]


def _heard(runners: list[Racer]) -> list[Racer]:
    """Those of them that say something, now or in some milliseconds."""
    pipes = [runner.process.stdout for runner in runners]
    heard, _writable, _broken = select.select(pipes, [], [], 0.02)
    return [runner for runner in runners if runner.process.stdout in heard]


def _wait_for_locks(backends: list[int]) -> bool:
    """Whether all these connections do."""
    with connection.cursor() as cursor:
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND pid = ANY(%s)"
        cursor.execute(waiting, [backends])
        return cursor.fetchone() == (len(backends),)
