"""What else a person does with questions during an attempt: begin one's clock, check, leave it, save a whole page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from people.models import User
from quizzes.attempts import checked, held_question, refusal, require_open, write_answer
from quizzes.models import Attempt, AttemptQuestion, Quiz
from quizzes.refusals import AnswerStands, AttemptClosed, ForeignResponse, StaleAnswer
from quizzes.scoring import mark_of, part_of


@transaction.atomic
def begin_question(attempt_pk: int, person: User, position: int, at: datetime | None = None) -> AttemptQuestion:
    """Starts the time of a question that has a time of its own; again changes nothing.

    Raises as `save_answer` does, and ForeignResponse where the question has no time of its own.
    """
    at = at or timezone.now()
    question = held_question(attempt_pk, person, position)
    require_open(question, at)
    if not question.type.is_timed:
        raise ForeignResponse
    if AttemptQuestion.objects.filter(pk=question.pk, began_at=None).update(began_at=at):
        question.began_at = at
    return question


@transaction.atomic
def check_answer(
    attempt_pk: int,
    person: User,
    position: int,
    response: Any,
    seen_revision: int,
    at: datetime | None = None,
    is_flagged: bool | None = None,
) -> AttemptQuestion:
    """Saves a response and checks it at once, where the quiz gives feedback during the attempt.

    With immediate feedback it stands from then on. With several tries it stands when it is right or the tries, one
    more than there are hints, are used up (Moodle, "interactive with multiple tries"). No response is no try.
    Raises as `save_answer` does, and ForeignResponse where the quiz gives no feedback before the end.
    """
    at = at or timezone.now()
    question = held_question(attempt_pk, person, position)
    require_open(question, at)
    behaviour = question.attempt.rule("behaviour")
    if behaviour == Quiz.Behaviour.DEFERRED:
        raise ForeignResponse
    write_answer(question, checked(question, response), seen_revision, at, is_flagged)
    if question.response is None or (question.tries and question.tries[-1] == question.response):
        return question
    question.tries = [*question.tries, question.response]
    is_right = part_of(question) in (1, None)
    if behaviour == Quiz.Behaviour.IMMEDIATE or is_right or not question.tries_left:
        question.settled_at, question.mark = at, mark_of(question)
    question.save(update_fields=["tries", "settled_at", "mark"])
    return question


@transaction.atomic
def go_on(attempt_pk: int, person: User, position: int, at: datetime | None = None) -> int:
    """Leaves a question for good, where the quiz goes forwards only; returns the position that is reached.

    Again changes nothing. Raises as `save_answer` does, but nothing about a position that was left already, nor about
    an answer that stands.
    """
    question = held_question(attempt_pk, person, position)
    if question.attempt.is_sequential and position == question.attempt.reached:
        _require_running(question.attempt, at or timezone.now())
        _leave(question)
    return question.attempt.reached


@transaction.atomic
def save_and_leave(
    attempt_pk: int,
    person: User,
    position: int,
    response: Any,
    seen_revision: int,
    at: datetime | None = None,
    is_flagged: bool | None = None,
) -> None:
    """`save_answer` and `go_on` in one; where the answer stands already, only the latter. Raises as both do."""
    at = at or timezone.now()
    question = held_question(attempt_pk, person, position)
    try:
        require_open(question, at)
    except AnswerStands:
        if checked(question, response) not in (None, question.response):
            raise
    else:
        write_answer(question, checked(question, response), seen_revision, at, is_flagged)
    if question.attempt.is_sequential and position == question.attempt.reached:
        _leave(question)


def _leave(question: AttemptQuestion) -> None:
    attempt = question.attempt
    last = attempt.questions.order_by("-position").values_list("position", flat=True)[0]
    attempt.reached = min(question.position + 1, last)
    attempt.save(update_fields=["reached"])


def _require_running(attempt: Attempt, at: datetime) -> None:
    if not attempt.is_running(at):
        raise AttemptClosed


@dataclass(frozen=True)
class GivenAnswer:
    """What a page of several questions holds for one of them; see `save_answer`."""

    position: int
    response: Any
    seen_revision: int
    is_flagged: bool


@transaction.atomic
def save_answers(
    attempt_pk: int, person: User, given: Sequence[GivenAnswer], at: datetime | None = None
) -> dict[int, StaleAnswer | AnswerStands]:
    """Saves the responses to several questions, in as many queries for many as for one.

    What was not changed is not written. A response that another window overtook, or whose question was checked in the
    meantime, keeps back no other: why it was not saved is returned by its position. Raises as `save_answer` does.
    """
    at = at or timezone.now()
    attempt = Attempt.objects.select_for_update(no_key=True).of(person).filter(pk=attempt_pk).first()
    if attempt is None:
        raise refusal(attempt_pk, person)
    _require_running(attempt, at)
    positions = [one.position for one in given]
    questions = {question.position: question for question in attempt.questions.filter(position__in=positions)}
    if set(positions) - set(questions):
        raise refusal(attempt_pk, person)
    changed, refused = [], {}
    for one in given:
        try:
            if _take(questions[one.position], one, at):
                changed.append(questions[one.position])
        except (StaleAnswer, AnswerStands) as error:
            refused[one.position] = error
    AttemptQuestion.objects.bulk_update(changed, ["response", "revision", "answered_at", "is_flagged"])
    return refused


def _take(question: AttemptQuestion, given: GivenAnswer, at: datetime) -> bool:
    """Gives a question, whose attempt is locked, its response; returns whether that changes it."""
    response = checked(question, given.response)
    if response is None and question.settled_at:  # the page of a checked answer has no field for it
        response = question.response
    is_flagged, question.is_flagged = question.is_flagged, given.is_flagged
    if response == question.response:
        return is_flagged != given.is_flagged
    require_open(question, at)
    if question.revision != given.seen_revision:
        raise StaleAnswer(question.response, question.revision)
    question.response, question.revision, question.answered_at = response, question.revision + 1, at
    return True
