"""Races between real processes. Each racer is a Python of its own with its own connection (see worker.py)."""

import atexit
import functools
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
NO_POSTGRESQL = "RACES NOT RUN: they need PostgreSQL (make test-postgres); SQLite lets one writer in at a time anyway"

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

    Each start is {"act", "args", "delay", "slow", "without"}; worker.py says what each may be.
    """
    runners = [racer(number) for number in range(len(starts))]
    for runner, start in zip(runners, starts, strict=True):
        runner.say(start)
    for runner in runners:
        assert runner.hear() == "ready"
    for runner in runners:
        runner.say("go")
    return [Finish(**runner.hear()) for runner in runners]
