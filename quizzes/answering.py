"""What else a person does to a question during an attempt: begin its clock, check an answer, go on for good."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from people.models import User
from quizzes.attempts import checked, held_question, require_open, write_answer
from quizzes.models import AttemptQuestion, Quiz
from quizzes.refusals import ForeignResponse
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
    attempt_pk: int, person: User, position: int, response: Any, seen_revision: int, at: datetime | None = None
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
    write_answer(question, checked(question, response), seen_revision, at, is_flagged=None)
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

    Again changes nothing. Raises as `save_answer` does, but nothing about a position that was left already.
    """
    question = held_question(attempt_pk, person, position)
    attempt = question.attempt
    if attempt.rule("navigation") == Quiz.Navigation.SEQUENTIAL and position == attempt.reached:
        require_open(question, at or timezone.now())
        last = attempt.questions.order_by("-position").values_list("position", flat=True)[0]
        attempt.reached = min(position + 1, last)
        attempt.save(update_fields=["reached"])
    return attempt.reached
