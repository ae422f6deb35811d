"""Marks that a person gives: to what only a person can mark, and by hand where the computed mark is wrong."""

import logging
from datetime import datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from wagtail.log_actions import log

from people.models import User
from people.notifying import notify
from quizzes.attempts import finish_marked
from quizzes.models import Attempt, AttemptQuestion, MarkChange, Quiz
from quizzes.regrade_plans import OVER
from quizzes.scoring import rounded_down

logger = logging.getLogger("quizzes")


class MarkRefused(Exception):
    """A mark cannot be given. The text is for who wanted to give it."""


class NotMarkable(MarkRefused):
    def __init__(self):
        super().__init__(_("This answer takes no mark: its attempt is not over, or its question was neutralised."))


class OwnAnswer(MarkRefused):
    def __init__(self):
        super().__init__(_("Nobody marks her own answers."))


class MarkOutOfRange(MarkRefused):
    def __init__(self, highest: Decimal):
        super().__init__(
            _("Give a mark from 0 to %(highest)s, with at most two decimals.") % {"highest": f"{highest:f}"}
        )


class ReasonRequired(MarkRefused):
    def __init__(self):
        super().__init__(_("Say why: it stays in the history."))


class StaleMark(MarkRefused):
    """Somebody marked it in the meantime; `question` is how it is now."""

    def __init__(self, question: AttemptQuestion):
        self.question = question
        super().__init__(_("Somebody else marked this answer in the meantime. What you typed is not saved yet."))


class SeenMark(NamedTuple):
    """The mark that a person saw when she decided on another one."""

    mark: Decimal | None
    max_mark: Decimal
    marked_at: datetime | None

    @classmethod
    def of(cls, question: AttemptQuestion) -> "SeenMark":
        return cls(question.mark, question.max_mark, question.marked_at)

    @classmethod
    def from_token(cls, token: str) -> "SeenMark":
        """What `token` named. Raises ValueError."""
        try:
            mark, max_mark, marked_at = token.split("|")
            return cls(Decimal(mark) if mark else None, Decimal(max_mark), parse_datetime(marked_at))
        except InvalidOperation as error:
            raise ValueError(token) from error

    @property
    def token(self) -> str:
        mark = "" if self.mark is None else str(self.mark)
        return f"{mark}|{self.max_mark}|{self.marked_at.isoformat() if self.marked_at else ''}"


@transaction.atomic
def mark_question(
    question_pk: int,
    by: User,
    seen: SeenMark,
    *,
    mark: Decimal | None = None,
    points: dict[str, Decimal] | None = None,
    comment: str = "",
    reason: str = "",
    at: datetime | None = None,
) -> AttemptQuestion:
    """Gives one answer of an attempt that is over its mark, or another one, and keeps the old one in the history.

    mark: from 0 to the highest one, at most two decimals; or points: for each criterion of the rubric by its id, from
    0 to its highest points (see `mark_for_points`). seen: the mark that the person saw when she decided.
    reason: required where no person has to mark the question. When it was the last open one, the attempt is finished,
    and the learner is told; a finished attempt gets its result again. Marking again with the same succeeds.
    Raises NotMarkable, OwnAnswer, MarkOutOfRange, ReasonRequired, and StaleMark where somebody else was faster.
    """
    at = at or timezone.now()
    attempt = _held_attempt(question_pk)
    question = AttemptQuestion.objects.get(pk=question_pk)
    _require_markable(question, attempt, by, reason)
    given = _checked_mark(question, mark) if points is None else mark_for_points(question, points)
    rubric = {pk: str(value) for pk, value in (points or {}).items()}
    changes = {"mark": given, "comment": comment, "rubric": rubric, "marked_by": by, "marked_at": at}
    if not _as_seen(question_pk, seen).update(**changes):
        if (question.mark, question.comment, question.rubric, question.marked_by_id) == (given, comment, rubric, by.pk):
            return question
        raise StaleMark(question)
    _write_down(question, attempt, given, by, reason, at)
    for name, value in changes.items():
        setattr(question, name, value)
    if attempt.state == Attempt.State.SUBMITTED or given != seen.mark:
        _finish_if_marked(attempt, at)
    return question


def _held_attempt(question_pk: int) -> Attempt:
    """The attempt, which stays as it is until this transaction ends: who marks another of its answers waits."""
    attempts = Attempt.objects.select_for_update(of=("self",), no_key=True).select_related("person")
    return attempts.get(questions=question_pk)


def _require_markable(question: AttemptQuestion, attempt: Attempt, by: User, reason: str) -> None:
    if attempt.state not in OVER or question.is_neutralised:
        raise NotMarkable
    if attempt.person_id == by.pk:
        raise OwnAnswer
    if not question.type.needs_marker and not reason.strip():
        raise ReasonRequired


def _checked_mark(question: AttemptQuestion, mark: Decimal | None) -> Decimal:
    if mark is None or not mark.is_finite() or not 0 <= mark <= question.max_mark:
        raise MarkOutOfRange(question.max_mark)
    if mark != rounded_down(Fraction(mark)):
        raise MarkOutOfRange(question.max_mark)
    return mark


def rubric_of(question: AttemptQuestion) -> list[dict[str, Any]]:
    """Its criteria: {"id", "name", "points" (the highest, as a string), "description"}; none without a rubric."""
    return question.content["key"].get("rubric") or []


def mark_for_points(question: AttemptQuestion, points: dict[str, Decimal]) -> Decimal:
    """The mark that points for each criterion earn: their sum / the sum of the highest points x the highest mark.

    Rounded down to two decimals: never up past what was given, and all points are exactly the highest mark.
    Raises MarkOutOfRange where a criterion is missing, is not the question's, or has other points than it may have.
    """
    highest = {criterion["id"]: Decimal(criterion["points"]) for criterion in rubric_of(question)}
    if not highest or points.keys() != highest.keys():
        raise MarkOutOfRange(question.max_mark)
    for pk, given in points.items():
        if not given.is_finite() or not 0 <= given <= highest[pk]:
            raise MarkOutOfRange(highest[pk])
    share = Fraction(sum(points.values())) / Fraction(sum(highest.values()))
    return rounded_down(share * Fraction(question.max_mark))


def _as_seen(question_pk: int, seen: SeenMark) -> QuerySet[AttemptQuestion]:
    """The question, where its mark is still the one that was seen."""
    return AttemptQuestion.objects.filter(pk=question_pk, **seen._asdict())


def _write_down(
    question: AttemptQuestion, attempt: Attempt, mark: Decimal, by: User, reason: str, at: datetime
) -> None:
    """The history of the mark, and the audit log: without a name, because who marks blind may read it."""
    MarkChange.objects.create(
        question=question,
        cause=MarkChange.Cause.BY_HAND,
        old_mark=question.mark,
        new_mark=mark,
        old_max_mark=question.max_mark,
        new_max_mark=question.max_mark,
        reason=reason,
        by=by,
        at=at,
    )
    log(
        instance=Quiz.objects.filter(key=attempt.quiz_key).first() or attempt,
        action="quizzes.mark",
        user=by,
        data={"answer": question.pk, "question": question.question_name, "mark": str(mark), "reason": reason},
    )


def _finish_if_marked(attempt: Attempt, at: datetime) -> None:
    questions = list(attempt.questions.defer("content", "response"))
    if any(question.mark is None for question in questions):
        return
    was_open = attempt.state == Attempt.State.SUBMITTED
    finish_marked(attempt, questions)
    if was_open:
        tell_marked(attempt, at)


def tell_marked(attempt: Attempt, at: datetime) -> None:
    """Tells a learner that somebody marked what she wrote; not how well, because her review decides what it shows."""
    if attempt.purpose != Attempt.Purpose.GRADED:
        return
    notify(
        attempt.person,
        kind="attempt-marked",
        dedupe_key=f"attempt-marked-{attempt.pk}",
        subject=gettext_noop("Your answers were marked: %(quiz)s"),
        body=gettext_noop("Your result is there now."),
        params={"quiz": attempt.quiz_title},
        url=reverse("quizzes:review", args=[attempt.pk]),
        at=at,
    )
