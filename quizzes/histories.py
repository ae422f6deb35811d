"""A person's attempts at one quiz, and what they come to."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from math import floor
from uuid import UUID

from django.urls import reverse

from people.models import User
from quizzes.models import Attempt
from quizzes.results import counted_percent, is_quiz_passed
from quizzes.review_rules import Aspect


@dataclass
class PastAttempt:
    """One attempt as a list shows it; `percent` (whole, rounded down) is None where the quiz does not show it now."""

    attempt: Attempt
    percent: int | None
    address: str

    @property
    def number(self) -> int:
        return self.attempt.number

    @property
    def state(self) -> str:
        """`passed` or `failed` where it is finished, else the attempt's own state; of a practice, just `done`."""
        attempt = self.attempt
        if attempt.state != Attempt.State.FINISHED:
            return attempt.state
        if attempt.purpose == Attempt.Purpose.PRACTICE:
            return "done"
        return "passed" if attempt.passed else "failed"

    @property
    def at(self) -> datetime:
        return self.attempt.finished_at or self.attempt.submitted_at or self.attempt.started_at


@dataclass
class Round:
    """The attempts that count for one registration, by number, and those that only practised, with what counts."""

    title: str
    method: str
    counted: int | None = None
    is_passed: bool = False
    graded: list[PastAttempt] = field(default_factory=list)
    practice: list[PastAttempt] = field(default_factory=list)

    @property
    def is_counted(self) -> bool:
        """Whether any attempt is finished, so that there is a result."""
        return any(past.attempt.state == Attempt.State.FINISHED for past in self.graded)


def history_of(person: User, quiz_key: UUID, at: datetime) -> list[Round]:
    """Her attempts at a quiz, the latest round first; one query. An author's previews are none."""
    attempts = Attempt.objects.of(person).filter(quiz_key=quiz_key).exclude(purpose=Attempt.Purpose.PREVIEW)
    latest: dict[UUID, datetime] = {}
    for attempt in attempts:
        latest.setdefault(attempt.registration, attempt.started_at)
    ordered = sorted(attempts, key=lambda attempt: (attempt.registration, attempt.number))
    groups = {key: list(group) for key, group in groupby(ordered, key=lambda attempt: attempt.registration)}
    return [round_of(groups[key], at) for key in sorted(groups, key=latest.__getitem__, reverse=True)]


def round_of(attempts: list[Attempt], at: datetime) -> Round:
    """attempts: of one person, quiz and registration, by number."""
    graded = [attempt for attempt in attempts if attempt.purpose == Attempt.Purpose.GRADED]
    last = (graded or attempts)[-1]
    made = Round(last.quiz_title, last.rule("grading_method"))
    made.graded = [past_attempt(attempt, at) for attempt in graded]
    made.practice = [_past_practice(attempt, attempts, at) for attempt in attempts if attempt not in graded]
    finished = [attempt for attempt in graded if attempt.state == Attempt.State.FINISHED]
    made.is_passed = is_quiz_passed(finished, made.method)
    made.counted = shown_result(finished, made.method, at)
    return made


def past_attempt(attempt: Attempt, at: datetime) -> PastAttempt:
    in_progress = attempt.state == Attempt.State.IN_PROGRESS
    address = reverse("quizzes:attempt" if in_progress else "quizzes:review", args=[attempt.pk])
    is_shown = attempt.percent is not None and Aspect.MARKS in attempt.aspects_shown(at)
    return PastAttempt(attempt, attempt.whole_percent if is_shown else None, address)


def _past_practice(practice: Attempt, attempts: list[Attempt], at: datetime) -> PastAttempt:
    """A practice shows no more than the attempt that it practises, which is among `attempts`."""
    past = past_attempt(practice, at)
    practised = next((attempt for attempt in attempts if attempt.pk == practice.rules["practises"]), None)
    if practised is None or Aspect.MARKS not in practised.aspects_shown(at):
        past.percent = None
    return past


def shown_result(finished: list[Attempt], method: str, at: datetime) -> int | None:
    """The whole percentage that counts of finished attempts by number, rounded down.

    None where none is finished, and where one that it would tell about does not show its marks at `at`.
    """
    percent = counted_percent(finished, method)
    if percent is None or not all(Aspect.MARKS in attempt.aspects_shown(at) for attempt in finished):
        return None
    return floor(percent)
