"""What keeps a course closed: an earlier required step of a sequential path that the person was given."""

from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import DateTimeField, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from courses.models import CoursePage, Enrolment, LearningPathPage, PathAssignment, PathStep
from knowledge.languages import language_rank
from people.models import User

ALL_TIME = datetime(1970, 1, 1, tzinfo=UTC)


class Blocker(NamedTuple):
    """The course to complete first, with its title in the person's language."""

    course_key: UUID
    title: str


class CourseLocked(Exception):
    """The course is not open yet; `by` says what to complete first."""

    def __init__(self, by: Blocker):
        super().__init__(by.title)
        self.by = by


def completed_by(person: User | int, course_key: str = "translation_key", since=None) -> Exists:
    """Whether `person` completed the course whose key the outer query's field `course_key` holds.

    since: the instant (or an expression) before which a completion does not count; None for never. A completion in a
    registration that was superseded since counts as well: progress starts anew, what was achieved stays.
    """
    completed = Enrolment.objects.of(person).filter(completed_at__isnull=False, course_key=OuterRef(course_key))
    return Exists(completed if since is None else completed.filter(completed_at__gte=since))


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
    duties = PathAssignment.objects.of(person).open()
    duty = duties.filter(path_key=OuterRef("translation_key"))
    paths = LearningPathPage.objects.live().originals().filter(Exists(duty), is_sequential=True)
    counts_from = duties.filter(path_key=OuterRef("path_page__translation_key")).values("counts_from")[:1]
    begun = Enrolment.objects.of(person).current().filter(course_key=OuterRef("course__translation_key"))
    courses = CoursePage.objects.live().filter(translation_key=OuterRef("course__translation_key"))
    return (
        PathStep.objects.filter(path_page__in=paths.values("pk"))
        .annotate(
            key=F("course__translation_key"),
            title=Subquery(courses.order_by(language_rank(person.language)).values("title")[:1]),
            is_begun=Exists(begun),
            counts_from=Coalesce(Subquery(counts_from), Value(ALL_TIME, DateTimeField())),
            is_done=completed_by(person, "course__translation_key", OuterRef("counts_from")),
        )
        .order_by("path_page", "sort_order")
        .values("path_page", "key", "title", "is_required", "is_begun", "is_done")
    )
