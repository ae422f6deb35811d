"""The table of a day with its targets, and the growth between two days."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

MIX_TARGET = 2.6  # F an action in the mean, without sign-in
SPREAD_TARGET = 2.5  # p95 over p50 at concurrency 8
COLUMNS = [
    "action", "share %", "x F", "CPU ms (database)", "queries", "HTML KB", "alone: p50/p95 ms", "8 at once: p50/p95 ms",
    "misses",
]  # fmt: skip


@dataclass
class Line:
    """One action. Times in milliseconds, processor time in seconds, of a sign-in without its hash; unit: that of F,
    measured in turns with it."""

    name: str
    share: float
    target: float | None
    queries_target: int | None
    kilobytes_target: int | None
    growth_target: float | None
    queries: int
    framing: int
    kilobytes: float
    cpu: float
    database: float
    unit: float
    alone: tuple[float, float] | None
    loaded: tuple[float, float] | None
    problem: str

    @classmethod
    def of(cls, action, counted, timed, load) -> "Line":
        waits = load.waits.get(action.name)
        return cls(
            name=action.name,
            share=action.share,
            target=action.target,
            queries_target=action.queries,
            kilobytes_target=action.kilobytes,
            growth_target=action.growth,
            queries=counted.queries,
            framing=counted.framing,
            kilobytes=counted.kilobytes,
            cpu=timed.cpu,
            database=timed.database,
            unit=timed.unit,
            alone=_p50_and_p95(timed.waits),
            loaded=_p50_and_p95(waits),
            problem=counted.problem or timed.problem,
        )


def percentile(values: list[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def _p50_and_p95(waits: list[float] | None) -> tuple[float, float] | None:
    return (percentile(waits, 50), percentile(waits, 95)) if waits else None


@dataclass
class Day:
    """references: seconds of processor time of F beside each action; reference_afterwards: of F after the load."""

    people: int
    database: str
    measured_on: str
    machine: str
    reference: Line
    references: list[float]
    hash_seconds: float
    lines: list[Line]
    load_seconds: float
    load_count: int
    load_cpu: float
    problems: dict[str, int] = field(default_factory=dict)
    signs_in: str = ""

    reference_afterwards: float = 0

    @property
    def unit(self) -> float:
        """F around the load."""
        return (self.references[-1] + self.reference_afterwards) / 2

    def times_f(self, line: Line) -> float:
        return line.cpu / line.unit if line.unit else 0

    def mix(self) -> float:
        """F an action in the mean of the day, without sign-in, from the single actions."""
        lines = [line for line in self.lines if line.share and line.name != self.signs_in and line.cpu]
        return sum(line.share * self.times_f(line) for line in lines) / sum(line.share for line in lines)


def write_json(day: Day, path: Path) -> None:
    result = asdict(day) | {"times_f": {line.name: day.times_f(line) for line in day.lines}, "mix": day.mix()}
    path.write_text(json.dumps(result, indent=1))


def table(day: Day) -> str:
    rows = [_cells(COLUMNS), _cells(["---"] * len(COLUMNS))]
    rows += [_row(day, line) for line in [day.reference, *day.lines]]
    return "\n".join(["", *_about(day), "", *rows, "", *_summary(day)])


def _about(day: Day) -> list[str]:
    low, high = (f"{seconds * 1000:.1f}" for seconds in (min(day.references), max(day.references)))
    return [
        f"{day.people} people on {day.database}, {day.machine}, {day.measured_on}. "
        f"F: {low} to {high} ms of processor time, {day.reference_afterwards * 1000:.1f} ms after the load."
    ]


def _cells(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _row(day: Day, line: Line) -> str:
    plus = "hash + " if line.name == day.signs_in else ""
    times = f"{plus}{day.times_f(line):.1f}" + (f" of {line.target:g}" if line.target else "")
    cells = [
        line.name,
        f"{line.share:g}",
        times,
        f"{line.cpu * 1000:.1f} ({line.database * 1000:.1f})",
        _of(line.queries, line.queries_target),
        _of(round(line.kilobytes, 1), line.kilobytes_target) if line.kilobytes else "",
        _pair(line.alone),
        _pair(line.loaded),
        "; ".join(misses(day, line)),
    ]
    return _cells(cells)


def _of(value: float, target: float | None) -> str:
    return f"{value} of {target}" if target else f"{value}"


def _pair(pair: tuple[float, float] | None) -> str:
    return f"{pair[0]:.0f}/{pair[1]:.0f}" if pair else ""


def misses(day: Day, line: Line) -> list[str]:
    found = [line.problem] if line.problem else []
    if line.target and round(day.times_f(line), 1) > line.target:
        found.append("F")
    if line.queries_target and line.queries > line.queries_target:
        found.append("queries")
    if line.kilobytes_target and line.kilobytes > line.kilobytes_target:
        found.append("HTML")
    if line.loaded and line.loaded[1] > SPREAD_TARGET * line.loaded[0]:
        found.append("p95")
    return found


def _summary(day: Day) -> list[str]:
    mark = "" if day.mix() <= MIX_TARGET else ": MISSED"
    lines = [f"The mix without sign-in: {day.mix():.2f} F an action (at most {MIX_TARGET}){mark}."]
    lines.append(f"Hashing a password: {day.hash_seconds * 1000:.0f} ms of processor time.")
    if day.load_count:
        rate, cost = day.load_count / day.load_seconds, day.load_cpu / day.load_count / day.unit
        lines.append(
            f"The load: {day.load_count} actions in {day.load_seconds:.0f} s, {rate:.1f} a second, "
            f"{cost:.2f} F each, sign-in included without its hash."
        )
    return lines + [f"PROBLEM, {count} times: {problem}" for problem, count in day.problems.items()]


def growth(smaller: Path, bigger: Path) -> str:
    small, big = json.loads(smaller.read_text()), json.loads(bigger.read_text())
    sizes = [f"x F at {result['people']}" for result in (small, big)]
    rows = [_cells(["action", *sizes, "growth", "target", "misses"]), _cells(["---"] * 6)]
    for line in big["lines"]:
        before, after = small["times_f"][line["name"]], big["times_f"][line["name"]]
        ratio, target = after / before if before else 0, line["growth_target"]
        missed = "growth" if target and ratio > target else ""
        rows.append(_cells([line["name"], f"{before:.1f}", f"{after:.1f}", f"{ratio:.2f}", str(target or ""), missed]))
    return "\n".join(rows)
