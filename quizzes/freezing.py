"""An attempt's copy of everything that decides its result, so that later changes of content do not."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from random import Random
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import F
from django.utils.translation import override
from wagtail.models import Revision

from people.models import User
from quizzes.drawing import Choice
from quizzes.limits import Limits
from quizzes.models import Attempt, AttemptQuestion, Question, Quiz, QuizSlot


def freeze_questions(choices: list[Choice], quiz: Quiz, language: str, rng: Random) -> list[AttemptQuestion]:
    """The questions of an attempt, not saved yet, in the order in which it asks them."""
    rows = Question.objects.filter(pk__in=[choice.question for choice in choices])
    rows = rows.annotate(article_key=F("source_article__translation_key"), article_title=F("source_article__title"))
    questions = rows.in_bulk() | _pinned(choices)
    with override(language):
        placed = [(title, choice) for title, section in _sections(choices, quiz, rng) for choice in section]
    return [
        freeze_question(questions[choice.version], position, choice.slot, title, rng, quiz.shuffle_options)
        for position, (title, choice) in enumerate(placed, start=1)
    ]


def _sections(choices: list[Choice], quiz: Quiz, rng: Random) -> Iterable[tuple[str, list[Choice]]]:
    """The choices section by section with its title in the active language, each shuffled where it says so."""
    numbers, number = {}, 0
    for choice in choices:
        if choice.slot.pk not in numbers:
            number += bool(choice.slot.section_title)
            numbers[choice.slot.pk] = number
    for _number, group in groupby(choices, key=lambda choice: numbers[choice.slot.pk]):
        section = list(group)
        first = section[0].slot
        if quiz.shuffle_questions if first.section_shuffle is None else first.section_shuffle:
            rng.shuffle(section)
        yield first.section_title, section


def _pinned(choices: list[Choice]) -> dict[tuple[int, int], Question]:
    """The questions whose slot keeps a version, as they were in it, by the pks of the row and of the slot's version.

    Of a translation it is the version that was the latest when the slot's one was saved.
    """
    pinned = [choice for choice in choices if choice.slot.pinned_revision_id]
    if not pinned:
        return {}
    revisions = Revision.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Question), object_id__in=[str(c.question) for c in pinned]
    )
    by_row: dict[str, list[Revision]] = {}
    for revision in revisions.order_by("created_at", "pk"):
        by_row.setdefault(revision.object_id, []).append(revision)
    articles = Question.objects.filter(pk__in=[choice.question for choice in pinned]).values_list(
        "pk", "source_article__translation_key", "source_article__title"
    )
    articles = {pk: about for pk, *about in articles}
    return {choice.version: _as_it_was(choice, by_row, articles) for choice in pinned}


def _as_it_was(choice: Choice, by_row: dict[str, list[Revision]], articles: dict[int, list]) -> Question:
    kept = choice.slot.pinned_revision
    history = by_row[str(choice.question)]
    revision = next((r for r in reversed(history) if r.created_at <= kept.created_at), history[0])
    question = revision.as_object()
    question.latest_revision_id = revision.pk
    question.article_key, question.article_title = articles[choice.question]
    return question


def freeze_question(
    question: Question, position: int, slot: QuizSlot, section: str, rng: Random, shuffle: bool
) -> AttemptQuestion:
    """`question` as JSON. `question.article_key` and `article_title` name the article to read again, or are None."""
    body = question.body[0]
    frozen = AttemptQuestion(
        position=position,
        section=section,
        is_critical=slot.is_critical,
        question_key=question.translation_key,
        question_name=question.name,
        revision_id=question.latest_revision_id,
        kind=body.block_type,
        max_mark=question.default_mark if slot.mark is None else slot.mark,
    )
    frozen.content = frozen.type.freeze(body.value, rng, shuffle)
    frozen.content["key"]["penalty"] = str(question.penalty)
    if question.article_key:
        frozen.content["key"]["article"] = {"key": str(question.article_key), "title": question.article_title}
    return frozen


def freeze_quiz(
    quiz: Quiz,
    person: User,
    registration: UUID,
    number: int,
    language: str,
    max_mark: Decimal,
    limits: Limits,
    at: datetime,
) -> Attempt:
    """The attempt, not saved yet, with the quiz's rules and with the limits that hold for the person."""
    with override(language):
        title, feedback = quiz.title, [[str(band.lower_bound), band.text] for band in quiz.feedback_bands.all()]
    return Attempt(
        person=person,
        quiz_key=quiz.key,
        quiz_title=title,
        registration=registration,
        number=number,
        language=language,
        started_at=at,
        pass_mark=quiz.pass_mark,
        max_mark=max_mark,
        rules=rules_of(quiz, limits) | {"feedback": feedback},
    )


def rules_of(quiz: Quiz, limits: Limits) -> dict[str, Any]:
    """The rules of `quiz` as JSON."""
    return {
        "attempt_limit": limits.attempt_limit,
        "time_limit": limits.time_limit or None,
        "extra_time": str(limits.extra_time),
        "opens_at": limits.opens_at and limits.opens_at.isoformat(),
        "closes_at": limits.closes_at and limits.closes_at.isoformat(),
        **{name: getattr(quiz, name) for name in FROZEN_AS_THEY_ARE},
    }


FROZEN_AS_THEY_ARE = (
    "first_delay",
    "later_delay",
    "on_expiry",
    "grace_period",
    "layout",
    "navigation",
    "behaviour",
    "grading_method",
    "completion_rule",
    "is_marked_blind",
    "review",
    "shuffle_questions",
    "shuffle_options",
)
