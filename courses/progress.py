"""From one completed activity to the course, and from the course to the paths."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, QuerySet
from django.utils import timezone

from courses.models import Activity, ActivityCompletion, Enrolment, LearningPathPage, PathAssignment, PathStep
from courses.models.enrolments import EnrolmentQuerySet
from courses.prerequisites import completed_by
from courses.signals import activity_completed, path_completed


@transaction.atomic
def complete_activity(
    enrolments: EnrolmentQuerySet, activity: Activity, at: datetime | None = None, evidence: dict | None = None
) -> Enrolment:
    """Records that `activity` is done, and completes its course, and its paths, when it was the last thing to do.

    enrolments: names one person's enrolment in the activity's course; the current one of them is locked, so that two
    last activities done at once complete the course once. evidence: what shows it, such as {"attempt": 7}.
    Doing it again changes nothing. Raises Enrolment.DoesNotExist where there is no current enrolment.
    """
    at = at or timezone.now()
    enrolment = enrolments.current().select_for_update(of=("self",), no_key=True).get()
    completion = ActivityCompletion(
        enrolment=enrolment,
        activity_key=activity.translation_key,
        activity_title=activity.title,
        completed_at=at,
        evidence=evidence or {},
    )
    try:
        with transaction.atomic():
            completion.save(force_insert=True)
    except IntegrityError:  # it was complete already
        return enrolment
    activity_completed.send(ActivityCompletion, completion=completion)
    _complete_course_if_done(enrolment, at)
    return enrolment


def _complete_course_if_done(enrolment: Enrolment, at: datetime) -> None:
    left = Activity.objects.in_course(enrolment.course_key).required().not_complete_in(enrolment)
    unfinished = Enrolment.objects.filter(pk=enrolment.pk, completed_at=None)
    if not unfinished.filter(~Exists(left)).update(completed_at=at):
        return
    enrolment.completed_at = at
    for assignment in PathAssignment.objects.of(enrolment.person_id).open().select_for_update(no_key=True):
        complete_path_if_done(assignment, at)


def complete_path_if_done(assignment: PathAssignment, at: datetime | None = None) -> bool:
    """Completes `assignment` when every required course of its path is complete. Returns whether it did.

    A path that requires nothing is never complete: it would earn its certificate by nothing.
    """
    at = at or timezone.now()
    path = LearningPathPage.objects.live().originals().filter(translation_key=assignment.path_key).first()
    if path is None or not required_steps(path).exists() or courses_left(path, assignment).exists():
        return False
    completed = PathAssignment.State.COMPLETED
    if not PathAssignment.objects.open().filter(pk=assignment.pk).update(state=completed, completed_at=at):
        return False
    assignment.state, assignment.completed_at = completed, at
    path_completed.send(PathAssignment, assignment=assignment)
    return True


def courses_left(path: LearningPathPage, assignment: PathAssignment) -> QuerySet[PathStep]:
    """The required steps of `path` whose courses are not complete, or were so too early to count for `assignment`."""
    done = completed_by(assignment.person_id, "course__translation_key", assignment.counts_from)
    return required_steps(path).filter(~done)


def required_steps(path: LearningPathPage) -> QuerySet[PathStep]:
    return path.steps.get_queryset().filter(is_required=True)
