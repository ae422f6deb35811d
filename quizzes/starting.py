"""Starting an attempt: one that counts, one to practise, or an author's preview."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from people.compiled import CompiledQuery
from people.holding import hold
from people.models import User
from quizzes.attempts import submit_attempt
from quizzes.drawing import choose_questions
from quizzes.freezing import freeze_questions, freeze_quiz
from quizzes.limits import Limits, limits_for, limits_of
from quizzes.models import Attempt, AttemptQuestion, Quiz
from quizzes.refusals import AttemptLimitReached, NotOpenYet, QuizIsClosed, QuizIsEmpty, TooSoon

logger = logging.getLogger("quizzes")


def start_attempt(
    quiz: Quiz, person: User, registration: UUID, language: str | None = None, at: datetime | None = None
) -> Attempt:
    """The attempt that `person` has in progress at `quiz` for `registration`; a new one where there is none.

    One that is in progress although its time is over is finished first. language: of the questions; by default the
    person's own. Raises AttemptLimitReached, NotOpenYet, QuizIsClosed, TooSoon, PoolTooSmall,
    CriticalQuestionMissing and QuizIsEmpty, which are all StartRefused.
    """
    at = at or timezone.now()
    earlier = _counting_attempts(person=person.pk, quiz_key=quiz.key, registration=UUID(str(registration)))
    current = next((attempt for attempt in earlier if attempt.state == Attempt.State.IN_PROGRESS), None)
    if current and not current.is_over(at):
        return current
    if current:
        submit_attempt(current.pk, person, at)
        return start_attempt(quiz, person, registration, language, at)
    limits = limits_for(quiz, person, at)
    refuse_start(quiz, limits, earlier, at)
    try:
        return _create(quiz, person, registration, language or person.language, limits, earlier, at)
    except IntegrityError:
        if not _was_overtaken(earlier, quiz, person, registration):
            raise
        return start_attempt(quiz, person, registration, language, at)


@CompiledQuery
def _counting_attempts(person, quiz_key, registration):
    attempts = Attempt.objects.graded().filter(person=person, quiz_key=quiz_key, registration=registration)
    return attempts.order_by("number")


def _was_overtaken(earlier: Sequence[Attempt], quiz: Quiz, person: User, registration: UUID) -> bool:
    """Whether another start of hers came first since `earlier` was read. Both wanted the next number, which the
    constraint gives to one; the other looks again. So they never pass the limit, and none waits for a lock."""
    now = Attempt.objects.of(person).graded().filter(quiz_key=quiz.key, registration=registration)
    return now.count() > len(earlier)


def start_preview(quiz: Quiz, person: User, language: str | None = None, at: datetime | None = None) -> Attempt:
    """An attempt with which an author tries the quiz: no limit holds, nobody counts it, and the one before is deleted.

    Raises PoolTooSmall and QuizIsEmpty.
    """
    at = at or timezone.now()
    with transaction.atomic():
        hold(person.pk)
        previews = Attempt.objects.of(person).filter(quiz_key=quiz.key, purpose=Attempt.Purpose.PREVIEW)
        previews.delete()
        limits = Limits(time_limit=limits_of(quiz).time_limit)
        return _create(quiz, person, uuid4(), language or person.language, limits, [], at, Attempt.Purpose.PREVIEW)


def refuse_start(quiz: Quiz, limits: Limits, earlier: Sequence[Attempt], at: datetime) -> None:
    """Raises StartRefused where `limits` keep a person with these `earlier` attempts, by number, from a new one."""
    if limits.opens_at and at < limits.opens_at:
        raise NotOpenYet(limits.opens_at)
    if limits.closes_at and at >= limits.closes_at:
        raise QuizIsClosed(limits.closes_at)
    if limits.attempt_limit and len(earlier) >= limits.attempt_limit:
        raise AttemptLimitReached(limits.attempt_limit)
    if (free_at := next_start_at(quiz, earlier)) and at < free_at:
        raise TooSoon(free_at)


def next_start_at(quiz: Quiz, earlier: Sequence[Attempt]) -> datetime | None:
    """When the enforced delay after the last attempt is over; None where there is none (Moodle).

    It counts from the end of the attempt, which is never later than its deadline.
    """
    delay = quiz.later_delay if len(earlier) > 1 else quiz.first_delay
    if not earlier or not delay:
        return None
    last = earlier[-1]
    ended_at = last.submitted_at or last.finished_at or last.deadline_at
    return ended_at and ended_at + timedelta(minutes=delay)


@transaction.atomic
def _create(
    quiz: Quiz,
    person: User,
    registration: UUID,
    language: str,
    limits: Limits,
    earlier: Sequence[Attempt],
    at: datetime,
    purpose: str = Attempt.Purpose.GRADED,
) -> Attempt:
    rng = Random()
    questions = freeze_questions(choose_questions(quiz, person, language, at), quiz, language, rng)
    if not questions:
        raise QuizIsEmpty
    number = max((attempt.number for attempt in earlier), default=0) + 1
    max_mark = sum(question.max_mark for question in questions)
    attempt = freeze_quiz(quiz, person, registration, number, language, max_mark, limits, at)
    attempt.purpose = purpose
    attempt.deadline_at = limits.deadline(at)
    attempt.expires_at = expiry_of(attempt)
    return save_new(attempt, questions)


def expiry_of(attempt: Attempt) -> datetime | None:
    """The deadline, and after it the time to submit where the quiz gives some."""
    if attempt.deadline_at is None or attempt.rule("on_expiry") != Quiz.OnExpiry.GRACE:
        return attempt.deadline_at
    return attempt.deadline_at + timedelta(minutes=attempt.rule("grace_period"))


def save_new(attempt: Attempt, questions: list[AttemptQuestion]) -> Attempt:
    attempt.save(force_insert=True)
    for question in questions:
        question.attempt = attempt
    AttemptQuestion.objects.bulk_create(questions)
    logger.info("attempt %s: started by person %s", attempt.pk, attempt.person_id)
    return attempt
