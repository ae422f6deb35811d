"""Duties and certificates of many people, as rows: the person with the number n and everything of hers follow from n.

Of ten certifications each person has one in each of ten states, other ones than the person before her: of a team of
100, ten people have each state in each certification.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from bench.records import GIVEN, TEAM_SIZE, Days

CERTIFICATIONS = 10
RULES = 20
NOTHING, ASSIGNED, BEGUN, OVERDUE, REVOKED, EXPIRED, DUE, *_CERTIFIED = range(10)
YEAR = 365  # days


@dataclass(frozen=True)
class Path:
    """pk: of its certification, or of the rule that gives it. Keys are 32 hexadecimal digits."""

    pk: int
    key: str
    title: str
    course: str


def memberships(people: range, teams: list[int], days: Days) -> Iterator[tuple]:
    """Hundreds as teams; the first of each hundred leads the team before hers as well."""
    since = days.ago(390)[:10]
    for n in people:
        team = (n - 1) // TEAM_SIZE
        yield n, teams[team], "member", since
        if n > TEAM_SIZE and n % TEAM_SIZE == 1:
            yield n, teams[team - 1], "lead", since


def state_of(n: int, place: int) -> int:
    """Of the person n in the certification at this place."""
    return (n + 3 * place) % 10


def _expires_in(n: int, state: int) -> int:
    """Days; what is expired has lapsed, and what is due for renewal has its window open."""
    return {EXPIRED: -20 - n % 30, DUE: 5 + n % 50}.get(state, 100 + n % 250)


def assignments(people: range, paths: list[Path], days: Days) -> Iterator[tuple]:
    """What was completed for each award, and what is to be done now."""
    for n in people:
        for place, path in enumerate(paths):
            state = state_of(n, place)
            for cycle in range(_cycles(state)):
                yield n, path.key, path.title, "completed", days.ago(YEAR * (cycle + 1)), "", None, days.ago(YEAR * cycle + 100), 0, None  # fmt: skip  # noqa: E501
            if state not in (NOTHING, REVOKED) and state < _CERTIFIED[0]:
                due = {OVERDUE: 3 + n % 40, EXPIRED: None, DUE: -_expires_in(n, DUE)}.get(state, -10 - n % 30)
                yield n, path.key, path.title, "active", days.ago(60), "", due and days.ago(due), None, 0, None


def rule_assignments(people: range, paths: list[Path], days: Days) -> Iterator[tuple]:
    """What the rules gave to everybody: half of it is completed."""
    for n in people:
        for place, path in enumerate(paths):
            done = days.ago(50) if (n + place) % 2 else None
            state = "completed" if done else "active"
            yield n, path.key, path.title, state, days.ago(90), "", days.ago(-60), done, 0, path.pk


ASSIGNMENT_COLUMNS = [
    "person_id", "path_key", "path_title", "state", "assigned_at", "reason", "due_at", "completed_at",
    "is_suspended_by_rule", "rule_id",
]  # fmt: skip


def _cycles(state: int) -> int:
    """How many awards she had."""
    return 0 if state < REVOKED else 1 if state == REVOKED else 2


def enrolments(people: range, paths: list[Path], days: Days) -> Iterator[tuple]:
    """One registration a cycle, and one that is begun where the path is."""
    pks = count((people.start - 1) * len(paths) * 2 + 1)
    for n in people:
        for place, path in enumerate(paths):
            state = state_of(n, place)
            for cycle in range(_cycles(state)):
                pk, ended = next(pks), days.ago(YEAR * cycle + 90) if cycle or state in (EXPIRED, DUE) else None
                yield pk, n, path.course, path.title, f"ce{pk:030x}", days.ago(YEAR * cycle + 150), days.ago(YEAR * cycle + 100), ended  # fmt: skip  # noqa: E501
            if state == BEGUN:
                pk = next(pks)
                yield pk, n, path.course, path.title, f"ce{pk:030x}", days.ago(5), None, None


ENROLMENT_COLUMNS = [
    "id", "person_id", "course_key", "course_title", "registration", "enrolled_at", "completed_at", "superseded_at",
]  # fmt: skip


def awards(people: range, paths: list[Path], days: Days) -> Iterator[tuple]:
    """The award of now, after the one that it superseded."""
    pks = count((people.start - 1) * len(paths) * 2 + 1)
    for n in people:
        name = f"{GIVEN[n % len(GIVEN)]} {n}"
        for place, path in enumerate(paths):
            state = state_of(n, place)
            if state < REVOKED:
                continue
            left = _expires_in(n, state)
            pk = next(pks)
            if state == REVOKED:
                yield _award(pk, path, n, name, left, "revoked", days, revoked_at=days.ago(10))
                continue
            opened = days.ago(60 - left) if left < 60 else None
            lapsed = days.ago(-left) if state == EXPIRED else None
            yield _award(pk, path, n, name, left, "active", days, opened_at=opened, lapsed_at=lapsed)
            yield _award(next(pks), path, n, name, left - YEAR, "superseded", days, superseded_by=pk)


def _award(pk, path, n, name, left, state, days, revoked_at=None, opened_at=None, lapsed_at=None, superseded_by=None):
    return (
        pk, f"bench-{pk:026x}"[:32], path.pk, n, name, path.title, "", "en", days.ago(YEAR - left), days.ago(-left),
        state, revoked_at, "", "{}", "", opened_at, lapsed_at, superseded_by,
    )  # fmt: skip


AWARD_COLUMNS = [
    "id", "public_id", "certification_id", "holder_id", "holder_name", "certification_title",
    "certification_description", "language", "awarded_at", "expires_at", "state", "revoked_at", "revoke_reason",
    "evidence", "grant_reason", "renewal_opened_at", "lapsed_at", "superseded_by_id",
]  # fmt: skip
