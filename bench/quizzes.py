"""Measures the quizzes: start, save, submit, review and the statistics. `bench/README.md` says what it last said.

scripts/with-postgres.sh --durable python bench/quizzes.py --attempts 5000
scripts/with-postgres.sh --durable python bench/quizzes.py --attempts 50000
python bench/quizzes.py --attempts 500        (on SQLite, in var/bench/)
python bench/quizzes.py --compare var/bench/quizzes-postgresql-5000.json var/bench/quizzes-postgresql-50000.json
"""

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

WARMING_RUNS = 3


@dataclass
class Row:
    """ms: the median that one person waits alone. cpu: seconds of processor time; database: of these PostgreSQL's;
    unit: that of F, measured in turns with it."""

    name: str
    target: float | None
    queries_target: int | None
    kilobytes_target: int | None
    queries: int
    kilobytes: float
    ms: float
    cpu: float
    database: float
    unit: float
    problem: str

    @property
    def times_f(self) -> float:
        return self.cpu / self.unit if self.unit else 0

    def misses(self) -> str:
        found = [self.problem] if self.problem else []
        found += ["F"] * bool(self.target and round(self.times_f, 1) > self.target)
        found += ["queries"] * bool(self.queries_target and self.queries > self.queries_target)
        found += ["HTML"] * bool(self.kilobytes_target and self.kilobytes > self.kilobytes_target)
        return "; ".join(found)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attempts", type=int, default=500, help="of other people, with 20 answers each")
    parser.add_argument("--skip-seed", action="store_true", help="measure what an earlier run has put there")
    parser.add_argument("--samples", type=int, default=30, help="of each action, at most 35")
    parser.add_argument("--compare", nargs=2, type=Path, metavar=("SMALLER", "BIGGER"), help="print the growth")
    chosen = parser.parse_args()
    if not 100 <= chosen.attempts <= 100_000:
        parser.error("--attempts: from 100 to 100000")
    return chosen


def main() -> None:
    chosen = arguments()
    if chosen.compare:
        print(growth(*chosen.compare))
        return
    from bench.environment import FOLDER, load_django

    load_django()
    from django.db import connection

    statistics = [] if chosen.skip_seed else seed(chosen.attempts)
    rows = measure(chosen.samples)
    path = FOLDER / f"quizzes-{connection.vendor}-{chosen.attempts}.json"
    path.write_text(json.dumps({"rows": [asdict(row) for row in rows], "statistics": statistics}, indent=1))
    print(report(chosen.attempts, connection.vendor, rows, statistics))


def seed(attempts: int) -> list[dict]:
    """Fills an empty database; returns what its statistics cost."""
    from bench import quiz_statistics
    from bench.quiz_content import make_content

    make_content()
    print("content: done; now the statistics", flush=True)
    return quiz_statistics.measure(attempts)


def measure(samples: int) -> list[Row]:
    from django.core.management import call_command

    from bench import quiz_actions
    from bench.browsers import InProcessBrowser, SocketBrowser
    from bench.measuring import count_queries, time_one_by_one, warm_up
    from bench.quiz_content import sit_down
    from bench.server import running

    call_command("collectstatic", interactive=False, verbosity=0)
    sitting, counted, timed = sit_down(), {}, {}
    actions = [*quiz_actions.STARTS, *quiz_actions.ACTIONS]
    for action in actions:
        quiz_actions.prepare(action, sitting, InProcessBrowser())
        counted[action.name] = count_queries(action, sitting)
    with running() as server:
        browser = SocketBrowser(server.port)
        warm_up([quiz_actions.REFERENCE], sitting, browser, WARMING_RUNS * 4)
        for action in actions:
            browser.reconnect()
            quiz_actions.prepare(action, sitting, browser)
            browser.reconnect()
            warm_up([action], sitting, browser, WARMING_RUNS)
            timed[action.name] = time_one_by_one(action, sitting, browser, server, samples, quiz_actions.REFERENCE)
    return [_row(action, counted[action.name], timed[action.name]) for action in actions]


def _row(action, counted, timed) -> Row:
    from bench.report import percentile

    return Row(
        name=action.name,
        target=action.target,
        queries_target=action.queries,
        kilobytes_target=action.kilobytes,
        queries=counted.queries,
        kilobytes=counted.kilobytes,
        ms=percentile(timed.waits, 50) if timed.waits else 0,
        cpu=timed.cpu,
        database=timed.database,
        unit=timed.unit,
        problem=counted.problem or timed.problem,
    )


def report(attempts: int, database: str, rows: list[Row], statistics: list[dict]) -> str:
    units = [row.unit * 1000 for row in rows]
    lines = [f"{database}, {attempts} attempts of other people. F: {min(units):.1f} to {max(units):.1f} ms.", ""]
    lines += ["| action | x F | CPU ms (database) | queries | HTML KB | ms alone | misses |", "|" + " --- |" * 7]
    for row in rows:
        of_f = f"{row.times_f:.1f}" + (f" of {row.target:g}" if row.target else "")
        of_queries = f"{row.queries}" + (f" of {row.queries_target}" if row.queries_target else "")
        times = f"{row.cpu * 1000:.1f} ({row.database * 1000:.1f})"
        size = f"{row.kilobytes:.1f}" if row.kilobytes else ""
        lines.append(f"| {row.name} | {of_f} | {times} | {of_queries} | {size} | {row.ms:.0f} | {row.misses()} |")
    if statistics:
        lines += ["", "| statistics | ms | queries | MB | answers |", "|" + " --- |" * 5]
    for one in statistics:
        peak = "?" if one["peak_mb"] is None else f"{one['peak_mb']:.0f}"
        lines.append(f"| {one['name']} | {one['ms']:.0f} | {one['queries']} | {peak} | {one['answers']} |")
    return "\n".join(lines)


def growth(smaller: Path, bigger: Path) -> str:
    small, big = (
        {row["name"]: Row(**row) for row in json.loads(path.read_text())["rows"]} for path in (smaller, bigger)
    )
    lines = ["| action | x F, smaller | x F, bigger | growth (at most 1.15) |", "|" + " --- |" * 4]
    for name, row in big.items():
        ratio = row.times_f / small[name].times_f if small[name].times_f else 0
        lines.append(f"| {name} | {small[name].times_f:.1f} | {row.times_f:.1f} | {ratio:.2f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
