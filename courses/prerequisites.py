"""What keeps a course closed: an earlier required step of a sequential path that the person was given."""

from django.db.models import Exists, OuterRef, QuerySet

from courses.models import CoursePage, Enrolment, PathAssignment, PathStep
from knowledge.languages import language_rank
from people.models import User


class CourseLocked(Exception):
    """The course is not open yet; `by` is the course to complete first."""

    def __init__(self, by: CoursePage):
        super().__init__(by.title)
        self.by = by


def completed_by(person: User, course_key: str = "translation_key") -> Exists:
    """Whether `person` completed the course whose key the outer query's field `course_key` holds."""
    current = Enrolment.objects.of(person).current().filter(completed_at__isnull=False)
    return Exists(current.filter(course_key=OuterRef(course_key)))


def blocking_steps(person: User) -> QuerySet[PathStep]:
    """The required, not yet completed steps of the live sequential paths that `person` has to do."""
    duty = PathAssignment.objects.of(person).open().filter(path_key=OuterRef("path_page__translation_key"))
    return PathStep.objects.filter(
        Exists(duty),
        ~completed_by(person, "course__translation_key"),
        is_required=True,
        path_page__live=True,
        path_page__is_sequential=True,
    )


def blocking_course(person: User, course_key) -> CoursePage | None:
    """The first course that `person` has to complete before `course_key` opens to her, in her language; or None."""
    later = PathStep.objects.filter(
        path_page=OuterRef("path_page"), course__translation_key=course_key, sort_order__gt=OuterRef("sort_order")
    )
    step = (
        blocking_steps(person)
        .filter(Exists(later))
        .order_by(language_rank(person.language, "path_page__"), "sort_order")
        .select_related("course")
        .first()
    )
    return step and step.course
