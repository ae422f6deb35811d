"""Measures where many people stand in many certifications, and what the sweep does. `bench/README.md` has the numbers.

scripts/with-postgres.sh --durable python bench/certifications.py
scripts/with-postgres.sh --durable python bench/certifications.py --people 1000 2000 --samples 3
python bench/certifications.py --sqlite --people 1000 2000

Exits with 1 where a target is missed.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

NORTH = 20_000  # people whom the rules give paths


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", nargs=2, type=int, default=[10_000, 100_000], metavar=("FEW", "MANY"))
    parser.add_argument("--samples", type=int, default=15, help="of each reading")
    parser.add_argument("--sqlite", action="store_true", help="in var/bench/certifications.sqlite3, which is made anew")
    chosen = parser.parse_args()
    few, many = chosen.people
    if few % 100 or many % 100 or not 200 <= few < many:
        parser.error("--people: two numbers of hundreds, the smaller first, from 200")
    return chosen


def main() -> None:
    chosen = arguments()
    from bench.environment import FOLDER, load_django

    if chosen.sqlite:
        for path in FOLDER.glob("certifications.sqlite3*"):
            path.unlink()
        os.environ["DATABASE_URL"] = f"sqlite:///{FOLDER / 'certifications.sqlite3'}"
    load_django()
    from bench.certification_table import table

    lines = measure(*chosen.people, chosen.samples)
    missed = [f"{line.name} ({line.people}): {line.misses}" for line in lines if line.misses]
    print("\n".join(["", *table(lines), "", f"Missed: {'; '.join(missed) or 'nothing'}."]))
    sys.exit(bool(missed))


def measure(few: int, many: int, samples: int) -> list:
    """The lines of the table: the same team and the same person among few people and among many; then the sweep."""
    from django.core.management import call_command

    from bench.certification_acts import readings, sweeps
    from bench.certification_data import Company

    call_command("collectstatic", interactive=False, verbosity=0)
    company = Company()
    _say("people", few, lambda: company.grow(few, is_north=True))
    before = readings(company, samples)
    _say("people", north := max(few, min(many // 2, NORTH)), lambda: company.grow(north, is_north=True))
    _say("people", many, lambda: company.grow(many, is_north=False))
    after = readings(company, samples)
    for small, big in zip(before, after, strict=True):
        if big.most_queries:
            big.growth = big.times_f / small.times_f
    return [*before, *after, *sweeps(company)]


def _say(what: str, count: int, act: Callable[[], object]) -> None:
    start = time.monotonic()
    act()
    print(f"{count} {what}: {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
