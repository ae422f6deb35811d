"""Races between real processes. Each racer is a Python of its own with its own connection (see worker.py)."""

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


class Race:
    """Racers wait at the line until all are there, and start together (or `delay` seconds later)."""

    def __init__(self, racers: list[Racer]):
        self.racers = racers

    def run(self, *starts: dict) -> list[Finish]:
        """Each start is {"act", "args", "delay", "slow", "without"}; worker.py says what each may be."""
        runners = self.racers[: len(starts)]
        for racer, start in zip(runners, starts, strict=True):
            racer.say(start)
        for racer in runners:
            assert racer.hear() == "ready"
        for racer in runners:
            racer.say("go")
        return [Finish(**racer.hear()) for racer in runners]
