"""An attempt that was started: answered, submitted, finished or abandoned. Each change has its one function here."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from people.compiled import CompiledQuery
from people.models import User
from quizzes.models import Attempt, AttemptQuestion, Quiz
from quizzes.question_types.fields import has_foreign_field
from quizzes.refusals import AnswerStands, AttemptClosed, ForeignResponse, NoWayBack, StaleAnswer
from quizzes.scoring import mark_of, verdict
from quizzes.signals import attempt_finished

logger = logging.getLogger("quizzes")


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
    StaleAnswer where another window saved something else in the meantime; AnswerStands where the answer was checked
    already, and NoWayBack where the quiz goes forwards only and this is not its present question.
    """
    at = at or timezone.now()
    question = held_question(attempt_pk, person, position)
    require_open(question, at)
    response = checked(question, response)
    return write_answer(question, response, seen_revision, at, is_flagged)


def write_answer(
    question: AttemptQuestion, response: Any, seen_revision: int, at: datetime, is_flagged: bool | None
) -> int:
    """Writes a response that was checked to a question that is held; see `save_answer`."""
    changes = {"response": response, "revision": seen_revision + 1}
    if response != question.response:  # sent again as it was, it did not take longer
        changes["answered_at"] = at
    if is_flagged is not None:
        changes["is_flagged"] = is_flagged
    if AttemptQuestion.objects.filter(pk=question.pk, revision=seen_revision).update(**changes):
        for name, value in changes.items():
            setattr(question, name, value)
        return seen_revision + 1
    question.refresh_from_db(fields=["response", "revision"])
    if question.response != response:
        raise StaleAnswer(question.response, question.revision)
    return question.revision


def held_question(attempt_pk: int, person: User, position: int) -> AttemptQuestion:
    """The question with its attempt; both stay as they are until this transaction ends: a submit waits.

    Both are locked, so both are read as they are after the wait: else a response could follow one that was checked
    and stands. The attempt comes first, as it does where it is submitted.
    """
    question = _locked_question.first(attempt=attempt_pk, person=person.pk, position=position)
    if question is None:
        raise refusal(attempt_pk, person)
    return question


@CompiledQuery
def _locked_question(attempt, person, position):
    questions = AttemptQuestion.objects.select_for_update(of=("attempt", "self"), no_key=True)
    return questions.select_related("attempt").filter(attempt=attempt, attempt__person=person, position=position)


def require_open(question: AttemptQuestion, at: datetime) -> None:
    """Raises AttemptClosed, AnswerStands and NoWayBack where this question takes no response at `at`."""
    attempt = question.attempt
    if not attempt.is_running(at):
        raise AttemptClosed
    if question.settled_at:
        raise AnswerStands
    if attempt.is_sequential and question.position != attempt.reached:
        raise NoWayBack(attempt.reached)


def checked(question: AttemptQuestion, response: Any) -> Any:
    """The response as JSON, from a posted form too. Raises ForeignResponse where the question's form cannot give it."""
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
    question = held_question(attempt_pk, person, position)
    if not question.attempt.is_running(at or timezone.now()):
        raise AttemptClosed
    AttemptQuestion.objects.filter(pk=question.pk).update(is_flagged=is_flagged)


@transaction.atomic
def submit_attempt(attempt_pk: int, person: User, at: datetime | None = None) -> Attempt:
    """Ends the attempt with the answers that were saved. Again gives the same result and tells nobody twice.

    After the deadline it was submitted at the deadline; where it had to be submitted by then, it is abandoned. It
    stays submitted while a person has to mark a part of it, else it is finished. Raises Attempt.DoesNotExist where it
    is not hers.
    """
    own = Attempt.objects.of(person).filter(pk=attempt_pk)
    if own.in_progress().update(state=Attempt.State.SUBMITTED):
        return _end(attempt_pk, at or timezone.now())
    return own_attempt(attempt_pk, person)


def finalise_due_attempts(at: datetime | None = None, limit: int = 500) -> int:
    """Ends the attempts whose time is over as their quiz says, the oldest first; returns how many it ended.

    Each in a transaction of its own, so it can run twice at once, and one that fails is logged and holds up no other.
    """
    at = at or timezone.now()
    due = Attempt.objects.due(at).order_by("expires_at", "pk")
    return sum(_finalise(pk, at) for pk in list(due.values_list("pk", flat=True)[:limit]))


def _finalise(attempt_pk: int, at: datetime) -> bool:
    try:
        with transaction.atomic():
            if not Attempt.objects.due(at).filter(pk=attempt_pk).update(state=Attempt.State.SUBMITTED):
                return False
            _end(attempt_pk, at)
    except Exception:
        logger.exception("attempt %s: could not be finalised", attempt_pk)
        return False
    return True


def _end(attempt_pk: int, at: datetime) -> Attempt:
    """Marks or abandons an attempt that this transaction has claimed."""
    questions = list(AttemptQuestion.objects.filter(attempt=attempt_pk).select_related("attempt__person"))
    attempt = questions[0].attempt  # it is `submitted` by now: the claim was made before this read
    attempt.submitted_at = min(at, attempt.deadline_at or at)
    if attempt.is_over(at) and attempt.rule("on_expiry") != Quiz.OnExpiry.AUTOSUBMIT:
        return _abandon(attempt)
    for question in questions:
        question.mark = mark_of(question)
    AttemptQuestion.objects.bulk_update(questions, ["mark"])
    if any(question.mark is None for question in questions):
        attempt.save(update_fields=["submitted_at"])
        logger.info("attempt %s: waits for a person to mark it", attempt.pk)
        return attempt
    return finish_marked(attempt, questions)


def _abandon(attempt: Attempt) -> Attempt:
    attempt.state, attempt.finished_at, attempt.submitted_at = Attempt.State.ABANDONED, attempt.submitted_at, None
    attempt.save(update_fields=["state", "finished_at", "submitted_at"])
    logger.info("attempt %s: abandoned", attempt.pk)
    _tell(attempt)
    return attempt


def finish_marked(attempt: Attempt, questions: Iterable[AttemptQuestion]) -> Attempt:
    """Gives an attempt whose `questions` are all marked its result, for the first time or again, and says so.

    It was finished when it was submitted, however long the marking took.
    """
    attempt.mark, attempt.max_mark, attempt.passed = verdict(questions, attempt.pass_mark)
    attempt.state = Attempt.State.FINISHED
    attempt.finished_at = attempt.finished_at or attempt.submitted_at
    attempt.save(update_fields=["mark", "max_mark", "passed", "state", "submitted_at", "finished_at"])
    logger.info("attempt %s: finished with %s of %s", attempt.pk, attempt.mark, attempt.max_mark)
    _tell(attempt)
    return attempt


def _tell(attempt: Attempt) -> None:
    if attempt.purpose == Attempt.Purpose.GRADED:
        attempt_finished.send(sender=Attempt, attempt=attempt)


def own_attempt(attempt_pk: int, person: User) -> Attempt:
    """The attempt, where it is the person's own. Raises Attempt.DoesNotExist, and says so in the log."""
    attempt = _attempt_of.first(attempt=attempt_pk, person=person.pk)
    if attempt is None:
        raise refusal(attempt_pk, person)
    return attempt


@CompiledQuery
def _attempt_of(person, attempt):
    return Attempt.objects.filter(person=person, pk=attempt)


def refusal(attempt_pk: int, person: User) -> Attempt.DoesNotExist:
    """What to raise where `person` asked for an attempt that is not hers, or that there is not; it is in the log."""
    logger.warning("attempt %s: refused to person %s", attempt_pk, person.pk)
    return Attempt.DoesNotExist(f"Person {person.pk} has no attempt {attempt_pk}.")
