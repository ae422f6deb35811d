"""Which questions an attempt asks: those that its quiz names, and those drawn for this person."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import BigIntegerField, Case, Count, ExpressionWrapper, F, Max, Min, Q, QuerySet, When
from django.utils import timezone
from wagtail.models import Page

from knowledge.languages import language_rank
from people.models import User
from quizzes.models import Attempt, AttemptQuestion, Question, QuestionTag, Quiz, QuizSlot
from quizzes.models.bank import doubtful_source
from quizzes.refusals import CriticalQuestionMissing, PoolTooSmall
from quizzes.seating import Crowded, seat

# Where several slots draw from the same category with the same tags, they draw from one pool.
Pool = tuple[int, bool, frozenset[str]]
ROW = 2**40  # more than any primary key: a rank times this, plus the key, finds the row that ranks best


class Candidate(NamedTuple):
    """A question that may be asked, in the one language in which this person would be asked it; `pools` names those
    that it is in. `question` also has `article_key` and `article_title`, both None where it has no source."""

    question: Question
    pools: frozenset[Pool]

    @property
    def key(self) -> UUID:
        return self.question.translation_key

    @property
    def is_ready(self) -> bool:
        return self.question.state == Question.State.READY


class Choice(NamedTuple):
    """A question that is asked, and the slot that asks it."""

    question: Question
    slot: QuizSlot


def slots_of(quiz: Quiz) -> list[QuizSlot]:
    """The slots in order, each with its category and with the key and the name of its question."""
    slots = QuizSlot.objects.filter(quiz=quiz).select_related("category", "pinned_revision")
    slots = slots.order_by("sort_order", "pk")
    return list(slots.annotate(question_key=F("question__translation_key"), question_name=F("question__name")))


def draws_of(slots: Iterable[QuizSlot]) -> list[QuizSlot]:
    return [slot for slot in slots if slot.category_id]


def tags_of(slot: QuizSlot) -> frozenset[str]:
    """The tags that a question needs to be drawn, in lower case."""
    return frozenset(name.strip().lower() for name in slot.tag_names.split(",")) - {""}


def pool_of(slot: QuizSlot) -> Pool:
    return slot.category_id, slot.include_subcategories, tags_of(slot)


def is_in_pool(slot: QuizSlot) -> Q:
    is_in = (
        Q(category__path__startswith=slot.category.path) if slot.include_subcategories else Q(category=slot.category)
    )
    for name in sorted(tags_of(slot)):
        tagged = QuestionTag.objects.filter(tag__name__iexact=name)
        is_in &= Q(translation_key__in=tagged.values("content_object__translation_key"))
    return is_in & Q(state=Question.State.READY)


def _may_be_asked(language: str, at: datetime) -> Q:
    """Rows that nobody has to doubt, in `language` or the default one; in others, what is in neither of these."""
    ours = Question.objects.filter(
        locale__language_code__in=[language, settings.LANGUAGE_CODE],
        state__in=[Question.State.READY, Question.State.QUARANTINED],
    )
    is_ours = Q(locale__language_code__in=[language, settings.LANGUAGE_CODE])
    is_sound = ~Q(state=Question.State.QUARANTINED) & ~doubtful_source(at)
    return is_sound & (is_ours | ~Q(translation_key__in=ours.values("translation_key")))


def times_asked(person: User | None) -> QuerySet:
    """How often each question was part of an attempt of `person` that counts: practice repeats what she has missed,
    which is no reason to ask it less often."""
    asked = AttemptQuestion.objects.filter(attempt__person=person, attempt__purpose=Attempt.Purpose.GRADED)
    return asked.order_by().values("question_key").annotate(times=Count("pk"))


def candidates_for(
    slots: Sequence[QuizSlot], person: User | None = None, language: str = settings.LANGUAGE_CODE, at=None
) -> list[Candidate]:
    """What the slots name and may draw, those that `person` was asked least often first, by lot among equals.

    One query, however large the pools: of all questions that are in the same pools, no more come back than the slots
    draw altogether. A question in quarantine is no candidate; one that a slot names is one even where it is not ready.
    """
    if not slots:
        return []
    pools = {pool_of(slot): is_in_pool(slot) for slot in draws_of(slots)}
    columns = {f"pool_{number}": is_in for number, is_in in enumerate(pools.values())}
    named = Q(translation_key__in=[slot.question_key for slot in slots if slot.question_key])
    wanted = named.copy()
    for is_in in pools.values():
        wanted |= is_in
    rank = Case(When(state=Question.State.READY, then=0), default=100) + language_rank(language)
    rows = Question.objects.filter(_may_be_asked(language, at or timezone.now()), wanted).order_by()
    keys = rows.values("translation_key").annotate(
        best=Min(ExpressionWrapper(rank * ROW + F("pk"), BigIntegerField())),
        is_named=Max(_as_number(named)),
        **{name: Max(_as_number(is_in)) for name, is_in in columns.items()},
    )
    most = sum(slot.draw_count for slot in draws_of(slots))
    found = Question.objects.raw(*_least_asked(keys, times_asked(person), ["is_named", *columns], most))
    names = list(zip(columns, pools, strict=True))
    return [Candidate(one, frozenset(pool for name, pool in names if getattr(one, name))) for one in found]


def _as_number(condition: Q) -> Case:
    return Case(When(condition, then=1), default=0)


def _least_asked(keys: QuerySet, asked: QuerySet, kinds: list[str], most: int) -> tuple[str, list[Any]]:
    """The statement that finds the best rows of `keys`: of each combination of `kinds` the `most` that were asked
    least often, and all that are named. The ORM knows what is a candidate; only the lots are drawn by hand here."""
    keys_sql, keys_params = keys.query.sql_with_params()
    asked_sql, asked_params = asked.query.sql_with_params()
    statement = f"""
        WITH pool AS ({keys_sql}), asked AS ({asked_sql}),
        lots AS (
            SELECT pool.*, COALESCE(asked.times, 0) AS times, RANDOM() AS lot
            FROM pool LEFT JOIN asked ON asked.question_key = pool.translation_key
        ),
        places AS (
            SELECT lots.*, ROW_NUMBER() OVER (PARTITION BY {", ".join(kinds)} ORDER BY times, lot) AS place FROM lots
        )
        SELECT question.*, {", ".join(f"places.{kind}" for kind in kinds)},
            article.translation_key AS article_key, article.title AS article_title
        FROM places
        JOIN {Question._meta.db_table} question ON question.id = places.best %% {ROW}
        LEFT JOIN {Page._meta.db_table} article ON article.id = question.source_article_id
        WHERE places.place <= %s OR places.is_named = 1
        ORDER BY places.times, places.lot
    """
    return statement, [*keys_params, *asked_params, most]


def draw(slots: Sequence[QuizSlot], candidates: Iterable[Candidate]) -> dict[int, list[UUID]]:
    """The keys that each drawing slot (by pk) draws from candidates in the order of their lots.

    A question is asked once: what the quiz names is not drawn. Where pools overlap, no slot takes what another one
    has to have. Raises PoolTooSmall.
    """
    named = {slot.question_key for slot in slots if slot.question_key}
    free = [candidate for candidate in candidates if candidate.key not in named]
    wishes = {slot: [one.key for one in free if pool_of(slot) in one.pools] for slot in draws_of(slots)}
    try:
        drawn = seat(wishes, {slot: slot.draw_count for slot in wishes})
    except Crowded as crowded:
        raise PoolTooSmall(crowded.table, need=crowded.table.draw_count, have=crowded.seated) from crowded
    return {slot.pk: keys for slot, keys in drawn.items()}


def choose_questions(quiz: Quiz, person: User, language: str, at: datetime | None = None) -> list[Choice]:
    """What an attempt of `person` at `quiz` asks, in the order of the slots; two queries.

    A question that a slot names is left out while it is in quarantine. Raises PoolTooSmall, and
    CriticalQuestionMissing where it is critical.
    """
    slots = slots_of(quiz)
    candidates = candidates_for(slots, person, language, at)
    drawn, questions = draw(slots, candidates), {candidate.key: candidate.question for candidate in candidates}
    choices = []
    for slot in slots:
        keys = drawn[slot.pk] if slot.category_id else [slot.question_key]
        asked = [Choice(questions[key], slot) for key in keys if key in questions]
        if slot.is_critical and not asked:
            raise CriticalQuestionMissing(slot.question_name)
        choices += asked
    return choices
