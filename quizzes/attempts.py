"""The states of an attempt: started, answered, submitted, finished. Each change has its one function here."""

import logging
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from people.models import User
from quizzes.drawing import choose_questions
from quizzes.freezing import freeze_questions, freeze_quiz
from quizzes.models import Attempt, AttemptQuestion, Quiz
from quizzes.question_types.fields import has_foreign_field
from quizzes.refusals import AttemptClosed, AttemptLimitReached, ForeignResponse, QuizIsEmpty, StaleAnswer
from quizzes.scoring import is_passed, mark_of
from quizzes.signals import attempt_finished

logger = logging.getLogger("quizzes")


def start_attempt(
    quiz: Quiz, person: User, registration: UUID, language: str | None = None, at: datetime | None = None
) -> Attempt:
    """The attempt that `person` has in progress at `quiz` for `registration`; a new one where there is none.

    One that is in progress although its time is over is finished first. language: of the questions; by default the
    person's own. Raises AttemptLimitReached, PoolTooSmall and QuizIsEmpty, which are all StartRefused.
    """
    at = at or timezone.now()
    with transaction.atomic():
        _hold_starts_of(person)
        earlier = list(Attempt.objects.of(person).filter(quiz_key=quiz.key, registration=registration))
        current = next((attempt for attempt in earlier if attempt.state == Attempt.State.IN_PROGRESS), None)
        if current is None:
            return _create_attempt(quiz, person, registration, language or person.language, earlier, at)
        if not current.is_over(at):
            return current
    submit_attempt(current.pk, person, at)
    return start_attempt(quiz, person, registration, language, at)


def _hold_starts_of(person: User) -> None:
    """Makes her other starts wait until this transaction ends, so that two cannot both find room for one more."""
    User.objects.select_for_update(no_key=True).values_list("pk").get(pk=person.pk)


def _create_attempt(
    quiz: Quiz, person: User, registration: UUID, language: str, earlier: list[Attempt], at: datetime
) -> Attempt:
    if quiz.attempt_limit and len(earlier) >= quiz.attempt_limit:
        raise AttemptLimitReached(quiz.attempt_limit)
    rng = Random()
    questions = freeze_questions(choose_questions(quiz, person, language, rng), quiz, rng)
    if not questions:
        raise QuizIsEmpty
    number = max((attempt.number for attempt in earlier), default=0) + 1
    max_mark = sum(question.max_mark for question in questions)
    attempt = freeze_quiz(quiz, person, registration, number, language, max_mark, at)
    attempt.save(force_insert=True)
    for question in questions:
        question.attempt = attempt
    AttemptQuestion.objects.bulk_create(questions)
    logger.info("attempt %s: started by person %s", attempt.pk, person.pk)
    return attempt


@transaction.atomic
def save_answer(
    attempt_pk: int,
    person: User,
    position: int,
    response: Any,
    seen_revision: int,
    at: datetime | None = None,
    is_flagged: bool | None = None,
) -> int:
    """Saves the response to one question, and its flag where one is given; returns the new revision.

    response: JSON as the question type defines it, None for no answer, or the posted form that holds it.
    seen_revision: the revision that the person saw when she answered. Saving the same response again succeeds.
    Raises Attempt.DoesNotExist where it is not hers, AttemptClosed when it is finished or late, ForeignResponse, and
    StaleAnswer where another window saved something else in the meantime.
    """
    at = at or timezone.now()
    question = _held_question(attempt_pk, person, position)
    _require_open(question.attempt, at)
    response = _checked(question, response)
    changes = {"response": response, "revision": seen_revision + 1, "answered_at": at}
    if is_flagged is not None:
        changes["is_flagged"] = is_flagged
    if AttemptQuestion.objects.filter(pk=question.pk, revision=seen_revision).update(**changes):
        return seen_revision + 1
    question.refresh_from_db(fields=["response", "revision"])
    if question.response != response:
        raise StaleAnswer(question.response, question.revision)
    return question.revision


def _held_question(attempt_pk: int, person: User, position: int) -> AttemptQuestion:
    """The question with its attempt, which stays as it is until this transaction ends: a submit waits.

    Only the attempt is locked, so the question's own revision may be older than what the table holds by now; the
    UPDATE decides about that.
    """
    questions = AttemptQuestion.objects.select_for_update(of=("attempt",), no_key=True).select_related("attempt")
    question = questions.filter(attempt=attempt_pk, attempt__person=person, position=position).first()
    if question is None:
        raise refusal(attempt_pk, person)
    return question


def _require_open(attempt: Attempt, at: datetime) -> None:
    if not attempt.is_running(at):
        raise AttemptClosed


def _checked(question: AttemptQuestion, response: Any) -> Any:
    if isinstance(response, QueryDict):
        post, response = response, question.type.parse(response)
        if has_foreign_field(post, response):
            raise ForeignResponse
    if response is not None and not question.type.accepts(question.content, response):
        raise ForeignResponse
    return response


@transaction.atomic
def set_flag(attempt_pk: int, person: User, position: int, is_flagged: bool, at: datetime | None = None) -> None:
    """Marks one question to look at again, or takes the mark away. Raises as `save_answer` does."""
    question = _held_question(attempt_pk, person, position)
    _require_open(question.attempt, at or timezone.now())
    AttemptQuestion.objects.filter(pk=question.pk).update(is_flagged=is_flagged)


@transaction.atomic
def submit_attempt(attempt_pk: int, person: User, at: datetime | None = None) -> Attempt:
    """Finishes the attempt with the answers that were saved. Again gives the same result and tells nobody twice.

    After the deadline it was finished at the deadline. Raises Attempt.DoesNotExist where it is not hers.
    """
    own = Attempt.objects.of(person).filter(pk=attempt_pk)
    if own.in_progress().update(state=Attempt.State.SUBMITTED):
        return _finish(attempt_pk, at or timezone.now())
    return own_attempt(attempt_pk, person)


def finalise_due_attempts(at: datetime | None = None, limit: int = 500) -> int:
    """Submits the saved answers of attempts whose time is over, the oldest first; returns how many it finished.

    Each in a transaction of its own, so it can run twice at once, and one that fails is logged and holds up no other.
    """
    at = at or timezone.now()
    due = Attempt.objects.due(at).order_by("deadline_at", "pk")
    return sum(_finalise(pk, at) for pk in list(due.values_list("pk", flat=True)[:limit]))


def _finalise(attempt_pk: int, at: datetime) -> bool:
    try:
        with transaction.atomic():
            if not Attempt.objects.due(at).filter(pk=attempt_pk).update(state=Attempt.State.SUBMITTED):
                return False
            _finish(attempt_pk, at)
    except Exception:
        logger.exception("attempt %s: could not be finalised", attempt_pk)
        return False
    return True


def _finish(attempt_pk: int, at: datetime) -> Attempt:
    """Marks an attempt that this transaction has claimed, and says so."""
    questions = list(AttemptQuestion.objects.filter(attempt=attempt_pk).select_related("attempt__person"))
    for question in questions:
        question.mark = mark_of(question)
    AttemptQuestion.objects.bulk_update(questions, ["mark"])
    attempt = questions[0].attempt
    attempt.mark = sum(question.mark for question in questions)
    attempt.passed = is_passed(attempt.mark, attempt.max_mark, attempt.pass_mark)
    attempt.state = Attempt.State.FINISHED
    attempt.submitted_at = attempt.finished_at = min(at, attempt.deadline_at or at)
    attempt.save(update_fields=["mark", "passed", "state", "submitted_at", "finished_at"])
    logger.info("attempt %s: finished with %s of %s", attempt.pk, attempt.mark, attempt.max_mark)
    attempt_finished.send(sender=Attempt, attempt=attempt)
    return attempt


def own_attempt(attempt_pk: int, person: User) -> Attempt:
    """The attempt, where it is the person's own. Raises Attempt.DoesNotExist, and says so in the log."""
    attempt = Attempt.objects.of(person).filter(pk=attempt_pk).first()
    if attempt is None:
        raise refusal(attempt_pk, person)
    return attempt


def refusal(attempt_pk: int, person: User) -> Attempt.DoesNotExist:
    """What to raise where `person` asked for an attempt that is not hers, or that there is not; it is in the log."""
    logger.warning("attempt %s: refused to person %s", attempt_pk, person.pk)
    return Attempt.DoesNotExist(f"Person {person.pk} has no attempt {attempt_pk}.")
