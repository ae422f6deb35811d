"""Which questions an attempt asks: those that its quiz names, and those drawn for this person."""

from collections.abc import Iterable, Mapping
from random import Random
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Count, F, Q

from people.models import User
from quizzes.models import AttemptQuestion, Question, Quiz, QuizSlot
from quizzes.refusals import PoolTooSmall


class Candidate(NamedTuple):
    """A question in one language, with as little of it as a choice needs."""

    pk: int
    key: UUID
    category: int
    path: str
    state: str
    language: str

    @property
    def is_ready(self) -> bool:
        return self.state == Question.State.READY


class Choice(NamedTuple):
    """The row of a question that is asked, and the slot that asks it."""

    question: int
    slot: QuizSlot

    @property
    def version(self) -> int | tuple[int, int]:
        """Names the version that is asked: the latest one of the row, or the one that the slot keeps."""
        kept = self.slot.pinned_revision_id
        return (self.question, kept) if kept else self.question


def slots_of(quiz: Quiz) -> list[QuizSlot]:
    """The slots in order, each with its category and with the key and the name of its question."""
    slots = (
        QuizSlot.objects.filter(quiz=quiz).select_related("category", "pinned_revision").order_by("sort_order", "pk")
    )
    return list(slots.annotate(question_key=F("question__translation_key"), question_name=F("question__name")))


def candidates_for(slots: Iterable[QuizSlot]) -> list[Candidate]:
    """Every language of the questions that the slots name, and of the ready ones that they may draw."""
    wanted = Q(translation_key__in=[slot.question_key for slot in slots if slot.question_key])
    for slot in draws_of(slots):
        below = {"path__startswith": slot.category.path} if slot.include_subcategories else {"pk": slot.category_id}
        wanted |= Q(state=Question.State.READY, **{f"category__{name}": value for name, value in below.items()})
    fields = ("pk", "translation_key", "category_id", "category__path", "state", "locale__language_code")
    return [Candidate(*row) for row in Question.objects.filter(wanted).order_by("pk").values_list(*fields)]


def draws_of(slots: Iterable[QuizSlot]) -> list[QuizSlot]:
    return [slot for slot in slots if slot.category_id]


def times_asked(person: User) -> Mapping[UUID, int]:
    """How often each question was part of an attempt of `person`."""
    asked = AttemptQuestion.objects.filter(attempt__person=person).order_by()
    return dict(asked.values_list("question_key").annotate(times=Count("pk")))


def draw(
    slots: list[QuizSlot], candidates: list[Candidate], asked: Mapping[UUID, int], rng: Random
) -> dict[int, list[UUID]]:
    """The keys that each drawing slot (by pk) draws: those that this person was asked least often, by lot among equals.

    A question is asked once: what the quiz names, and what another slot has drawn, is not drawn. The smallest pools
    choose first; as categories stand in one another, no slot then takes what another one has to have.
    Raises PoolTooSmall.
    """
    taken = {slot.question_key for slot in slots if slot.question_key}
    pools = {slot.pk: pool_of(slot, candidates) for slot in draws_of(slots)}
    drawn = {}
    for slot in sorted(draws_of(slots), key=lambda slot: len(pools[slot.pk])):
        pool = sorted(pools[slot.pk] - taken)
        if len(pool) < slot.draw_count:
            raise PoolTooSmall(slot, need=slot.draw_count, have=len(pool))
        rng.shuffle(pool)
        drawn[slot.pk] = sorted(pool, key=lambda key: asked.get(key, 0))[: slot.draw_count]
        taken.update(drawn[slot.pk])
    return drawn


def pool_of(slot: QuizSlot, candidates: Iterable[Candidate]) -> set[UUID]:
    """The keys of the ready questions in the slot's category."""
    if slot.include_subcategories:
        return {c.key for c in candidates if c.is_ready and c.path.startswith(slot.category.path)}
    return {c.key for c in candidates if c.is_ready and c.category == slot.category_id}


def rows_for(candidates: Iterable[Candidate], language: str) -> dict[UUID, int]:
    """For each key the row to ask: a ready one before others, then `language`, then the default language."""

    def rank(candidate: Candidate) -> tuple:
        return not candidate.is_ready, candidate.language != language, candidate.language != settings.LANGUAGE_CODE

    best = sorted(candidates, key=rank, reverse=True)
    return {candidate.key: candidate.pk for candidate in best}


def choose_questions(quiz: Quiz, person: User, language: str, rng: Random) -> list[Choice]:
    """What an attempt of `person` at `quiz` asks, in the order of the slots. Raises PoolTooSmall."""
    slots = slots_of(quiz)
    candidates = candidates_for(slots)
    asked = times_asked(person) if draws_of(slots) else {}
    drawn, rows = draw(slots, candidates, asked, rng), rows_for(candidates, language)
    keys = {slot: drawn.get(slot.pk) or [slot.question_key] for slot in slots}
    return [Choice(rows[key], slot) for slot in slots for key in keys[slot]]
