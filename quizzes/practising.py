"""Practising what one missed: an attempt that counts for nothing."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from people.holding import hold
from people.models import User
from quizzes.attempts import own_attempt
from quizzes.models import Attempt, AttemptQuestion, Quiz
from quizzes.refusals import NothingToPractise
from quizzes.review_rules import Aspect, Phase
from quizzes.starting import save_new

COPIED = ("question_key", "question_name", "revision_id", "kind", "section", "content", "max_mark")
NEEDED = {Aspect.ATTEMPT, Aspect.CORRECTNESS}


def aspects_for(attempt: Attempt, at: datetime) -> frozenset[Aspect]:
    """What the person of `attempt` may see of it at `at`: of a practice no more than of what it practises."""
    aspects = attempt.aspects_shown(at)
    if attempt.purpose != Attempt.Purpose.PRACTICE:
        return aspects
    practised = Attempt.objects.get(pk=attempt.rules["practises"]).aspects_shown(at)
    return aspects & (practised | {Aspect.ATTEMPT} if attempt.state == Attempt.State.IN_PROGRESS else practised)


def missed_questions(questions: Iterable[AttemptQuestion]) -> list[AttemptQuestion]:
    """Those that earned less than their mark, and that can be practised without somebody who marks them."""
    return [
        question
        for question in questions
        if question.mark is not None
        and question.mark < question.max_mark
        and not question.is_neutralised
        and not question.type.needs_marker
    ]


def can_practise(attempt: Attempt, aspects: frozenset[Aspect]) -> bool:
    """Whether what was missed in `attempt` may be practised, where `aspects` are shown: it tells what that was."""
    return attempt.state == Attempt.State.FINISHED and aspects >= NEEDED


@transaction.atomic
def start_practice(attempt_pk: int, person: User, at: datetime | None = None) -> Attempt:
    """An ungraded attempt with the questions that `person` missed in a finished one, with feedback after each answer.

    It shows no more than the review of the finished attempt shows. A practice that is open is given up.
    Raises Attempt.DoesNotExist where the attempt is not hers, and NothingToPractise.
    """
    at = at or timezone.now()
    hold(person.pk)
    source = own_attempt(attempt_pk, person)
    aspects = aspects_for(source, at)
    missed = missed_questions(source.questions.all()) if can_practise(source, aspects) else []
    if not missed:
        raise NothingToPractise
    of_quiz = Attempt.objects.of(person).filter(
        quiz_key=source.quiz_key, registration=source.registration, purpose=Attempt.Purpose.PRACTICE
    )
    of_quiz.in_progress().delete()
    review = {phase: [a.value for a in aspects if a != Aspect.OVERALL_FEEDBACK] for phase in Phase.values}
    practice = Attempt(
        person=person,
        quiz_key=source.quiz_key,
        quiz_title=source.quiz_title,
        registration=source.registration,
        number=max(of_quiz.values_list("number", flat=True), default=0) + 1,
        language=source.language,
        purpose=Attempt.Purpose.PRACTICE,
        started_at=at,
        pass_mark=source.pass_mark,
        max_mark=sum(question.max_mark for question in missed),
        rules={
            "behaviour": Quiz.Behaviour.IMMEDIATE,
            "review": review,
            "practises": source.rules.get("practises", source.pk),
        },
    )
    return save_new(practice, [_again(question, number) for number, question in enumerate(missed, start=1)])


def _again(question: AttemptQuestion, position: int) -> AttemptQuestion:
    return AttemptQuestion(position=position, **{name: getattr(question, name) for name in COPIED})
