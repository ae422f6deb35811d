"""Asking for the statistics of a quiz. Those of a small quiz are computed when they are looked at and never stored.

A large quiz has a StatisticsReport that is computed in the background: by the worker of the task queue where there is
one, else by the sweep, within a minute.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, task, task_backends
from django_tasks.backends.immediate import ImmediateBackend

from people.models import User
from quizzes.models import Attempt, AttemptQuestion, Quiz, StatisticsReport
from quizzes.statistics.describing import report_data

logger = logging.getLogger("quizzes")

State = StatisticsReport.State

SMALL = 50_000  # answers that are computed in less than a second or so
PATIENCE = timedelta(minutes=10)  # after which a report that is not done is taken for lost


@dataclass
class Shown:
    """What the statistics page shows. data: as `report_data` returns it, or None where nothing is computed yet.

    computed_at: None where it was computed right now. report: the latest one that was asked for, if any. is_large:
    whether it has to be asked for.
    """

    data: dict | None
    computed_at: datetime | None = None
    report: StatisticsReport | None = None
    is_large: bool = False


def answers_about(quiz: Quiz) -> int:
    """About how many answers the finished attempts at a quiz hold: as if each were as long as the latest."""
    finished = Attempt.objects.graded().filter(quiz_key=quiz.key, state=Attempt.State.FINISHED).order_by()
    count = finished.count()
    latest = finished.order_by("-pk").values("pk")[:1]
    return count * AttemptQuestion.objects.filter(attempt__in=latest).count() if count else 0


def shown_statistics(quiz: Quiz, which: str, language: str = "") -> Shown:
    """What there is to show. It writes nothing."""
    if answers_about(quiz) <= SMALL:
        return Shown(report_data(quiz, which, language))
    reports = StatisticsReport.objects.filter(quiz=quiz, which=which, language=language)
    latest = reports.defer("data").first()
    done = reports.filter(state=State.DONE).first()
    if done is None:
        return Shown(None, report=latest, is_large=True)
    return Shown(done.data, done.finished_at, latest, is_large=True)


def is_under_way(report: StatisticsReport | None, at: datetime | None = None) -> bool:
    """Whether it is waiting or being computed, and not for so long that it must have been lost."""
    if report is None or report.state not in (State.WAITING, State.RUNNING):
        return False
    return (at or timezone.now()) - report.requested_at < PATIENCE


@transaction.atomic
def ask_for_report(quiz: Quiz, which: str, language: str, person: User, at: datetime | None = None) -> StatisticsReport:
    """The report that is under way; a new one where there is none, or it was lost. It is computed in the background."""
    Quiz.objects.select_for_update(no_key=True).values_list("pk").get(pk=quiz.pk)
    latest = StatisticsReport.objects.filter(quiz=quiz, which=which, language=language).defer("data").first()
    if is_under_way(latest, at):
        return latest
    report = StatisticsReport.objects.create(quiz=quiz, which=which, language=language, requested_by=person)
    if not isinstance(task_backends[DEFAULT_TASK_BACKEND_ALIAS], ImmediateBackend):
        transaction.on_commit(partial(compute_report_task.enqueue, report.pk))
    return report


@task()
def compute_report_task(report_pk: int) -> None:
    compute_report(report_pk)


def compute_waiting_reports(at: datetime | None = None, limit: int = 2) -> int:
    """Computes what nobody else took up, the oldest first, and gives up what was lost; returns how many it computed."""
    lost = (at or timezone.now()) - PATIENCE
    StatisticsReport.objects.filter(state=State.RUNNING, requested_at__lt=lost).update(
        state=State.FAILED, error=_("It took too long.")
    )
    waiting = StatisticsReport.objects.filter(state=State.WAITING).order_by("requested_at", "pk")
    return sum(compute_report(pk) for pk in list(waiting.values_list("pk", flat=True)[:limit]))


def compute_report(report_pk: int, at: datetime | None = None) -> bool:
    """Computes a report that is waiting; returns whether it did. Run twice, also at once, it computes it once.

    Not in a transaction: its progress is to be seen. A fault is logged and makes the report a failed one.
    """
    mine = StatisticsReport.objects.filter(pk=report_pk)
    if not mine.filter(state=State.WAITING).update(state=State.RUNNING, progress=0):
        return False
    report = mine.select_related("quiz").get()
    try:
        data = report_data(report.quiz, report.which, report.language, _Progress(report_pk))
    except Exception as error:  # noqa: BLE001 whatever it was, who asked must be told
        logger.exception("statistics report %s: failed", report_pk)
        mine.update(state=State.FAILED, error=str(error)[:1000], finished_at=at or timezone.now())
        return False
    _finish(report, data, at or timezone.now())
    return True


@transaction.atomic
def _finish(report: StatisticsReport, data: dict, at: datetime) -> None:
    done = {"state": State.DONE, "progress": 100, "data": data, "answers": data["answers"], "finished_at": at}
    if StatisticsReport.objects.filter(pk=report.pk, state=State.RUNNING).update(**done):
        same = Q(quiz=report.quiz_id, which=report.which, language=report.language)
        StatisticsReport.objects.filter(same, pk__lt=report.pk).delete()


class _Progress:
    """Writes the progress of a report down, each whole percent once."""

    def __init__(self, report_pk: int):
        self.report_pk, self.percent = report_pk, 0

    def __call__(self, part: float) -> None:
        percent = int(part * 100)
        if percent > self.percent:
            self.percent = percent
            StatisticsReport.objects.filter(pk=self.report_pk).update(progress=percent)
