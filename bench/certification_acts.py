"""What is read about certifications, and what the sweep does with them, each measured in this process."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from statistics import median
from typing import NamedTuple

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import reference
from bench.browsers import InProcessBrowser
from bench.cast import sign_in
from bench.certification_data import Company
from bench.certification_table import QUERIES, Line
from bench.measuring import NO_QUERY
from bench.memory import Memory
from bench.records import TEAM_SIZE
from bench.server import seconds_of
from certifications.models import Award
from certifications.reminders import remind_of_expiries, reminded_of_as_awards
from certifications.renewals import lapse_awards, open_renewals
from certifications.standing import certified_by_path
from courses.reminders import remind_of_duties
from courses.rules import apply_rules
from lms.board import certifications_on_board, rows_of
from people.models import TeamMembership, User

TEAM = range(1, TEAM_SIZE + 1)  # the people whose lead asks, and among them the one who looks at her own pages
LEAD, LEARNER = TEAM_SIZE + 1, 7
ADMINISTRATOR = 10_000_000  # behind everybody who will be written
FEW_SAMPLES = 3  # of what the whole organisation is read for
IDLE, BUSY = 2, 20  # seconds: with nothing to do, with so many changes
CHANGES = 1000
Act = Callable[[], object]


class Cost(NamedTuple):
    """Seconds: of processor time in all, of that in the database, and by the clock."""

    cpu: float
    database: float
    clock: float


def cost_of(act: Act) -> tuple[Cost, object]:
    """What `act` costs, and what it returns."""
    before, clock = _spent(), time.perf_counter()
    done = act()
    clock, after = time.perf_counter() - clock, _spent()
    database = after[1] - before[1]
    return Cost(after[0] - before[0] + database, database, clock), done


def _spent() -> tuple[float, float]:
    """Processor time of this process and of its connection's backend, where that runs on this machine."""
    connection.ensure_connection()
    is_elsewhere = connection.vendor != "postgresql"
    return time.process_time(), 0.0 if is_elsewhere else seconds_of(connection.connection.info.backend_pid)


def queries_of(act: Act) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return sum(not query["sql"].startswith(NO_QUERY) for query in captured.captured_queries)


def readings(company: Company, samples: int) -> list[Line]:
    """Each in turns with F. What one team or one person reads has targets; the whole organisation is only measured."""
    boss = {"email": "administrator@example.com", "name": "Administrator", "is_superuser": True}
    boss, _new = User.objects.get_or_create(pk=ADMINISTRATOR, defaults=boss)
    sessions = sign_in([boss, *User.objects.filter(pk__in=[LEAD, LEARNER])])
    read = partial(_page, InProcessBrowser())
    name = User.objects.get(pk=LEARNER).name
    award = Award.objects.active().filter(holder=LEARNER).earliest("pk")
    f = read(sessions[LEARNER], reference.ADDRESS, "<dt>Team</dt>")
    of_few = {
        "standing of a team of 100 in 10 certifications": _standing_of_the_team,
        "board of the team": read(sessions[LEAD], "/team/", re.escape(name)),
        "board of the team, expired": read(sessions[LEAD], "/team/?state=expired", "Path 9"),
        "CSV of the team": read(sessions[LEAD], "/team/export.csv", re.escape(name)),
        "a person's page, for her lead": read(sessions[LEAD], f"/team/{LEARNER}/", re.escape(name)),
        "home of a learner with a history": read(sessions[LEARNER], "/", "Path"),
        "a path of hers": read(sessions[LEARNER], f"/paths/{_active_path()}/", "Path"),
        "a certificate of hers": read(sessions[LEARNER], award.get_absolute_url(), "Path"),
    }
    of_all = {
        "board of everybody": read(sessions[boss.pk], "/team/", "Path 9"),
        "board of everybody, expired": read(sessions[boss.pk], "/team/?state=expired", "Path 9"),
    }
    lines = [_reading(name, act, f, company.people, samples, QUERIES) for name, act in of_few.items()]
    return lines + [_reading(name, act, f, company.people, FEW_SAMPLES, None) for name, act in of_all.items()]


def _page(browser: InProcessBrowser, session: str, address: str, marker: str) -> Act:
    def read():
        browser.act_as(session)
        return len(browser.get(address, marker))

    return read


def _standing_of_the_team() -> int:
    """As the board finds it."""
    people = User.objects.filter(pk__in=TEAM)
    for person in people:
        person.team_id = None
    return len(list(rows_of(people, certifications_on_board(), {}, timezone.now())))


def _active_path() -> str:
    return User.objects.get(pk=LEARNER).path_assignments.active().earliest("pk").path_key


def _reading(name: str, act: Act, f: Act, people: int, samples: int, most_queries: int | None) -> Line:
    act(), f()
    queries, costs, units = queries_of(act), [], []
    for _sample in range(samples):
        units.append(cost_of(f)[0].cpu)
        costs.append(cost_of(act)[0])
    middle = Cost(*(median(values) for values in zip(*costs, strict=True)))
    print(f"{people} people, {name}: {middle.cpu * 1000:.0f} ms", flush=True)
    return Line(name, people, *middle, queries, unit=median(units), most_queries=most_queries)


def sweeps(company: Company) -> list[Line]:
    return [_swept(company.people, *step) for step in _steps(company)]


def _steps(company: Company) -> Iterator[tuple[str, Act, float | None]]:
    """Name, task, and how many seconds it may take. What makes the next task's work is done between them."""
    rules = partial(apply_rules, excepted=certified_by_path)
    yield "rules, nothing to do", rules, IDLE
    _move(company.people, company.teams[0])
    yield "rules, 1,000 to give", rules, BUSY
    _move(company.people, None)
    yield "rules, 1,000 to let rest", rules, BUSY
    for name, task, days in (("renewals", open_renewals, 30), ("lapses", lapse_awards, -1)):
        yield f"{name}, nothing to do", task, IDLE
        _make_due(days)
        yield f"{name}, 1,000 due", task, BUSY
    duties = partial(remind_of_duties, spoken_of=reminded_of_as_awards())
    for name, task in (("duties", duties), ("expiries", remind_of_expiries)):
        yield f"reminders of {name}, first of the day", task, None
        yield f"reminders of {name}, nothing to do", task, IDLE


def _move(people: int, team: int | None) -> None:
    """The last fifty come to a team of the North, or go: 1,000 assignments by 20 rules."""
    memberships = TeamMembership.objects.filter(user__in=range(people - 49, people + 1), role="member")
    if team:
        memberships.update(team=team)
    else:
        memberships.delete()


def _make_due(days: int) -> None:
    """Lets 1,000 awards that hold for long expire in so many days."""
    far = Award.objects.active().filter(expires_at__gt=timezone.now() + timedelta(days=90))
    pks = list(far.order_by("pk").values_list("pk", flat=True)[:CHANGES])
    changes = {"expires_at": timezone.now() + timedelta(days=days), "renewal_opened_at": None}
    Award.objects.filter(pk__in=pks).update(**changes)


def _swept(people: int, name: str, task: Act, most_seconds: float | None) -> Line:
    memory = Memory()
    cost, done = cost_of(task)
    grown = memory.growth()
    print(f"{name}: {cost.cpu:.2f} s of {cost.clock:.2f} s, {done}", flush=True)
    return Line(name, people, *cost, queries=0, memory=grown, did=done, most_seconds=most_seconds)
