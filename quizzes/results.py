"""What several attempts of one person at one quiz come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from quizzes.models import Attempt, Quiz
from quizzes.scoring import fails_critically, is_passed


@dataclass(frozen=True)
class QuizResult:
    """percent: what counts, from 0 to 100, None where nothing does yet. completes: whether that makes the
    activity complete."""

    percent: Decimal | None
    passed: bool
    completes: bool


def counted_percent(over: Sequence[Attempt], method: str) -> Decimal | None:
    """The percentage that counts of attempts that are over, in the order of their numbers (Moodle's grading methods).

    None where there is none, or where one that it depends on waits for a person to mark it.
    """
    match method:
        case Quiz.GradingMethod.FIRST:
            return over[0].percent if over else None
        case Quiz.GradingMethod.LAST:
            return over[-1].percent if over else None
        case Quiz.GradingMethod.AVERAGE:
            average = _average(over)
            return average and Decimal(average.numerator) / average.denominator
    return max((attempt.percent for attempt in over if attempt.percent is not None), default=None)


def _average(over: Sequence[Attempt]) -> Fraction | None:
    """The exact mean of the percentages; None where there is none, or where one is not marked yet."""
    if not over or any(attempt.mark is None for attempt in over):
        return None
    parts = [
        Fraction(attempt.mark) / Fraction(attempt.max_mark) if attempt.max_mark else Fraction(0) for attempt in over
    ]
    return sum(parts, Fraction(0)) * 100 / len(over)


def is_quiz_passed(over: Sequence[Attempt], method: str) -> bool:
    """Whether attempts that are over, in the order of their numbers, pass their quiz.

    One attempt that counts has to be passed itself; an average has to reach the pass mark of the last attempt, which
    must not have failed a critical question. What waits for a person to mark it passes nothing yet.
    """
    match method:
        case Quiz.GradingMethod.FIRST:
            return bool(over and over[0].passed)
        case Quiz.GradingMethod.LAST:
            return bool(over and over[-1].passed)
        case Quiz.GradingMethod.AVERAGE:
            average = _average(over)
            return average is not None and average >= Fraction(over[-1].pass_mark) and not _failed_critically(over[-1])
    return any(attempt.passed for attempt in over)


def _failed_critically(attempt: Attempt) -> bool:
    """Whether a finished attempt failed a critical question; its result tells, unless its mark was too low anyway."""
    if attempt.passed or is_passed(attempt.mark, attempt.max_mark, attempt.pass_mark):
        return not attempt.passed
    return any(fails_critically(question, attempt.pass_mark) for question in attempt.questions.filter(is_critical=True))


def result_after(attempt: Attempt) -> QuizResult:
    """The result of the quiz for the person and the registration of `attempt`, by its rules; one query, and one more
    where an average decides in spite of a last attempt that failed."""
    graded = Attempt.objects.graded().filter(person=attempt.person_id, quiz_key=attempt.quiz_key)
    attempts = list(graded.filter(registration=attempt.registration).order_by("number"))
    over = [one for one in attempts if one.state in (Attempt.State.FINISHED, Attempt.State.SUBMITTED)]
    method = attempt.rule("grading_method")
    passed = is_quiz_passed(over, method)
    return QuizResult(counted_percent(over, method), passed, passed or _is_used_up(attempt, attempts))


def completes_quiz(attempt: Attempt) -> bool:
    """Whether the quiz is complete now that `attempt` is over, for its person and registration and by its rules.

    No query where the attempt alone decides: where the best one counts, and nothing but passing completes.
    """
    is_plain = attempt.rule("completion_rule") == Quiz.CompletionRule.PASSED
    if attempt.rule("grading_method") == Quiz.GradingMethod.HIGHEST and (attempt.passed or is_plain):
        return bool(attempt.passed)
    return result_after(attempt).completes


def _is_used_up(attempt: Attempt, attempts: Sequence[Attempt]) -> bool:
    """Whether the quiz is complete without being passed: each attempt that it allows is over."""
    over = [one for one in attempts if one.state in (Attempt.State.FINISHED, Attempt.State.ABANDONED)]
    limit = attempt.rule("attempt_limit")
    by_rule = attempt.rule("completion_rule") == Quiz.CompletionRule.PASSED_OR_USED_UP
    return by_rule and 0 < limit <= len(over)
