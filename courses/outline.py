"""The outline of everything that is published: courses with their activities, paths with their steps.

It is small (a few hundred rows) and simple to read, so one plain query and sums in Python cost a fraction of what one
statement with a subquery for each number does.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db.models import OuterRef, Q, Subquery
from wagtail.models import Page

from knowledge.languages import language_rank
from knowledge.models import ArticlePage
from people.compiled import CompiledQuery

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
    "observers": "activity__signoffpage__observers",
    "path_summary": "learningpathpage__summary",
    "path_illustration": "learningpathpage__illustration",
    "optional_needed": "learningpathpage__optional_needed",
    "is_sequential": "learningpathpage__is_sequential",
    "step_course_key": "learningpathpage__steps__course__translation_key",
    "step_course_title": "learningpathpage__steps__course__title",
    "step_article_key": "learningpathpage__steps__article__translation_key",
    "step_article_title": "step_article_title",
    "step_is_required": "learningpathpage__steps__is_required",
    "step_due_days": "learningpathpage__steps__due_days",
    "step_opens_on": "learningpathpage__steps__opens_on",
    "step_opens_after_days": "learningpathpage__steps__opens_after_days",
}


@dataclass(frozen=True)
class ActivityOutline:
    key: UUID
    title: str
    minutes: int
    is_required: bool
    is_sign_off: bool = False


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
    """A step of a path: a course or an article. `title` is that of the article in the reader's language, empty where it
    is not published, or what to call the course where that is not."""

    key: UUID
    is_course: bool
    title: str
    is_required: bool
    due_days: int | None
    opens_on: date | None
    opens_after_days: int | None


@dataclass(frozen=True)
class PathOutline:
    """A published path: its words in the reader's language, its steps as the original asks for them."""

    key: UUID
    title: str
    summary: str
    illustration: str
    optional_needed: int
    is_sequential: bool
    steps: tuple[StepOutline, ...]


def outline_in(language: str) -> tuple[dict[UUID, CourseOutline], dict[UUID, PathOutline]]:
    """The published courses and paths by their keys, in the reader's language; one query."""
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in _rows(language=language)]
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
            key,
            words["title"],
            words["path_summary"],
            words["path_illustration"],
            original["optional_needed"],
            original["is_sequential"],
            _steps(path_rows, original),
        )
        for key, original, words in _versions(path_rows, language)
    }
    return courses, paths


@CompiledQuery
def _rows(language):
    is_ours = Q(coursepage__isnull=False) | Q(activity__isnull=False) | Q(learningpathpage__isnull=False)
    articles = ArticlePage.objects.live().filter(
        translation_key=OuterRef("learningpathpage__steps__article__translation_key")
    )
    article_title = Subquery(articles.order_by(language_rank(language)).values("title")[:1])
    pages = Page.objects.live().filter(is_ours).order_by("path", "learningpathpage__steps__sort_order")
    return pages.annotate(step_article_title=article_title).values_list(*COLUMNS.values())


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
    outlines = (
        ActivityOutline(a["key"], titles[a["key"]], a["minutes"], a["is_required"], a["observers"] is not None)
        for a in activities
    )
    return CourseOutline(
        words["key"], words["title"], words["course_summary"], words["course_illustration"], tuple(outlines)
    )


def _steps(path_rows: list[dict], original: dict) -> tuple[StepOutline, ...]:
    return tuple(_step(row) for row in path_rows if row["path"] == original["path"] and _step_key(row))


def _step_key(row: dict) -> UUID | None:
    return row["step_course_key"] or row["step_article_key"]


def _step(row: dict) -> StepOutline:
    is_course = row["step_course_key"] is not None
    title = row["step_course_title"] if is_course else row["step_article_title"] or ""
    return StepOutline(
        _step_key(row),
        is_course,
        title,
        row["step_is_required"],
        row["step_due_days"],
        row["step_opens_on"],
        row["step_opens_after_days"],
    )
