"""A question that turned out to be bad: dropped from results, or given to everybody."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from people.models import User
from quizzes.models import AttemptQuestion, MarkChange
from quizzes.regrade_plans import Plan, Selection
from quizzes.regrading import carry_out
from quizzes.rescoring import Outcome


class How(TextChoices):
    DROP = "drop", _("leave it out: 0 of 0")
    FULL_MARKS = "full_marks", _("give everybody the whole mark")


class Neutralising:
    """Every answer is worth nothing of nothing, or its whole mark, whatever it says."""

    cause = MarkChange.Cause.NEUTRALISED

    def __init__(self, how: str):
        self.how = How(how)
        self._worth: dict[int, Decimal] = {}

    def prepare(self, questions: Iterable[AttemptQuestion]) -> None:
        """What an answer that was dropped was worth before, says its history."""
        dropped = [question.pk for question in questions if question.is_neutralised and not question.max_mark]
        changes = MarkChange.objects.filter(question__in=dropped, old_max_mark__gt=0).order_by("at", "pk")
        self._worth = dict(changes.values_list("question", "old_max_mark"))

    def outcome(self, question: AttemptQuestion) -> Outcome:
        worth = Decimal(0)
        if self.how == How.FULL_MARKS:
            worth = self._worth.get(question.pk, question.max_mark)
        return Outcome(worth, worth, question.content, is_neutralised=True, stays_by_hand=True)


def neutralise(
    question_key: UUID,
    quiz_key: UUID,
    how: str,
    by: User,
    reason: str,
    at: datetime | None = None,
    batch: UUID | None = None,
) -> Plan:
    """Takes a question out of the results of all attempts at a quiz that are over, and gives them their results again.

    how: "drop" makes it 0 of 0, "full_marks" gives everybody its whole mark, the unanswered too; each may follow the
    other. An attempt that waits for a marker because of it alone is finished. Responses stay as they are. Returns what
    changed; raises ReasonRequired, and ValueError for another `how`.
    """
    return carry_out(_selection(question_key, quiz_key), Neutralising(how), by, reason, at, batch)


def _selection(question_key: UUID, quiz_key: UUID) -> Selection:
    return Selection(quiz_key, frozenset({question_key}))
