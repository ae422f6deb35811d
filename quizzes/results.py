"""What several attempts of one person at one quiz come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from quizzes.models import Attempt, Quiz
from quizzes.scoring import is_passed


@dataclass(frozen=True)
class QuizResult:
    """percent: what counts, from 0 to 100, None where no attempt is finished. completes: whether that makes the
    activity complete."""

    percent: Decimal | None
    passed: bool
    completes: bool


def counted_percent(finished: Sequence[Attempt], method: str) -> Decimal | None:
    """The percentage that counts of finished attempts in the order of their numbers (Moodle's grading methods)."""
    percents = [attempt.percent for attempt in finished]
    if not percents:
        return None
    match method:
        case Quiz.GradingMethod.FIRST:
            return percents[0]
        case Quiz.GradingMethod.LAST:
            return percents[-1]
        case Quiz.GradingMethod.AVERAGE:
            return sum(percents, Decimal(0)) / len(percents)
    return max(percents)


def is_quiz_passed(finished: Sequence[Attempt], method: str) -> bool:
    """Whether finished attempts in the order of their numbers pass their quiz.

    One attempt that counts has to be passed itself; an average has to reach the pass mark, and the last attempt must
    not have failed a critical question.
    """
    if not finished:
        return False
    match method:
        case Quiz.GradingMethod.FIRST:
            return finished[0].passed
        case Quiz.GradingMethod.LAST:
            return finished[-1].passed
        case Quiz.GradingMethod.AVERAGE:
            last = finished[-1]
            failed_critically = is_passed(last.mark, last.max_mark, last.pass_mark) and not last.passed
            return counted_percent(finished, method) >= last.pass_mark and not failed_critically
    return any(attempt.passed for attempt in finished)


def result_after(attempt: Attempt) -> QuizResult:
    """The result of the quiz for the person and the registration of `attempt`, by its rules; one query."""
    graded = Attempt.objects.graded().filter(person=attempt.person_id, quiz_key=attempt.quiz_key)
    attempts = list(graded.filter(registration=attempt.registration).order_by("number"))
    finished = [one for one in attempts if one.state == Attempt.State.FINISHED]
    method = attempt.rule("grading_method")
    passed = is_quiz_passed(finished, method)
    return QuizResult(counted_percent(finished, method), passed, passed or _is_used_up(attempt, attempts))


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
