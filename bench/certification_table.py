"""The table of what was measured, with its targets."""

from dataclasses import dataclass

GROWTH = 1.3  # of what one team, or one person, asks for, from few people to many
QUERIES = 15
MEMORY = 50  # MB that a sweep may take more than before
TITLES = ["what", "people", "x F", "CPU ms (database)", "queries", "s by the clock", "MB", "did", "growth", "misses"]


@dataclass
class Line:
    """What an act cost. cpu, database: seconds of processor time, of this process with its database connection, and of
    that alone; unit: cpu of F at the same time; clock: seconds, which other work makes longer. most_seconds: of cpu. A
    limit that is None is no target."""

    name: str
    people: int
    cpu: float
    database: float
    clock: float
    queries: int
    unit: float | None = None
    memory: float | None = None
    did: object = ""
    most_seconds: float | None = None
    most_queries: int | None = None
    growth: float | None = None

    @property
    def times_f(self) -> float:
        return self.cpu / self.unit if self.unit else 0

    @property
    def misses(self) -> str:
        found = ["time"] * (self.most_seconds is not None and self.cpu > self.most_seconds)
        found += ["queries"] * (self.most_queries is not None and self.queries > self.most_queries)
        found += ["growth"] * (self.growth is not None and self.growth > GROWTH)
        found += ["memory"] * (self.memory is not None and self.memory > MEMORY)
        return ", ".join(found)

    @property
    def cells(self) -> list[str]:
        return [
            self.name,
            f"{self.people}",
            f"{self.times_f:.1f}" if self.unit else "",
            _of(f"{self.cpu * 1000:.0f} ({self.database * 1000:.0f})", self.most_seconds and self.most_seconds * 1000),
            _of(f"{self.queries or ''}", self.most_queries),
            f"{self.clock:.2f}",
            "" if self.memory is None else f"{self.memory:.0f}",
            f"{self.did}",
            "" if self.growth is None else _of(f"{self.growth:.2f}", GROWTH),
            self.misses,
        ]


def _of(value: str, limit: float | None) -> str:
    return value if limit is None else f"{value} of {limit:g}"


def table(lines: list[Line]) -> list[str]:
    return [
        "| " + " | ".join(cells) + " |" for cells in (TITLES, ["---"] * len(TITLES), *(line.cells for line in lines))
    ]
