"""Races between real processes, each with its own connection (see worker.py).

A racer may stop at a step of its act. Those that stop go on together, as soon as nobody can go further: each has
stopped, waits for a lock, or has come in. So a race that can be lost is lost, however busy the machine is.
"""

import functools
import time
from collections.abc import Iterable
from multiprocessing import get_context
from multiprocessing.connection import wait
from typing import Any, NamedTuple

import pytest
from django.db import connection

from tests.races import worker

NO_POSTGRESQL = "RACES NOT RUN: they need PostgreSQL (make test-postgres); SQLite lets one writer in at a time anyway"
PATIENCE = 60  # seconds, before a race is given up

# Racers are forks of a process that has loaded Django and has no connection yet: thirty are there in a second.
forks = get_context("forkserver")
forks.set_forkserver_preload([worker.__name__])

needs_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason=NO_POSTGRESQL)


class Finish(NamedTuple):
    """How a racer came in: what its act returned, or the name of what it raised, or logged and went on after, and what
    it told others."""

    result: Any
    error: str | None
    signals: int


class Racer:
    """One process. It is at the line, `is_running`, `is_stopped`, or has come in with a `finish`."""

    def __init__(self):
        self.pipe, theirs = forks.Pipe()
        self.process = forks.Process(target=worker.main, args=[theirs], daemon=True)
        self.process.start()
        theirs.close()

    def line_up(self, start: dict) -> None:
        self.is_running, self.is_stopped, self.has_stopped, self.finish = False, False, False, None
        self.pipe.send(start)
        self.backend = self.pipe.recv()

    def go(self) -> None:
        self.pipe.send("go")
        self.is_running, self.is_stopped = True, False

    def hear(self) -> None:
        word = self.pipe.recv()
        self.is_running, self.is_stopped = False, word == worker.STOPPED
        self.has_stopped |= self.is_stopped
        self.finish = None if self.is_stopped else Finish(**word)


@functools.cache
def racer(number: int) -> Racer:
    """The racers wait for their next race until the tests end."""
    return Racer()


def race(*starts: dict) -> list[Finish]:
    """Lets racers start together once all are at the line; the late ones when the others can go no further.

    Each start is {"act", "args"} and may have {"stop", "stop_after", "time", "late", "without"}; see worker.py.
    """
    runners = [racer(number) for number in range(len(starts))]
    for runner, start in zip(runners, starts, strict=True):
        runner.line_up(start)
    for is_late in (False, True):
        _run(runner for runner, start in zip(runners, starts, strict=True) if start.get("late", False) == is_late)
        _wait_until_nobody_can_go_further(runners)
    end = time.monotonic() + PATIENCE
    while any(runner.finish is None for runner in runners):
        assert time.monotonic() < end, "the race never ended"
        _run(runner for runner in runners if runner.is_stopped)
        _wait_until_nobody_can_go_further(runners)
    stops = any({"stop", "stop_after"} & start.keys() for start in starts)
    assert not stops or any(runner.has_stopped for runner in runners), "nobody came to the step to stop at"
    return [runner.finish for runner in runners]


def kill(start: dict) -> None:
    """`kill -9`, of a process that does this, where it stops."""
    runner = Racer()
    runner.line_up(start)
    runner.go()
    _wait_until_nobody_can_go_further([runner])
    runner.process.kill()
    runner.process.join()
    runner.pipe.close()
    assert runner.is_stopped, f"it came in: {runner.finish}"


def _run(runners: Iterable[Racer]) -> None:
    for runner in runners:
        runner.go()


def _wait_until_nobody_can_go_further(runners: list[Racer]) -> None:
    end = time.monotonic() + PATIENCE
    while running := {runner.pipe: runner for runner in runners if runner.is_running}:
        heard = wait(running, timeout=0.02)
        for pipe in heard:
            running[pipe].hear()
        if not heard and _wait_for_locks([runner.backend for runner in running.values()]):
            return
        assert time.monotonic() < end, "somebody neither stopped nor came in"


def _wait_for_locks(backends: list[int]) -> bool:
    """Whether all these connections do."""
    with connection.cursor() as cursor:
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND pid = ANY(%s)"
        cursor.execute(waiting, [backends])
        return cursor.fetchone() == (len(backends),)
