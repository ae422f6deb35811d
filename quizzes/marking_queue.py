"""What waits for a person's mark, for those who mark: by question or by person, and blind where the quiz says so."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from people.models import User
from quizzes.models import Attempt, AttemptQuestion, Quiz
from quizzes.regrade_plans import OVER

BY_QUESTION, BY_PERSON = "question", "person"
MAY_MARK = "quizzes.change_quiz"


def answers_for(user: User) -> QuerySet[AttemptQuestion]:
    """The answers of other people's attempts that count and are over: those that `user` may mark."""
    if not user.has_perm(MAY_MARK):
        return AttemptQuestion.objects.none()
    graded = AttemptQuestion.objects.filter(attempt__purpose=Attempt.Purpose.GRADED, attempt__state__in=OVER)
    return graded.exclude(attempt__person=user)


def waiting_for(user: User, quiz_key: UUID | None = None) -> QuerySet[AttemptQuestion]:
    """Those of them that have no mark yet."""
    waiting = answers_for(user).filter(mark=None, attempt__state=Attempt.State.SUBMITTED)
    return waiting.filter(attempt__quiz_key=quiz_key) if quiz_key else waiting


def blind_among(quiz_keys: Iterable[UUID]) -> set[UUID]:
    """The quizzes that are marked without names: by their rule of today, or by that of an attempt that waits."""
    keys = set(quiz_keys)
    today = Quiz.objects.filter(key__in=keys, is_marked_blind=True).values_list("key", flat=True)
    waiting = Attempt.objects.filter(quiz_key__in=keys, state=Attempt.State.SUBMITTED, rules__is_marked_blind=True)
    return {*today, *waiting.order_by().values_list("quiz_key", flat=True).distinct()}


def is_nameless(attempt: Attempt, blind: set[UUID]) -> bool:
    """Whether nobody is told whose attempt it is: its quiz is marked blind, and it is not marked yet."""
    return attempt.state == Attempt.State.SUBMITTED and attempt.quiz_key in blind


def name_of(attempt: Attempt, blind: set[UUID]) -> str:
    return _("Name hidden until it is marked") if is_nameless(attempt, blind) else attempt.person.name


def by_question(user: User) -> list[dict[str, Any]]:
    """For each question that has answers without a mark: how many, since when, and the one to begin with.

    What waits longest comes first. Each is {"quiz_key", "quiz_title", "label", "count", "since", "first"}.
    """
    rows = waiting_for(user).order_by().values("question_key", quiz_key=F("attempt__quiz_key"))
    rows = rows.annotate(
        quiz_title=Max("attempt__quiz_title"),
        label=Max("question_name"),
        count=Count("pk"),
        since=Min("attempt__submitted_at"),
        first=Min("pk"),
    )
    return sorted(rows, key=lambda row: (row["since"], row["label"]))


def by_person(user: User) -> list[dict[str, Any]]:
    """For each attempt that waits: whose it is, how many of its answers wait, and the first of them; as `by_question`.

    The oldest first; in a quiz that is marked blind, numbered in an order that tells nothing, and without its time.
    """
    waiting = Q(questions__mark=None)
    attempts = Attempt.objects.filter(pk__in=waiting_for(user).order_by().values("attempt"))
    rows = list(
        attempts.annotate(count=Count("questions", filter=waiting), first=Min("questions__pk", filter=waiting))
        .order_by("submitted_at", "pk")
        .values("pk", "quiz_key", "quiz_title", "count", "first", label=F("person__name"), since=F("submitted_at"))
    )
    blind = blind_among(row["quiz_key"] for row in rows)
    hidden = sorted((row for row in rows if row["quiz_key"] in blind), key=lambda row: lot(row["pk"]))
    for number, row in enumerate(hidden, start=1):
        row |= {"label": _("Person %(number)d") % {"number": number}, "since": None}
    return [row for row in rows if row["quiz_key"] not in blind] + hidden


def lot(pk: int) -> str:
    """A place in an order that has nothing to do with people or time."""
    return salted_hmac("quizzes.marking", str(pk)).hexdigest()


class Queue:
    """The answers without a mark that are marked in a row with `answer`; it is among them while it has none.

    by: all answers to its question; or those of its person, and then of the next one.
    """

    def __init__(self, answer: AttemptQuestion, user: User, by: str, is_blind: bool):
        waiting = waiting_for(user, answer.attempt.quiz_key)
        if by != BY_PERSON:
            waiting = waiting.filter(question_key=answer.question_key)
        rows = waiting.order_by().values_list("pk", "attempt", "attempt__submitted_at", "position")
        self.answer, self.is_blind = answer, is_blind
        self._places = {row[0]: self._place(*row[1:]) for row in rows}
        self.pks = sorted(self._places, key=self._places.get)

    def _place(self, attempt: int, submitted_at: datetime, position: int) -> tuple:
        return (lot(attempt), position) if self.is_blind else (submitted_at, attempt, position)

    @property
    def number(self) -> int | None:
        """Which of them the answer is, from 1; None where it has a mark."""
        return self.pks.index(self.answer.pk) + 1 if self.answer.pk in self._places else None

    @property
    def next(self) -> int | None:
        """The one that comes after the answer, which may have left the queue; after the last one, the first."""
        here = self._place(self.answer.attempt_id, self.answer.attempt.submitted_at, self.answer.position)
        others = [pk for pk in self.pks if pk != self.answer.pk]
        return next((pk for pk in others if self._places[pk] > here), others[0] if others else None)
