"""Where a question is asked: what an author sees before changing or deleting it."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from quizzes.models import Attempt, AttemptQuestion, Question, QuestionCategory, QuizSlot


@dataclass(frozen=True)
class Uses:
    """The slots that name a question, in whichever language; those that may draw it once it is ready; and how many
    attempts that count have asked it."""

    fixed: list[QuizSlot]
    draws: list[QuizSlot]
    attempts: int

    @property
    def is_unused(self) -> bool:
        return not (self.fixed or self.draws or self.attempts)


def uses_of(question: Question) -> Uses:
    """Four queries, however often it is used."""
    slots = QuizSlot.objects.select_related("quiz", "category", "pinned_revision").order_by("quiz__title", "sort_order")
    tags = {name.casefold() for name in question.tags.names()}
    asked = AttemptQuestion.objects.filter(
        question_key=question.translation_key, attempt__purpose=Attempt.Purpose.GRADED
    )
    return Uses(
        fixed=list(slots.filter(question__translation_key=question.translation_key)),
        draws=[slot for slot in _drawing_from(question.category, slots) if tags_wanted(slot) <= tags],
        attempts=asked.count(),
    )


def tags_wanted(slot: QuizSlot) -> set[str]:
    """The names of the tags that a question needs to be drawn for `slot`, without regard to case."""
    return {name.strip().casefold() for name in slot.tag_names.split(",") if name.strip()}


def _drawing_from(category: QuestionCategory, slots: QuerySet[QuizSlot]) -> QuerySet[QuizSlot]:
    """Those of `slots` that draw from `category`, or with sub-categories from one that it stands in."""
    step = QuestionCategory.steplen
    above = [category.path[:end] for end in range(step, len(category.path) + 1, step)]
    return slots.filter(Q(category=category) | Q(include_subcategories=True, category__path__in=above))
