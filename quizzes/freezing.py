"""An attempt's copy of everything that decides its result, so that later changes of content do not."""

from collections.abc import Iterable
from copy import copy
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from random import Random
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import override
from wagtail.models import Revision

from people.models import User
from quizzes.drawing import Choice
from quizzes.limits import Limits
from quizzes.models import Attempt, AttemptQuestion, Question, Quiz, QuizSlot
from quizzes.question_types.chosen import fetch_chosen


def freeze_questions(choices: list[Choice], quiz: Quiz, language: str, rng: Random) -> list[AttemptQuestion]:
    """The questions of an attempt, not saved yet, in the order in which it asks them."""
    choices = in_their_versions(choices)
    fetch_chosen(choice.question.body[0].value for choice in choices)
    with override(language):
        placed = [(title, choice) for title, section in _sections(choices, quiz, rng) for choice in section]
    return [
        freeze_question(choice.question, position, choice.slot, title, rng, quiz.shuffle_options)
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


# What an attempt asks of a version; the rest of a question is as it is now.
VERSIONED = {"name", "body", "default_mark", "penalty"}


def in_their_versions(choices: list[Choice]) -> list[Choice]:
    """The same choices, with the question as it was in the version that its slot keeps, where it keeps one.

    Of a translation that is its version of that time: the last one that was saved by then, or its first one. One
    query where there are such translations, else none.
    """
    translations = [c for c in choices if c.slot.pinned_revision_id and c.question.pk != c.slot.question_id]
    history: dict[str, list[Revision]] = {}
    if translations:
        kind = ContentType.objects.get_for_model(Question)
        pks = [str(choice.question.pk) for choice in translations]
        revisions = Revision.objects.filter(base_content_type=kind, object_id__in=pks)
        for revision in revisions.order_by("created_at", "pk"):
            history.setdefault(revision.object_id, []).append(revision)
    return [_in_its_version(choice, history) if choice.slot.pinned_revision_id else choice for choice in choices]


def _in_its_version(choice: Choice, history: dict[str, list[Revision]]) -> Choice:
    latest, version = choice.question, choice.slot.pinned_revision
    if latest.pk != choice.slot.question_id:
        versions = history.get(str(latest.pk), [])
        by_then = [one for one in versions if one.created_at <= version.created_at]
        version = by_then[-1] if by_then else next(iter(versions), None)
    if version is None:  # a translation that was never saved as a version
        return choice
    question = copy(latest)
    for name in VERSIONED & version.content.keys():
        setattr(question, name, Question._meta.get_field(name).to_python(version.content[name]))
    question.latest_revision_id = version.pk
    return Choice(question, choice.slot)


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
        frozen.content["key"]["article"] = {
            "key": str(UUID(str(question.article_key))),
            "title": question.article_title,
        }
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
