"""One action at a time: its queries, its bytes, its processor time and how long a person waits for it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from django.contrib.auth.hashers import get_hasher
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.actions import REFERENCE, Action, NothingLeft
from bench.browsers import Browser, InProcessBrowser, SocketBrowser, WrongAnswer
from bench.cast import Part
from bench.server import Seconds, Server

NO_QUERY = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "BEGIN", "COMMIT")
COUNTED_RUNS = 3
IN_A_TURN = 5


@dataclass
class Measured:
    """What one action costs. queries: the most of three runs, without the statements that only frame transactions;
    cpu and database: seconds an action; unit: those of F at the same time; waits: milliseconds, at concurrency 1."""

    name: str
    queries: int = 0
    framing: int = 0
    statements: list[dict] = field(default_factory=list, repr=False)
    kilobytes: float = 0
    cpu: float = 0
    database: float = 0
    unit: float = 0
    waits: list[float] = field(default_factory=list, repr=False)
    hash_seconds: float = 0  # of a sign-in, whose `cpu` is without it
    problem: str = ""


def count_queries(action: Action, part: Part) -> Measured:
    """In this process, through the whole middleware, after one run that warms the caches."""
    measured, browser = Measured(action.name), InProcessBrowser()
    try:
        action.act(browser, part)
        for _run in range(COUNTED_RUNS):
            with CaptureQueriesContext(connection) as captured:
                action.act(browser, part)
            queries = [query for query in captured.captured_queries if not query["sql"].startswith(NO_QUERY)]
            if len(queries) > measured.queries:
                measured.queries, measured.statements = len(queries), queries
                measured.framing = len(captured.captured_queries) - len(queries)
    except (WrongAnswer, NothingLeft) as problem:
        measured.problem = str(problem) or "nobody has this left to do"
    measured.kilobytes = browser.html_bytes / 1000 / (COUNTED_RUNS + 1)
    return measured


def time_one_by_one(
    action: Action, part: Part, browser: SocketBrowser, server: Server, samples: int, reference: Action = REFERENCE
) -> Measured:
    """Over the socket, one after another; in turns with F, so that both meet the same moods of the machine."""
    measured = Measured(action.name)
    browser.reconnect()
    server.find_backends()
    cost, unit = Seconds(0, 0), Seconds(0, 0)
    try:
        for _turn in range(samples // IN_A_TURN):
            unit += _turn_of(reference, part, browser, server, [])
            cost += _turn_of(action, part, browser, server, measured.waits)
    except (WrongAnswer, NothingLeft) as problem:
        measured.problem = str(problem) or "nobody has this left to do"
    done = len(measured.waits) or 1
    measured.cpu, measured.database, measured.unit = cost.total / done, cost.database / done, unit.total / done
    return measured


def _turn_of(action: Action, part: Part, browser: SocketBrowser, server: Server, waits: list[float]) -> Seconds:
    """Appends the milliseconds of each wait; returns what the turn cost."""
    before = server.seconds()
    for _time in range(IN_A_TURN):
        start = time.perf_counter()
        action.act(browser, part)
        waits.append((time.perf_counter() - start) * 1000)
    return server.seconds() - before


def warm_up(actions: list[Action], part: Part, browser: Browser, times: int) -> None:
    """So that no first run in a worker, with its templates to compile, is measured."""
    for _time in range(times):
        for action in actions:
            with suppress(WrongAnswer, NothingLeft):
                action.act(browser, part)
            browser.reconnect()


@contextmanager
def timed_hashes() -> Iterator[list[float]]:
    """The processor time of each password check in the block, in this process."""
    hasher = get_hasher()
    spent: list[float] = []

    def verify(password: str, encoded: str) -> bool:
        start = time.process_time()
        try:
            return check(password, encoded)
        finally:
            spent.append(time.process_time() - start)

    check, hasher.verify = hasher.verify, verify
    try:
        yield spent
    finally:
        hasher.verify = check


def sign_in_and_its_hash(action: Action, part: Part, times: int = 20) -> tuple[float, float]:
    """Seconds of processor time in this process: a sign-in without its hash, and the hash."""
    browser = InProcessBrowser()
    with timed_hashes() as hashes:
        start = time.process_time()
        for _time in range(times):
            action.act(browser, part)
        total = time.process_time() - start
    return (total - sum(hashes)) / times, sum(hashes) / times
