"""Measures a training day. `bench/README.md` says how to run it and what it last said.

python bench/training_day.py --people small
scripts/with-postgres.sh --durable python bench/training_day.py --people 10000
python bench/training_day.py --compare var/bench/10000.json var/bench/100000.json
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

SMALL = 300
CONNECTIONS = 8


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", default="small", help="small (300), 10000 or 100000, in teams of 100")
    parser.add_argument("--skip-seed", action="store_true", help="measure what an earlier run has put there")
    parser.add_argument("--seed-only", action="store_true", help="fill the database, and stop")
    parser.add_argument("--answers", type=int, help="how many of the people get their 200 answers; by default all")
    parser.add_argument("--seconds", type=int, default=60, help="of each of the rounds of the load; 0 for no load")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--samples", type=int, default=100, help="of each action at concurrency 1")
    parser.add_argument("--explain", action="store_true", help="print the plans of the slowest queries (PostgreSQL)")
    parser.add_argument("--json", type=Path, help="where to write the result; by default var/bench/PEOPLE.json")
    parser.add_argument("--compare", nargs=2, type=Path, metavar=("SMALLER", "BIGGER"), help="print the growth")
    chosen = parser.parse_args()
    chosen.people = SMALL if chosen.people == "small" else int(chosen.people)
    if chosen.people % 100 or not 200 <= chosen.people <= 100_000:
        parser.error("--people: hundreds, from 200 to 100000")
    chosen.answers = min(chosen.answers or chosen.people, chosen.people)
    return chosen


def main() -> None:
    chosen = arguments()
    if chosen.compare:
        from bench.report import growth

        print(growth(*chosen.compare))
        return
    from bench.environment import load_django

    load_django()
    from bench.day import measure_day, prepare

    prepare(chosen)
    if not chosen.seed_only:
        measure_day(chosen, CONNECTIONS)


if __name__ == "__main__":
    main()
