"""What keeps a step of a learning path closed: an earlier required step of it, or a day that has not come."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import DateTimeField, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from courses.catalogue import Catalogue, StepProgress
from courses.models import CoursePage, Enrolment, LearningPathPage, PathAssignment, PathStep
from knowledge.languages import language_rank
from knowledge.models import ArticleAcknowledgement, ArticlePage
from people.compiled import CompiledQuery, Parameter
from people.models import User
from people.templatetags.moments import day

ALL_TIME = datetime(1970, 1, 1, tzinfo=UTC)


class Blocker(NamedTuple):
    """A step to complete first, with its title in the person's language; or the instant at which the step opens.

    opens_after_days: so many days after the other step is complete, this one opens; None: at once.
    """

    course_key: UUID | None = None
    article_key: UUID | None = None
    title: str = ""
    opens_at: datetime | None = None
    opens_after_days: int | None = None

    @property
    def url(self) -> str:
        """Where the step is that comes first; empty where only time does."""
        if self.course_key:
            return reverse("courses:course", args=[self.course_key])
        return reverse("knowledge:article", args=[self.article_key]) if self.article_key else ""

    def __str__(self):
        if self.opens_at:
            return _("It opens on %(day)s.") % {"day": day(self.opens_at)}
        if self.article_key:
            first = _("Read “%(article)s” first, and say so there.") % {"article": self.title}
        else:
            first = _("Complete “%(course)s” first.") % {"course": self.title}
        if not self.opens_after_days:
            return first
        then = ngettext("This opens a day later.", "This opens %(days)d days later.", self.opens_after_days)
        return f"{first} {then % {'days': self.opens_after_days}}"


class CourseLocked(Exception):
    """The course is not open yet; `by` says what to complete or to wait for first."""

    def __init__(self, by: Blocker):
        super().__init__(str(by))
        self.by = by


def completed_by(person: User | int, course_key: str = "translation_key", since=None) -> Exists:
    """Whether `person` completed the course whose key the outer query's field `course_key` holds.

    since: the instant (or an expression) before which a completion does not count; None for never. A completion in a
    registration that was superseded since counts as well: progress starts anew, what was achieved stays.
    """
    return Exists(_completions(person, course_key, since))


def acknowledged_by(person: User | int, article_key: str, since=None) -> Exists:
    """Whether `person` acknowledged, since then, the article whose key the outer query's field `article_key` holds."""
    return Exists(_acknowledgements(person, article_key, since))


def _completions(person: User | int, course_key: str, since) -> QuerySet:
    completed = Enrolment.objects.of(person).filter(completed_at__isnull=False, course_key=OuterRef(course_key))
    return completed if since is None else completed.filter(completed_at__gte=since)


def _acknowledgements(person: User | int, article_key: str, since) -> QuerySet:
    read = ArticleAcknowledgement.objects.filter(person=person, article_key=OuterRef(article_key))
    return read if since is None else read.filter(acknowledged_at__gte=since)


def locks_of(person: User, at: datetime | None = None) -> dict[UUID, Blocker]:
    """The steps that are not open to `person` at `at`, by the key of their course or article, each with what comes
    first; one query.

    What she has begun stays open, and what is not published keeps nobody waiting.
    """
    return _locks(_steps_in_order(person=person.pk, language=person.language), person, at or timezone.now())


def locks_in(
    catalogue: Catalogue, assignments: Iterable[PathAssignment], person: User, at: datetime
) -> dict[UUID, Blocker]:
    """What `locks_of` says, without a query: from the catalogue of `person` and her open assignments."""
    return _locks(_known_steps_in_order(catalogue, assignments), person, at)


def _locks(steps: Iterable[dict], person: User, at: datetime) -> dict[UUID, Blocker]:
    locks: dict[UUID, Blocker] = {}
    path, blocker, previous = None, None, None
    for step in steps:
        if step["path"] != path:
            path, blocker, previous = step["path"], None, None
        first = _first(step, blocker, previous, person, at)
        if first and not step["is_begun"]:
            locks.setdefault(_key(step), first)
        if step["is_required"] and step["title"] and not step["done_at"]:
            blocker = blocker or _before(step)
        previous = step
    return locks


def _first(step: dict, blocker: Blocker | None, previous: dict | None, person: User, at: datetime) -> Blocker | None:
    """What comes before the step: `blocker`, the first required one before it that is not done, in a sequential path;
    else whatever it waits for itself."""
    waits_for = _not_yet(step, previous, person, at)
    if blocker is None or not step["is_sequential"]:
        return waits_for
    return waits_for if waits_for and waits_for.url == blocker.url else blocker


def _key(step: dict) -> UUID:
    return step["course_key"] or step["article_key"]


def _before(step: dict, opens_after_days: int | None = None) -> Blocker:
    return Blocker(step["course_key"], step["article_key"], step["title"], opens_after_days=opens_after_days)


def _not_yet(step: dict, previous: dict | None, person: User, at: datetime) -> Blocker | None:
    """The day on which the step opens: its own, or so many days after the step before it was done."""
    if step["opens_on"]:
        opens_at = datetime.combine(step["opens_on"], time(), ZoneInfo(person.time_zone))
        if at < opens_at:
            return Blocker(opens_at=opens_at)
    if step["opens_after_days"] and previous and previous["title"]:
        if not previous["done_at"]:
            return _before(previous, step["opens_after_days"])
        opens_at = previous["done_at"] + timedelta(days=step["opens_after_days"])
        return Blocker(opens_at=opens_at) if at < opens_at else None
    return None


def blocking_course(person: User, course_key: UUID) -> Blocker | None:
    """What `person` has to complete or to wait for before the course `course_key` opens to her, or None."""
    return locks_of(person).get(course_key)


@CompiledQuery
def _steps_in_order(person, language):
    """The steps of the published paths that `person` has to do, path by path, each with when she did it."""
    duties = PathAssignment.objects.of(person).open()
    duty = duties.filter(path_key=OuterRef("translation_key"))
    paths = LearningPathPage.objects.live().originals().filter(Exists(duty))
    counts_from = duties.filter(path_key=OuterRef("path_page__translation_key")).values("counts_from")[:1]
    begun = Enrolment.objects.of(person).current().filter(course_key=OuterRef("course__translation_key"))
    since = OuterRef("counts_from")
    completed = _completions(person, "course__translation_key", since).order_by("-completed_at")
    read = _acknowledgements(person, "article__translation_key", since).order_by("-acknowledged_at")
    columns = (
        "course_key",
        "article_key",
        "title",
        "is_required",
        "is_begun",
        "done_at",
        "opens_on",
        "opens_after_days",
    )
    return (
        PathStep.objects.filter(path_page__in=paths.values("pk"))
        .annotate(
            course_key=F("course__translation_key"),
            article_key=F("article__translation_key"),
            title=Coalesce(_title(CoursePage, "course", language), _title(ArticlePage, "article", language)),
            is_begun=Exists(begun),
            counts_from=Coalesce(Subquery(counts_from), Value(ALL_TIME, DateTimeField())),
            done_at=Coalesce(
                Subquery(completed.values("completed_at")[:1]), Subquery(read.values("acknowledged_at")[:1])
            ),
        )
        .order_by("path_page__path", "sort_order")
        .values(*columns, path=F("path_page"), is_sequential=F("path_page__is_sequential"))
    )


def _known_steps_in_order(catalogue: Catalogue, assignments: Iterable[PathAssignment]) -> Iterator[dict]:
    counts_from = {assignment.path_key: assignment.counts_from for assignment in assignments}
    for path in catalogue.paths.values():
        if path.key in counts_from:
            for step in catalogue.progress_in_steps(path, counts_from[path.key]):
                yield {"path": path.key, "is_sequential": path.is_sequential} | _known_step(step)


def _known_step(progress: StepProgress) -> dict:
    step = progress.step
    return {
        "course_key": step.key if step.is_course else None,
        "article_key": None if step.is_course else step.key,
        "title": progress.title if progress.is_published else "",
        "is_required": step.is_required,
        "is_begun": progress.course is not None and progress.course.enrolled_at is not None,
        "done_at": progress.completed_at,
        "opens_on": step.opens_on,
        "opens_after_days": step.opens_after_days,
    }


def _title(model: type[Page], field: str, language: str | Parameter) -> Subquery:
    versions = model.objects.live().filter(translation_key=OuterRef(f"{field}__translation_key"))
    return Subquery(versions.order_by(language_rank(language)).values("title")[:1])
