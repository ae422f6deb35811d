"""Which questions an attempt asks: those that its quiz names, and those drawn for this person."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from wagtail.models import Locale, Page

from people.compiled import CompiledQuery, Parameter, filled
from people.models import User
from quizzes.models import Attempt, AttemptQuestion, Question, QuestionCategory, QuestionTag, Quiz, QuizSlot
from quizzes.models.bank import doubtful_source
from quizzes.refusals import CriticalQuestionMissing, PoolTooSmall
from quizzes.seating import Crowded, seat

STATEMENTS_KEPT = 200  # about a quiz and language each

NAMED = -1  # the number of what slots name, which is no pool
ASKED_BY_NAME = [Question.State.READY, Question.State.DRAFT, Question.State.HIDDEN]


class Pool(NamedTuple):
    """What slots draw from: several that draw from the same category with the same tags draw from one pool.

    below: the path of the category, where its subcategories belong to the pool too, else "".
    """

    category: int
    below: str
    tags: frozenset[str]


class Candidate(NamedTuple):
    """A question that may be asked, in the one language in which this person would be asked it: drawn from `pool`, or
    None where a slot names it. `question` also has `article_key` and `article_title`, None where it has no source."""

    question: Question
    pool: Pool | None

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
    return _slots_of(quiz=quiz.pk)


@CompiledQuery
def _slots_of(quiz):
    slots = QuizSlot.objects.filter(quiz=quiz).select_related("category", "pinned_revision")
    slots = slots.order_by("sort_order", "pk")
    return slots.annotate(question_key=F("question__translation_key"), question_name=F("question__name"))


def draws_of(slots: Iterable[QuizSlot]) -> list[QuizSlot]:
    return [slot for slot in slots if slot.category_id]


def tags_of(slot: QuizSlot) -> frozenset[str]:
    """The tags that a question needs to be drawn, in lower case."""
    return frozenset(name.strip().lower() for name in slot.tag_names.split(",")) - {""}


def pool_of(slot: QuizSlot) -> Pool:
    return Pool(slot.category_id, slot.category.path if slot.include_subcategories else "", tags_of(slot))


def is_in_pool(pool: Pool) -> Q:
    is_in = Q(category=pool.category)
    if pool.below:
        below = QuestionCategory.objects.filter(path__startswith=pool.below).order_by()
        is_in = Q(category__in=below.values("pk"))
    for name in sorted(pool.tags):
        tagged = QuestionTag.objects.filter(tag__name__iexact=name)
        is_in &= Q(translation_key__in=tagged.values("content_object__translation_key"))
    return is_in & Q(state=Question.State.READY)


def _in_best_language(language: str, at: datetime) -> Q:
    """Of the rows of a question the one that a reader of `language` is asked: hers, else that of the default language.

    What is in neither is asked in any language, but a question that is in doubt in hers or in the default one is not
    asked in one that she may not read.
    """
    hers, default = Q(locale__language_code=language), Q(locale__language_code=settings.LANGUAGE_CODE)
    known = Question.objects.filter(state__in=[Question.State.READY, Question.State.QUARANTINED]).order_by()
    in_either = known.filter(locale__language_code__in={language, settings.LANGUAGE_CODE})
    twin = known.filter(translation_key=OuterRef("translation_key"), locale__lt=OuterRef("locale"))
    best = hers | (~hers & ~default & ~Q(translation_key__in=in_either.values("translation_key")) & ~Exists(twin))
    if language != settings.LANGUAGE_CODE:
        in_hers = Question.objects.askable(at).filter(hers).order_by()
        best |= default & ~Q(translation_key__in=in_hers.values("translation_key"))
    return best


def times_asked(person: User | Parameter) -> QuerySet:
    """How often each question was part of an attempt of `person` that counts: practice repeats what she has missed,
    which is no reason to ask it less often."""
    asked = AttemptQuestion.objects.filter(attempt__person=person, attempt__purpose=Attempt.Purpose.GRADED)
    return asked.order_by().values("question_key").annotate(times=Count("pk"))


def candidates_for(
    slots: Sequence[QuizSlot],
    person: User | None = None,
    language: str = settings.LANGUAGE_CODE,
    at: datetime | None = None,
) -> list[Candidate]:
    """What the slots name and may draw; of each pool those that `person` was asked least often, by lot among equals.

    One query, however large the pools: of each pool no more come back than all slots draw together. A question in
    quarantine is no candidate; one that a slot names is one even where it is not ready.
    """
    if not slots:
        return []
    pools = tuple(dict.fromkeys(pool_of(slot) for slot in draws_of(slots)))
    most = sum(slot.draw_count for slot in draws_of(slots))
    sql, params = _least_asked(pools, most, _keys_named_by(slots), language)
    values = {"at": at or timezone.now(), "person": person.pk if person else 0}
    found = list(Question.objects.raw(sql, filled(params, values)))
    named: dict[UUID, Question] = {}
    for question in sorted((one for one in found if one.pool == NAMED), key=lambda one: _rank(one, language)):
        named.setdefault(question.translation_key, question)
    drawn = [Candidate(question, pools[question.pool]) for question in found if question.pool != NAMED]
    return [*(Candidate(question, None) for question in named.values()), *drawn]


def _keys_named_by(slots: Iterable[QuizSlot]) -> frozenset[UUID]:
    return frozenset(slot.question_key for slot in slots if slot.question_key)


def _rank(question: Question, language: str) -> tuple:
    """The smaller, the rather a question that a slot names is asked in this row of it."""
    others = (question.language != language, question.language != settings.LANGUAGE_CODE, question.locale_id)
    return question.state != Question.State.READY, *others


@lru_cache(STATEMENTS_KEPT)
def _least_asked(pools: tuple[Pool, ...], most: int, keys: frozenset[UUID], language: str) -> tuple[str, list[Any]]:
    """The statement that finds the rows to ask `person` at the instant `at`, which are its Parameters: `most` of each
    pool, and what is named by one of `keys`, in all languages and without what is in quarantine.

    The ORM says what is in a pool. What it cannot say is said here: to join a pool with the counts of what was asked,
    and to take the first of several pools in one statement. The lots are drawn before a question's text is read.
    """
    at = Parameter("at")
    askable = Question.objects.askable(at).filter(_in_best_language(language, at)).order_by()
    if keys:
        askable = askable.exclude(translation_key__in=keys)
    asked_sql, params = times_asked(Parameter("person")).query.sql_with_params()
    parts, params = [], list(params)
    for number, pool in enumerate(pools):
        sql, values = askable.filter(is_in_pool(pool)).values("pk", "translation_key").query.sql_with_params()
        parts.append(f"""SELECT * FROM (
            SELECT {number} AS pool, pool.pk, COALESCE(asked.times, 0) AS before, RANDOM() AS lot
            FROM ({sql}) pool LEFT JOIN asked ON asked.question_key = pool.translation_key
            ORDER BY before, lot LIMIT {most}) pool_{number}""")
        params += values
    if keys:
        named = Question.objects.filter(translation_key__in=keys, state__in=ASKED_BY_NAME).order_by()
        sql, values = named.exclude(doubtful_source(at)).values("pk").query.sql_with_params()
        parts.append(f"SELECT {NAMED} AS pool, pk, 0 AS before, 0 AS lot FROM ({sql}) named")
        params += values
    statement = f"""
        WITH asked AS ({asked_sql}), drawn AS ({" UNION ALL ".join(parts)})
        SELECT question.*, drawn.pool, locale.language_code AS language,
            article.translation_key AS article_key, article.title AS article_title
        FROM drawn
        JOIN {Question._meta.db_table} question ON question.id = drawn.pk
        JOIN {Locale._meta.db_table} locale ON locale.id = question.locale_id
        LEFT JOIN {Page._meta.db_table} article ON article.id = question.source_article_id
        ORDER BY drawn.pool, drawn.before, drawn.lot
    """
    return statement, params


def draw(slots: Sequence[QuizSlot], candidates: Iterable[Candidate]) -> dict[int, list[UUID]]:
    """The keys that each drawing slot (by pk) draws from candidates in the order of their lots.

    A question is asked once: what the quiz names is in no pool, and where pools overlap, no slot takes what another
    one has to have. Raises PoolTooSmall.
    """
    candidates = list(candidates)
    wishes = {slot: [one.key for one in candidates if one.pool == pool_of(slot)] for slot in draws_of(slots)}
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
