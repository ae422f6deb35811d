"""When, how long and how often one person may take a quiz: its own limits with the overrides that hold for her."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from people.compiled import CompiledQuery
from people.models import Team, User
from quizzes.models import Quiz, QuizOverride


@dataclass(frozen=True)
class Limits:
    """opens_at and closes_at: None for always. time_limit: in minutes, 0 for none. attempt_limit: 0 for unlimited.
    extra_time: the factor that the time limit is multiplied by."""

    opens_at: datetime | None = None
    closes_at: datetime | None = None
    time_limit: int = 0
    attempt_limit: int = 0
    extra_time: Decimal = Decimal(1)

    @property
    def duration(self) -> timedelta | None:
        """How long an attempt may take; None where there is no time limit."""
        return timedelta(minutes=float(self.time_limit * self.extra_time)) if self.time_limit else None

    def deadline(self, started_at: datetime) -> datetime | None:
        """The earlier of the start with the time limit, and of the close (Moodle); None where neither is set."""
        ends = [self.duration and started_at + self.duration, self.closes_at]
        return min((end for end in ends if end), default=None)


# Of several values for teams of one person, which is the most permissive. An attempt or time limit of 0 is none.
MOST_PERMISSIVE = {
    "opens_at": min,
    "closes_at": max,
    "time_limit": lambda values: 0 if 0 in values else max(values),
    "attempt_limit": lambda values: 0 if 0 in values else max(values),
    "extra_time": max,
}


def resolve(limits: Limits, own: QuizOverride | None, of_teams: Iterable[QuizOverride]) -> Limits:
    """`limits` of a quiz with a person's own override and those of her teams.

    Field by field: her own override beats those of teams; of several teams the most permissive one holds; what no
    override says stays as the quiz has it (Moodle, group and user overrides).
    """
    of_teams = list(of_teams)
    found = {}
    for name, choose in MOST_PERMISSIVE.items():
        values = [value for one in of_teams if (value := getattr(one, name)) is not None]
        personal = getattr(own, name, None)
        if personal is not None:
            found[name] = personal
        elif values:
            found[name] = choose(values)
    return replace(limits, **found)


def limits_of(quiz: Quiz) -> Limits:
    return Limits(quiz.opens_at, quiz.closes_at, quiz.time_limit or 0, quiz.attempt_limit)


def limits_for(quiz: Quiz, person: User, at: datetime | None = None) -> Limits:
    """What holds for `person` at `at`; one query. A team's override holds for the members of its sub-teams too."""
    at = at or timezone.now()
    overrides = _overrides_for(quiz=quiz.pk, person=person.pk, at=at, today=at.date())
    own = next((override for override in overrides if override.person_id), None)
    return resolve(limits_of(quiz), own, [override for override in overrides if override.team_id])


@CompiledQuery
def _overrides_for(quiz, person, at, today):
    teams = Team.objects.of_member(person, today)
    return QuizOverride.objects.in_force(at).filter(quiz=quiz).filter(Q(person=person) | Q(team__in=teams))
