"""What answers of attempts that are over would earn now: by their question as it is today, or by their frozen key."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.conf import settings
from wagtail.models import Revision

from quizzes.models import AttemptQuestion, MarkChange, Question
from quizzes.question_types import QUESTION_TYPES
from quizzes.rekeying import CannotRegrade, Obstacle, key_for
from quizzes.scoring import mark_of


class Outcome(NamedTuple):
    """What an answer's row is to hold. stays_by_hand: whether it goes on naming who marked it."""

    mark: Decimal | None
    max_mark: Decimal
    content: dict[str, Any]
    is_neutralised: bool = False
    stays_by_hand: bool = False

    @property
    def marks(self) -> tuple[Decimal | None, Decimal, bool]:
        return self.mark, self.max_mark, self.is_neutralised


class Treatment(Protocol):
    """What is done to answers. `prepare` reads what `outcome` needs for some of them, a few queries at a time.

    outcome: None where it has nothing to say about an answer. Raises CannotRegrade.
    """

    cause: str

    def prepare(self, questions: Iterable[AttemptQuestion]) -> None: ...

    def outcome(self, question: AttemptQuestion) -> Outcome | None: ...


@dataclass
class Rescoring:
    """Marks the responses again, with the penalties of the tries that there were.

    is_frozen: by the key of the attempt, where the fault was not in the question. with_by_hand: also those whose mark
    somebody changed by hand. What a person has to mark and what was neutralised stays.
    """

    is_frozen: bool = False
    with_by_hand: bool = False
    cause: str = MarkChange.Cause.REGRADE
    present: "PresentQuestions" = field(default_factory=lambda: PresentQuestions())

    def prepare(self, questions: Iterable[AttemptQuestion]) -> None:
        if not self.is_frozen:
            self.present.load(questions)

    def outcome(self, question: AttemptQuestion) -> Outcome | None:
        is_by_hand = question.marked_by_id is not None
        if question.mark is None or question.type.needs_marker or question.is_neutralised:
            return None
        if is_by_hand and not self.with_by_hand:
            return None
        frozen = question.content
        content = frozen if self.is_frozen else frozen | {"key": self.present.key_for(question)}
        question.content = content
        mark = mark_of(question)
        question.content = frozen
        return Outcome(mark, question.max_mark, content)


class PresentQuestions:
    """The bank's present version of questions that attempts froze: the row that was asked, in its language."""

    def __init__(self):
        self._rows: dict[UUID, list[Question]] = {}
        self._asked: dict[int, int] = {}  # from a version's pk to its row's
        self._contents: dict[int, dict] = {}

    def load(self, questions: Iterable[AttemptQuestion]) -> None:
        keys = {question.question_key for question in questions} - self._rows.keys()
        if keys:
            self._rows |= {key: [] for key in keys}
            for row in Question.objects.filter(translation_key__in=keys).select_related("locale").order_by("pk"):
                self._rows[row.translation_key].append(row)
        versions = {question.revision_id for question in questions} - self._asked.keys() - {None}
        if versions:
            found = Revision.objects.filter(pk__in=versions).values_list("pk", "object_id")
            self._asked |= dict.fromkeys(versions, 0) | {pk: int(row) for pk, row in found}

    def key_for(self, question: AttemptQuestion) -> dict[str, Any]:
        """The key that marks an answer by the present version. Raises CannotRegrade."""
        row = self._row_of(question)
        if row.kind != question.kind:
            raise CannotRegrade(Obstacle.TYPE)
        if row.pk not in self._contents:
            body = row.body[0]
            self._contents[row.pk] = QUESTION_TYPES[row.kind].freeze(body.value, Random(0), False)
        return key_for(question.content, self._contents[row.pk])

    def _row_of(self, question: AttemptQuestion) -> Question:
        """The row whose version was asked; where no version was kept, the one that the draw would have asked."""
        rows, asked = self._rows[question.question_key], self._asked.get(question.revision_id)
        if asked:
            rows = [row for row in rows if row.pk == asked]
        if not rows:
            raise CannotRegrade(Obstacle.GONE)
        wanted = (question.attempt.language, settings.LANGUAGE_CODE)
        ranks = {row.pk: [row.locale.language_code != language for language in wanted] for row in rows}
        return min(rows, key=lambda row: (row.state != Question.State.READY, *ranks[row.pk]))
