"""What the page of a quiz says before an attempt: its rules as they hold for one person, and her attempts so far."""

from collections.abc import Sequence
from datetime import datetime

from quizzes.histories import past_attempt, shown_result
from quizzes.limits import Limits
from quizzes.models import Attempt, Quiz
from quizzes.refusals import StartRefused
from quizzes.starting import refuse_start


def introduction(
    quiz: Quiz, question_count: int, critical_count: int, limits: Limits, attempts: Sequence[Attempt], at: datetime
) -> dict:
    """The context of the page.

    limits: those that hold for the person. attempts: hers that count for this registration, by number.
    """
    is_open = any(attempt.state == Attempt.State.IN_PROGRESS and not attempt.is_over(at) for attempt in attempts)
    refusal = "" if is_open else refusal_of(quiz, limits, attempts, at)
    finished = [attempt for attempt in attempts if attempt.state == Attempt.State.FINISHED]
    return {
        "quiz": quiz,
        "question_count": question_count,
        "critical_count": critical_count,
        "time_limit": limits.duration and int(limits.duration.total_seconds()) // 60,
        "opens_at": limits.opens_at if limits.opens_at and at < limits.opens_at else None,
        "closes_at": limits.closes_at,
        "attempts": [past_attempt(attempt, at) for attempt in reversed(attempts)],
        "attempts_left": max(limits.attempt_limit - len(attempts), 0) if limits.attempt_limit else None,
        "attempt_in_progress": is_open,
        "refusal": refusal,
        "can_start": not refusal,
        "result": shown_result(finished, quiz.grading_method, at),
    }


def refusal_of(quiz: Quiz, limits: Limits, attempts: Sequence[Attempt], at: datetime) -> str:
    """Why no attempt can be started at `at`, in words; empty where one can."""
    try:
        refuse_start(quiz, limits, attempts, at)
    except StartRefused as refusal:
        return str(refusal)
    return ""
