"""Marks that are given again, after a fault in a question was mended; and the results that follow from them.

A regrade goes through whole attempts, BATCH at a time, each batch in a transaction of its own, so that learners who
save answers meanwhile never wait long. One that breaks off has regraded whole attempts, and can be repeated: what is
right already does not change again. It takes no award away (promise 11).
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID, uuid4

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop
from wagtail.log_actions import log

from people.holding import hold_all
from people.models import User
from people.notifying import notify
from quizzes.attempts import finish_marked
from quizzes.marking import ReasonRequired, tell_marked
from quizzes.models import Attempt, AttemptQuestion, MarkChange, Quiz
from quizzes.question_types import QUESTION_TYPES, QuestionType
from quizzes.regrade_plans import MarkDifference, Plan, ResultDifference, Selection
from quizzes.rekeying import CannotRegrade
from quizzes.rescoring import Outcome, Rescoring, Treatment
from quizzes.scoring import verdict
from quizzes.statistics.summaries import refresh_questions

logger = logging.getLogger("quizzes")

BATCH = 500  # attempts
WRITTEN = ("mark", "max_mark", "is_neutralised", "content", "marked_by", "marked_at")


class Counted(NamedTuple):
    """As much of an answer as a verdict needs, in place of its row."""

    pk: int
    attempt_id: int
    kind: str
    mark: Decimal | None
    max_mark: Decimal
    is_critical: bool
    is_neutralised: bool

    @property
    def type(self) -> QuestionType:
        return QUESTION_TYPES[self.kind]


class Act(NamedTuple):
    """Who does it, why and when; `batch` is its name in the history."""

    by: User
    reason: str
    at: datetime
    batch: UUID


class Examined(NamedTuple):
    """An attempt as it is to be. changes: the answers to write, each with its mark before and after."""

    attempt: Attempt
    answers: list[AttemptQuestion | Counted]
    changes: list[tuple[AttemptQuestion, MarkDifference]]
    result: ResultDifference


def regrade(
    selection: Selection,
    by: User,
    reason: str,
    treatment: Rescoring | None = None,
    at: datetime | None = None,
    batch: UUID | None = None,
) -> Plan:
    """Marks the selected answers again, keeps each old mark in the history, and gives the attempts their results again.

    By default the question's present version decides about what the attempt showed. What is passed now completes what
    it completes; what is not passed any more says so, and its award stays. batch: the name that the history gives this
    regrade. Returns what changed; raises ReasonRequired.
    """
    return carry_out(selection, treatment or Rescoring(), by, reason, at, batch)


def plan(selection: Selection, treatment: Treatment) -> Plan:
    """The dry run of `carry_out`: nothing is written."""
    found = Plan()
    for pks in _batches(selection):
        examined, _rekeyed = _examine(pks, selection, treatment, found)
        found.results += _results(examined)
    return found


def carry_out(
    selection: Selection,
    treatment: Treatment,
    by: User,
    reason: str,
    at: datetime | None = None,
    batch: UUID | None = None,
) -> Plan:
    """Does what `plan` says, and writes it into the history and the audit log."""
    if not reason.strip():
        raise ReasonRequired
    act, done = Act(by, reason, at or timezone.now(), batch or uuid4()), Plan()
    for pks in _batches(selection):
        with transaction.atomic():
            done.results += _treat(pks, selection, treatment, act, done)
    refresh_questions(_questions_changed_by(act.batch))
    quiz = Quiz.objects.filter(key=selection.quiz_key).first()
    if quiz:
        found = {"marks": done.mark_count, "passing": len(done.passing), "failing": done.failing}
        found |= {"attempts": len(done.results), "refused": done.refused, "answers": done.answer_count}
        log(
            instance=quiz,
            action=f"quizzes.{treatment.cause}",
            user=by,
            uuid=act.batch,
            data={"reason": reason, **found},
        )
    logger.info("quiz %s: %s marks changed, %s", selection.quiz_key, done.mark_count, treatment.cause)
    return done


def _questions_changed_by(batch: UUID) -> set[UUID]:
    return set(AttemptQuestion.objects.filter(mark_changes__batch=batch).values_list("question_key", flat=True))


def _batches(selection: Selection) -> Iterator[list[int]]:
    pks = list(selection.attempts().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), BATCH):
        yield pks[start : start + BATCH]


def _treat(pks: list[int], selection: Selection, treatment: Treatment, act: Act, done: Plan) -> list[ResultDifference]:
    """One batch, in a transaction that holds its attempts: who marks one of their answers by hand waits."""
    list(Attempt.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk").values_list("pk"))
    examined, rekeyed = _examine(pks, selection, treatment, done)
    changes = [change for one in examined for change in one.changes]
    _overwrite([answer for answer, _difference in changes], WRITTEN)
    _overwrite(rekeyed, ("content",))
    MarkChange.objects.bulk_create(
        MarkChange(
            question=answer,
            cause=treatment.cause,
            old_mark=difference.old_mark,
            new_mark=difference.new_mark,
            old_max_mark=difference.old_max_mark,
            new_max_mark=difference.new_max_mark,
            **act._asdict(),
        )
        for answer, difference in changes
    )
    _give_results(examined, act)
    return _results(examined)


def _overwrite(rows: list[Attempt] | list[AttemptQuestion], fields: tuple[str, ...]) -> None:
    """Rows that are there, and held, get new values in these fields.

    An insertion whose every row is a conflict costs a fifth of what `bulk_update` does with its CASE for each value.
    """
    if rows:
        type(rows[0]).objects.bulk_create(rows, update_conflicts=True, unique_fields=["pk"], update_fields=fields)


def _examine(
    pks: list[int], selection: Selection, treatment: Treatment, found: Plan
) -> tuple[list[Examined], list[AttemptQuestion]]:
    """What is to become of a batch, and the answers whose key changes although their mark does not."""
    attempts = Attempt.objects.in_bulk(pks)
    answers = list(selection.answers(pks))
    for answer in answers:
        answer.attempt = attempts[answer.attempt_id]
    treatment.prepare(answers)
    found.answer_count += len(answers)
    changes: dict[int, list[tuple[AttemptQuestion, MarkDifference]]] = {}
    rekeyed = []
    for answer in answers:
        try:
            outcome = treatment.outcome(answer)
        except CannotRegrade as error:
            found.obstacles[answer.question_name, error.obstacle] += 1
            continue
        if outcome is None:
            continue
        if (answer.mark, answer.max_mark, answer.is_neutralised) != outcome.marks:
            changes.setdefault(answer.attempt_id, []).append((answer, _become(answer, outcome)))
        elif answer.content != outcome.content:
            answer.content = outcome.content
            rekeyed.append(answer)
    return list(_with_results(attempts, changes)), rekeyed


def _become(answer: AttemptQuestion, outcome: Outcome) -> MarkDifference:
    before = answer.mark, answer.max_mark
    answer.mark, answer.max_mark, answer.is_neutralised = outcome.marks
    answer.content = outcome.content
    if not outcome.stays_by_hand:
        answer.marked_by_id = answer.marked_at = None
    return MarkDifference(answer.position, answer.question_name, before[0], answer.mark, before[1], answer.max_mark)


def _with_results(attempts: dict[int, Attempt], changes: dict) -> Iterator[Examined]:
    """The attempts that change with all their answers, and what follows for their results."""
    rows: dict[int, list[AttemptQuestion | Counted]] = {pk: [] for pk in changes}
    changed = {answer.pk: answer for pairs in changes.values() for answer, _difference in pairs}
    counted = AttemptQuestion.objects.filter(attempt__in=list(changes)).order_by()
    for row in map(Counted._make, counted.values_list(*Counted._fields)):
        rows[row.attempt_id].append(changed.get(row.pk, row))
    for pk, answers in rows.items():
        attempt, marks = attempts[pk], tuple(difference for _answer, difference in changes[pk])
        mark, max_mark, is_passed = None, sum(answer.max_mark for answer in answers), None
        if all(answer.mark is not None for answer in answers):
            mark, max_mark, is_passed = verdict(answers, attempt.pass_mark)
        result = ResultDifference(pk, attempt.mark, mark, attempt.max_mark, max_mark, attempt.passed, is_passed, marks)
        yield Examined(attempt, answers, changes[pk], result)


def _results(examined: Iterable[Examined]) -> list[ResultDifference]:
    """Those of attempts of which a mark differs, and not only its reason."""
    return [one.result for one in examined if any(difference.is_one for difference in one.result.marks)]


def _give_results(examined: list[Examined], act: Act) -> None:
    """Writes the results; only those that may complete something are given one by one, with their signal."""
    plain = []
    hold_all({one.attempt.person_id for one in examined if _may_complete(one.attempt, one.result)})
    for attempt, answers, _changes, result in examined:
        if not _may_complete(attempt, result):
            attempt.mark, attempt.max_mark, attempt.passed = result.new_mark, result.new_max_mark, result.is_passed
            plain.append(attempt)
            continue
        was_open = attempt.state == Attempt.State.SUBMITTED
        finish_marked(attempt, answers)
        if was_open:
            tell_marked(attempt, act.at)
        elif result.passes_now:
            _tell_regraded(attempt, act)
    _overwrite(plain, ("mark", "max_mark", "passed"))


def _may_complete(attempt: Attempt, result: ResultDifference) -> bool:
    """Whether the new result may complete the quiz. Where the best attempt counts, only a new pass can."""
    if result.new_mark is None:
        return False
    by_best = attempt.rule("grading_method") == Quiz.GradingMethod.HIGHEST
    return result.passes_now or not by_best or attempt.state == Attempt.State.SUBMITTED


def _tell_regraded(attempt: Attempt, act: Act) -> None:
    notify(
        attempt.person,
        kind="attempt-regraded",
        dedupe_key=f"attempt-regraded-{attempt.pk}-{act.batch}",
        subject=gettext_noop("Your result changed: %(quiz)s"),
        body=gettext_noop("A question was mended, and your answers were marked again."),
        params={"quiz": attempt.quiz_title},
        url=reverse("quizzes:review", args=[attempt.pk]),
        at=act.at,
    )
