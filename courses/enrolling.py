from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from courses.models import CoursePage, Enrolment
from courses.prerequisites import CourseLocked, blocking_course
from people.models import User


@transaction.atomic
def enrol(person: User, course: CoursePage, at: datetime | None = None) -> Enrolment:
    """The current enrolment of `person` in `course`; a new one, with its own registration, where there is none.

    Raises CourseLocked while an earlier step of a sequential path is not complete.
    """
    current = Enrolment.objects.of(person).for_course(course.translation_key).current()
    if enrolment := current.first():
        return enrolment
    if blocker := blocking_course(person, course.translation_key):
        raise CourseLocked(by=blocker)
    enrolment, _is_new = current.get_or_create(
        person=person,
        course_key=course.translation_key,
        superseded_at=None,
        defaults={"course_title": course.title, "enrolled_at": at or timezone.now()},
    )
    return enrolment


def start_over(person: User, course_keys: Iterable[UUID], before: datetime, at: datetime | None = None) -> int:
    """Ends the registrations of `person` in courses that she completed before `before`; returns in how many.

    They stay as history, and the next thing that she does there begins new ones. Courses that she has not completed go
    on: what she does in them still counts.
    """
    outdated = Enrolment.objects.of(person).current().filter(course_key__in=course_keys, completed_at__lt=before)
    return outdated.update(superseded_at=at or timezone.now())
