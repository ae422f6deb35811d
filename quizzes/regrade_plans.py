"""What a regrade would change, or changed."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from quizzes.models import Attempt, AttemptQuestion
from quizzes.models.attempts import AttemptQuerySet
from quizzes.rekeying import Obstacle

OVER = (Attempt.State.SUBMITTED, Attempt.State.FINISHED)


@dataclass(frozen=True)
class Selection:
    """Which answers of a quiz's attempts that count and are over: by default all.

    question_keys, attempt_pks: only these; None for all. only_failed: only those of attempts that are not passed.
    """

    quiz_key: UUID
    question_keys: frozenset[UUID] | None = None
    attempt_pks: frozenset[int] | None = None
    only_failed: bool = False

    def attempts(self) -> AttemptQuerySet:
        attempts = Attempt.objects.graded().filter(quiz_key=self.quiz_key, state__in=OVER)
        if self.attempt_pks is not None:
            attempts = attempts.filter(pk__in=self.attempt_pks)
        return attempts.exclude(passed=True) if self.only_failed else attempts

    def answers(self, attempt_pks: list[int]):
        answers = AttemptQuestion.objects.filter(attempt__in=attempt_pks).order_by("attempt_id", "position")
        return answers if self.question_keys is None else answers.filter(question_key__in=self.question_keys)


class MarkDifference(NamedTuple):
    """One answer's mark and highest mark, before and after."""

    position: int
    question_name: str
    old_mark: Decimal | None
    new_mark: Decimal | None
    old_max_mark: Decimal
    new_max_mark: Decimal

    @property
    def is_one(self) -> bool:
        return (self.old_mark, self.old_max_mark) != (self.new_mark, self.new_max_mark)


class ResultDifference(NamedTuple):
    """An attempt (by pk) some of whose marks differ, and its result before and after; None where it has none."""

    attempt: int
    old_mark: Decimal | None
    new_mark: Decimal | None
    old_max_mark: Decimal
    new_max_mark: Decimal
    was_passed: bool | None
    is_passed: bool | None
    marks: tuple[MarkDifference, ...]

    @property
    def passes_now(self) -> bool:
        return bool(self.is_passed) and not self.was_passed

    @property
    def fails_now(self) -> bool:
        return bool(self.was_passed) and not self.is_passed


@dataclass
class Plan:
    """answer_count: how many answers were looked at."""

    results: list[ResultDifference] = field(default_factory=list)
    obstacles: Counter[tuple[str, Obstacle]] = field(default_factory=Counter)
    answer_count: int = 0

    @property
    def mark_count(self) -> int:
        return sum(len(result.marks) for result in self.results)

    @property
    def passing(self) -> list[int]:
        """The attempts, by pk, that are passed only now."""
        return [result.attempt for result in self.results if result.passes_now]

    @property
    def failing(self) -> list[int]:
        """Those that would not pass now: what they completed and earned stays, and a person decides."""
        return [result.attempt for result in self.results if result.fails_now]

    @property
    def refused(self) -> list[dict]:
        """The questions whose answers cannot be marked again, why, and how many answers that are."""
        found = sorted(self.obstacles.items())
        return [{"question": name, "obstacle": obstacle, "count": count} for (name, obstacle), count in found]
