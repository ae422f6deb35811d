"""The closed loop: eight connections, each of which does one thing after another, chosen by the shares of the day."""

import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from bench.actions import ACTIONS, NothingLeft
from bench.browsers import SocketBrowser, WrongAnswer
from bench.cast import Part
from bench.server import Seconds, Server


@dataclass
class Load:
    """waits: milliseconds by action; spent: processor time of all of them together."""

    seconds: float = 0
    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    problems: Counter = field(default_factory=Counter)
    spent: Seconds = Seconds(0, 0)

    @property
    def count(self) -> int:
        return sum(map(len, self.waits.values()))

    def with_more(self, other: "Load") -> "Load":
        for name, waits in other.waits.items():
            self.waits[name] += waits
        self.problems += other.problems
        self.seconds += other.seconds
        self.spent += other.spent
        return self


def run_load(server: Server, parts: list[Part], seconds: float) -> Load:
    load = Load()
    end = time.perf_counter() + seconds
    threads = [threading.Thread(target=_connection, args=(server, part, load, end)) for part in parts]
    server.find_backends()
    before, start = server.seconds(), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.seconds = time.perf_counter() - start
    load.spent = server.seconds() - before
    return load


def _connection(server: Server, part: Part, load: Load, end: float) -> None:
    browser = SocketBrowser(server.port)
    shares = [action.share for action in ACTIONS]
    while time.perf_counter() < end:
        action = part.rng.choices(ACTIONS, shares)[0]
        start = time.perf_counter()
        try:
            action.act(browser, part)
        except WrongAnswer as problem:
            load.problems[f"{action.name}: {problem}"[:200]] += 1
        except NothingLeft:
            load.problems[f"{action.name}: nobody has this left to do"] += 1
        except OSError as problem:
            load.problems[f"{action.name}: {type(problem).__name__}"] += 1
            browser.reconnect()
        else:
            load.waits[action.name].append((time.perf_counter() - start) * 1000)
    browser.reconnect()
