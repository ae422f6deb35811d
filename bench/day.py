"""The course of a run: seed, count, time one by one, load, report."""

import platform
from argparse import Namespace
from datetime import date

from django.core.management import call_command
from django.db import connection

from bench import cast
from bench.actions import ACTIONS, REFERENCE, SIGN_IN, prepare_to_answer
from bench.browsers import InProcessBrowser, SocketBrowser
from bench.cast import Part
from bench.environment import FOLDER
from bench.load import Load, run_load
from bench.measuring import Measured, count_queries, sign_in_and_its_hash, time_one_by_one, warm_up
from bench.plans import print_plans
from bench.report import Day, Line, table, write_json
from bench.seed import seed
from bench.server import Server, running

WARMING_RUNS = 12
WARM_UP = 30  # seconds, or half a round where that is less
VISITORS_OF_A_CONNECTION = 300
ANSWERS_OF_AN_ATTEMPT = 19


def say(sentence: str) -> None:
    print(sentence, flush=True)


def prepare(chosen: Namespace) -> None:
    if not chosen.skip_seed:
        say(f"Seeded {chosen.people} people in {seed(chosen.people, chosen.answers, say):.0f} s.")
    call_command("collectstatic", interactive=False, verbosity=0)


def measure_day(chosen: Namespace, connections: int) -> None:
    parts = _parts(chosen, connections)
    prepare_to_answer(InProcessBrowser(), parts[0])
    counted = {action.name: count_queries(action, parts[0]) for action in [REFERENCE, *ACTIONS]}
    if chosen.explain:
        print_plans(counted.values())
    with running() as server:
        timed = _time(server, parts[0], chosen.samples)
        load = _load(server, parts[1:], chosen) if chosen.seconds else Load()
        afterwards = time_one_by_one(REFERENCE, parts[0], SocketBrowser(server.port), server, chosen.samples)
    day = _day(chosen, counted, timed, load)
    day.reference_afterwards = afterwards.cpu
    path = chosen.json or FOLDER / f"{chosen.people}.json"
    write_json(day, path)
    say(table(day))


def _parts(chosen: Namespace, connections: int) -> list[Part]:
    """The people of each connection, with attempts in progress for what will be saved and submitted."""
    people_each = min(VISITORS_OF_A_CONNECTION, chosen.answers * 9 // 10 // (connections + 1))
    parts = cast.assemble(connections + 1, people_each, chosen.answers)
    cast.start_attempts(parts[0], 3 + chosen.samples // ANSWERS_OF_AN_ATTEMPT, chosen.samples + 20)
    total = chosen.seconds * (chosen.rounds + 1)
    for part in parts[1:]:
        cast.start_attempts(part, 6 if total else 0, 5 + total // 10 if total else 0)
    return parts


def _time(server: Server, part: Part, samples: int) -> dict[str, Measured]:
    browser = SocketBrowser(server.port)
    warm_up([REFERENCE, *ACTIONS], part, browser, WARMING_RUNS)
    timed = {action.name: time_one_by_one(action, part, browser, server, samples) for action in [REFERENCE, *ACTIONS]}
    sign_in = timed[SIGN_IN.name]
    besides, sign_in.hash_seconds = sign_in_and_its_hash(SIGN_IN, part)
    sign_in.cpu = besides + sign_in.database
    return timed


def _load(server: Server, parts: list[Part], chosen: Namespace) -> Load:
    for part in parts:
        prepare_to_answer(SocketBrowser(server.port), part)
    run_load(server, parts, min(WARM_UP, chosen.seconds / 2))
    whole = Load()
    for _round in range(chosen.rounds):
        load = run_load(server, parts, chosen.seconds)
        say(f"round: {load.count / load.seconds:.1f} actions a second")
        whole = whole.with_more(load)
    return whole


def _day(chosen: Namespace, counted: dict[str, Measured], timed: dict[str, Measured], load: Load) -> Day:
    reference, *lines = [
        Line.of(action, counted[action.name], timed[action.name], load) for action in [REFERENCE, *ACTIONS]
    ]
    return Day(
        people=chosen.people,
        database=connection.vendor,
        measured_on=str(date.today()),
        machine=f"{platform.machine()}, Python {platform.python_version()}",
        reference=reference,
        references=[line.unit for line in lines],
        hash_seconds=timed[SIGN_IN.name].hash_seconds,
        lines=lines,
        load_seconds=load.seconds,
        load_count=load.count,
        load_cpu=load.spent.total,
        problems=dict(load.problems),
        signs_in=SIGN_IN.name,
    )
