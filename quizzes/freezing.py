"""An attempt's copy of everything that decides its result, so that later changes of content do not."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from django.db.models import F
from django.utils.translation import override

from people.models import User
from quizzes.drawing import Choice
from quizzes.models import Attempt, AttemptQuestion, Question, Quiz


def freeze_questions(choices: list[Choice], quiz: Quiz, rng: Random) -> list[AttemptQuestion]:
    """The questions of an attempt, not saved yet, in the order in which it asks them."""
    rows = Question.objects.filter(pk__in=[choice.question for choice in choices])
    rows = rows.annotate(article_key=F("source_article__translation_key"), article_title=F("source_article__title"))
    questions = rows.in_bulk()
    if quiz.shuffle_questions:
        rng.shuffle(choices)
    return [
        freeze_question(questions[choice.question], position, choice.mark, rng, quiz.shuffle_options)
        for position, choice in enumerate(choices, start=1)
    ]


def freeze_question(
    question: Question, position: int, mark: Decimal | None, rng: Random, shuffle: bool
) -> AttemptQuestion:
    """`question` as JSON. `question.article_key` and `article_title` name the article to read again, or are None."""
    body = question.body[0]
    frozen = AttemptQuestion(
        position=position,
        question_key=question.translation_key,
        question_name=question.name,
        revision_id=question.latest_revision_id,
        kind=body.block_type,
        max_mark=question.default_mark if mark is None else mark,
    )
    frozen.content = frozen.type.freeze(body.value, rng, shuffle)
    if question.article_key:
        frozen.content["key"]["article"] = {"key": str(question.article_key), "title": question.article_title}
    return frozen


def freeze_quiz(
    quiz: Quiz, person: User, registration: UUID, number: int, language: str, max_mark: Decimal, at: datetime
) -> Attempt:
    """The attempt, not saved yet, with the quiz's rules as they are at `at`."""
    with override(language):
        title = quiz.title
    return Attempt(
        person=person,
        quiz_key=quiz.key,
        quiz_title=title,
        registration=registration,
        number=number,
        language=language,
        started_at=at,
        deadline_at=at + timedelta(minutes=quiz.time_limit) if quiz.time_limit else None,
        pass_mark=quiz.pass_mark,
        max_mark=max_mark,
        rules={
            "attempt_limit": quiz.attempt_limit,
            "time_limit": quiz.time_limit,
            "shuffle_questions": quiz.shuffle_questions,
            "shuffle_options": quiz.shuffle_options,
            "on_expiry": "autosubmit",
            "review": "when_finished",
        },
    )
