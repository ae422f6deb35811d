"""From one completed activity to the course, and from the course to the paths."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, Q
from django.utils import timezone

from courses.models import Activity, ActivityCompletion, Enrolment, LearningPathPage, PathAssignment
from courses.models.enrolments import EnrolmentQuerySet
from courses.prerequisites import acknowledged_by, completed_by
from courses.signals import activity_completed, path_completed


@transaction.atomic
def complete_activity(
    enrolments: EnrolmentQuerySet, activity: Activity, at: datetime | None = None, evidence: dict | None = None
) -> Enrolment:
    """Records that `activity` is done, and completes its course, and its paths, when it was the last thing to do.

    enrolments: names one person's enrolment in the activity's course; she and the current one of them are locked, so
    that two last activities done at once complete the course once. evidence: what shows it, such as {"attempt": 7}.
    Doing it again changes nothing. Raises Enrolment.DoesNotExist where there is no current enrolment.
    """
    at = at or timezone.now()
    locked = enrolments.current().select_related("person").select_for_update(of=("person", "self"), no_key=True)
    enrolment = locked.get()
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
    complete_paths_with(enrolment.person_id, at)


def complete_path_if_done(assignment: PathAssignment, at: datetime | None = None) -> bool:
    """Completes `assignment` when its path is complete. Returns whether it did.

    That is: every required step is done, and as many optional ones as the path needs. A path that requires nothing is
    never complete: it would earn its certificate by nothing.
    """
    at = at or timezone.now()
    path = LearningPathPage.objects.live().originals().filter(translation_key=assignment.path_key).first()
    if path is None or not is_path_done(path, assignment):
        return False
    completed = PathAssignment.State.COMPLETED
    if (
        not PathAssignment.objects.open()
        .filter(pk=assignment.pk)
        .update(state=completed, completed_at=at, is_suspended_by_rule=False)
    ):
        return False
    assignment.state, assignment.completed_at = completed, at
    path_completed.send(PathAssignment, assignment=assignment)
    return True


def is_path_done(path: LearningPathPage, assignment: PathAssignment) -> bool:
    """Whether the steps of `path` that were done since the assignment counts suffice; one query."""
    person, since = assignment.person_id, assignment.counts_from
    course_done = completed_by(person, "course__translation_key", since)
    is_done = Q(course_done) | Q(acknowledged_by(person, "article__translation_key", since))
    counts = path.steps.get_queryset().aggregate(
        required=Count("pk", filter=Q(is_required=True)),
        required_done=Count("pk", filter=Q(is_required=True) & is_done),
        optional_done=Count("pk", filter=Q(is_required=False) & is_done),
    )
    asks_for_something = counts["required"] or path.optional_needed
    return bool(
        asks_for_something
        and counts["required_done"] == counts["required"]
        and counts["optional_done"] >= path.optional_needed
    )


def complete_paths_with(person: int, at: datetime) -> None:
    """Completes the open assignments of the person with this pk, who is held, that are done by now."""
    for assignment in PathAssignment.objects.of(person).open().select_for_update(no_key=True):
        complete_path_if_done(assignment, at)
