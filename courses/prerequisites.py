"""What keeps a course closed: an earlier required step of a sequential path that the person was given."""

from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from courses.models import CoursePage, Enrolment, LearningPathPage, PathAssignment, PathStep
from knowledge.languages import language_rank
from people.models import User


class Blocker(NamedTuple):
    """The course to complete first, with its title in the person's language."""

    course_key: UUID
    title: str


class CourseLocked(Exception):
    """The course is not open yet; `by` says what to complete first."""

    def __init__(self, by: Blocker):
        super().__init__(by.title)
        self.by = by


def completed_by(person: User | int, course_key: str = "translation_key") -> Exists:
    """Whether `person` completed the course whose key the outer query's field `course_key` holds."""
    current = Enrolment.objects.of(person).current().filter(completed_at__isnull=False)
    return Exists(current.filter(course_key=OuterRef(course_key)))


def locks_of(person: User) -> dict[UUID, Blocker]:
    """The courses that are not open to `person` yet, by key, each with what she has to complete first; one query.

    What she has begun stays open, and a course that is not published keeps nobody waiting.
    """
    locks: dict[UUID, Blocker] = {}
    path, blocker = None, None
    for step in _steps_in_order(person):
        if step["path_page"] != path:
            path, blocker = step["path_page"], None
        if blocker and not step["is_begun"]:
            locks.setdefault(step["key"], blocker)
        if step["is_required"] and step["title"] and not step["is_done"]:
            blocker = blocker or Blocker(step["key"], step["title"])
    return locks


def blocking_course(person: User, course_key: UUID) -> Blocker | None:
    """What `person` has to complete before the course `course_key` opens to her, or None."""
    return locks_of(person).get(course_key)


def _steps_in_order(person: User) -> QuerySet:
    """The steps of the published sequential paths that `person` has to do, path by path."""
    duty = PathAssignment.objects.of(person).open().filter(path_key=OuterRef("translation_key"))
    paths = LearningPathPage.objects.live().originals().filter(Exists(duty), is_sequential=True)
    begun = Enrolment.objects.of(person).current().filter(course_key=OuterRef("course__translation_key"))
    courses = CoursePage.objects.live().filter(translation_key=OuterRef("course__translation_key"))
    return (
        PathStep.objects.filter(path_page__in=paths.values("pk"))
        .annotate(
            key=F("course__translation_key"),
            title=Subquery(courses.order_by(language_rank(person.language)).values("title")[:1]),
            is_begun=Exists(begun),
            is_done=completed_by(person, "course__translation_key"),
        )
        .order_by("path_page", "sort_order")
        .values("path_page", "key", "title", "is_required", "is_begun", "is_done")
    )
