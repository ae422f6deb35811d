"""Learners who sit a quiz in numbers, for what is counted over them. Every attempt is made by the verbs."""

from uuid import uuid4

from people.models import User
from quizzes.attempts import save_answer, submit_attempt
from quizzes.models import Attempt, AttemptQuestion, Quiz
from quizzes.starting import start_attempt
from tests.cast import person
from tests.quizzes import bank


def learners(count: int, prefix="learner") -> list[User]:
    return [person(f"{prefix}{number} Learner") for number in range(count)]


def sit(quiz: Quiz, who: User, right: set[str] | None, language="en", registration=None, at=None) -> Attempt:
    """Finishes an attempt: the questions of these names are answered right, the others wrong; None: none at all."""
    attempt = start_attempt(quiz, who, registration or uuid4(), language, at)
    for question in attempt.questions.all() if right is not None else ():
        response = right_response(question) if question.question_name in right else bank.wrong_response(question)
        save_answer(attempt.pk, who, question.position, response, 0, at)
    return submit_attempt(attempt.pk, who, at)


def right_response(question: AttemptQuestion):
    return bank.RIGHT[question.kind] if question.kind in bank.RIGHT else bank.right_response(question)


def version_of(question):
    """Saves it as a version, as the CMS does, so that its options have ids that stay."""
    list(question.body[0].value.items())
    question.save()
    question.save_revision()
    question.refresh_from_db()
    return question
