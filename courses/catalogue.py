"""Courses and paths as one person sees them: what they ask for, how far she is, what comes next, how long it takes.

The outline of everything that is published is small (a few hundred rows) and simple to read, so two plain queries and
sums in Python cost a fraction of what one statement with a subquery for each number does.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from wagtail.models import Page

from courses.models import Enrolment
from people.models import User

COLUMNS = {
    "path": "path",
    "key": "translation_key",
    "locale": "locale_id",
    "language": "locale__language_code",
    "title": "title",
    "course_summary": "coursepage__summary",
    "course_illustration": "coursepage__illustration",
    "minutes": "activity__minutes",
    "is_required": "activity__is_required",
    "path_summary": "learningpathpage__summary",
    "path_illustration": "learningpathpage__illustration",
    "step_key": "learningpathpage__steps__course__translation_key",
    "step_title": "learningpathpage__steps__course__title",
    "step_is_required": "learningpathpage__steps__is_required",
}


@dataclass(frozen=True)
class ActivityOutline:
    key: UUID
    title: str
    minutes: int
    is_required: bool


@dataclass(frozen=True)
class CourseOutline:
    """A published course: its words in the reader's language, its activities as the original asks for them."""

    key: UUID
    title: str
    summary: str
    illustration: str
    activities: tuple[ActivityOutline, ...]


@dataclass(frozen=True)
class StepOutline:
    """A step of a path; `course_title` is what to call the course where it is not published."""

    course_key: UUID
    course_title: str
    is_required: bool


@dataclass(frozen=True)
class PathOutline:
    """A published path: its words in the reader's language, its steps as the original asks for them."""

    key: UUID
    title: str
    summary: str
    illustration: str
    steps: tuple[StepOutline, ...]


@dataclass(frozen=True)
class CourseProgress:
    """How far a person is in a course, in her current enrolment. `course` is None while it is not published.

    last_completed_at: when she last completed it, in whatever enrolment.
    """

    course: CourseOutline | None
    enrolled_at: datetime | None = None
    completed_at: datetime | None = None
    last_completed_at: datetime | None = None
    done: set[UUID] = field(default_factory=set)

    def counted_from(self, counts_from: datetime | None) -> "CourseProgress":
        """The same for a duty for which completions count from `counts_from` on: one in an earlier enrolment does too,
        so a course that she repeats for another duty stays complete here."""
        counts = self.last_completed_at and (counts_from is None or self.last_completed_at >= counts_from)
        return replace(self, completed_at=self.last_completed_at) if counts else self

    @property
    def percent(self) -> int:
        """How much of the required activities is done, in whole percent, rounded down; once complete, always 100."""
        if self.completed_at:
            return 100
        required = [activity for activity in self._activities if activity.is_required]
        return sum(a.key in self.done for a in required) * 100 // len(required) if required else 0

    @property
    def minutes_left(self) -> int:
        """Of the required activities that she has not done; 0 once the course is complete."""
        if self.completed_at:
            return 0
        return sum(a.minutes for a in self._activities if a.is_required and a.key not in self.done)

    @property
    def next_activity(self) -> ActivityOutline | None:
        return next((activity for activity in self._activities if activity.key not in self.done), None)

    @property
    def _activities(self) -> tuple[ActivityOutline, ...]:
        return self.course.activities if self.course else ()


@dataclass(frozen=True)
class Catalogue:
    """Everything that is published, with one person's progress. `courses` and `paths` are by key, in tree order."""

    courses: dict[UUID, CourseOutline]
    paths: dict[UUID, PathOutline]
    progress: dict[UUID, CourseProgress]

    def progress_in(self, course_key: UUID) -> CourseProgress:
        return self.progress.get(course_key) or CourseProgress(self.courses.get(course_key))


def catalogue_for(person: User) -> Catalogue:
    """The catalogue in her language, in two queries."""
    courses, paths = _outline(person.language)
    return Catalogue(courses, paths, _progress(person, courses))


def _outline(language: str) -> tuple[dict[UUID, CourseOutline], dict[UUID, PathOutline]]:
    is_ours = Q(coursepage__isnull=False) | Q(activity__isnull=False) | Q(learningpathpage__isnull=False)
    pages = Page.objects.live().filter(is_ours).order_by("path", "learningpathpage__steps__sort_order")
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in pages.values_list(*COLUMNS.values())]
    activities = [row for row in rows if row["minutes"] is not None]
    activities_below = defaultdict(list)
    for row in activities:
        activities_below[row["path"][: -Page.steplen]].append(row)
    titles = {key: words["title"] for key, _original, words in _versions(activities, language)}
    courses = {
        key: _course(words, activities_below[original["path"]], titles)
        for key, original, words in _versions([row for row in rows if row["course_summary"] is not None], language)
    }
    path_rows = [row for row in rows if row["path_summary"] is not None]
    paths = {
        key: PathOutline(
            key, words["title"], words["path_summary"], words["path_illustration"], _steps(path_rows, original)
        )
        for key, original, words in _versions(path_rows, language)
    }
    return courses, paths


def _versions(rows: Iterable[dict], language: str) -> list[tuple[UUID, dict, dict]]:
    """By key, in the order of the originals: the version whose rules hold, and the one whose words she reads."""
    by_key = defaultdict(list)
    for row in rows:
        by_key[row["key"]].append(row)

    def rank(row: dict, wanted: str) -> tuple:
        return row["language"] != wanted, row["language"] != settings.LANGUAGE_CODE, row["locale"]

    versions = [
        (
            key,
            min(same, key=lambda row: rank(row, settings.LANGUAGE_CODE)),
            min(same, key=lambda row: rank(row, language)),
        )
        for key, same in by_key.items()
    ]
    return sorted(versions, key=lambda version: version[1]["path"])


def _course(words: dict, activities: list[dict], titles: dict[UUID, str]) -> CourseOutline:
    outlines = (ActivityOutline(a["key"], titles[a["key"]], a["minutes"], a["is_required"]) for a in activities)
    return CourseOutline(
        words["key"], words["title"], words["course_summary"], words["course_illustration"], tuple(outlines)
    )


def _steps(path_rows: list[dict], original: dict) -> tuple[StepOutline, ...]:
    own = (row for row in path_rows if row["path"] == original["path"] and row["step_key"])
    return tuple(StepOutline(row["step_key"], row["step_title"], row["step_is_required"]) for row in own)


def _progress(person: User, courses: dict[UUID, CourseOutline]) -> dict[UUID, CourseProgress]:
    columns = ("course_key", "enrolled_at", "completed_at", "superseded_at", "completions__activity_key")
    current: dict[UUID, CourseProgress] = {}
    last: dict[UUID, datetime] = {}
    for course_key, enrolled_at, completed_at, superseded_at, activity_key in Enrolment.objects.of(person).values_list(
        *columns
    ):
        if completed_at:
            last[course_key] = max(completed_at, last.get(course_key, completed_at))
        if superseded_at is None:
            if course_key not in current:
                current[course_key] = CourseProgress(courses.get(course_key), enrolled_at, completed_at)
            current[course_key].done.add(activity_key)
    return {key: replace(progress, last_completed_at=last.get(key)) for key, progress in current.items()}


def course_card(progress: CourseProgress) -> dict:
    """What the card of a published course shows."""
    course = progress.course
    return {
        "title": course.title,
        "url": reverse("courses:course", args=[course.key]),
        "summary": course.summary,
        "illustration": course.illustration,
        "percent": progress.percent,
        "minutes": progress.minutes_left,
    }
