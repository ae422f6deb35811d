"""Courses and paths as one person sees them: what they ask for, how far she is, what comes next, how long it takes."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.db.models import DateTimeField, UUIDField, Value
from django.urls import reverse

from courses.models import Enrolment, Observation
from courses.outline import ActivityOutline, CourseOutline, PathOutline, StepOutline, outline_in
from knowledge.models import ArticleAcknowledgement
from people.compiled import CompiledQuery
from people.models import User

MINUTES_OF_AN_ARTICLE = 5  # roughly
COURSE, ARTICLE = "course", "article"
ASKED, OBSERVED = Observation.OPEN_STATES


@dataclass(frozen=True)
class CourseProgress:
    """How far a person is in a course, in her current enrolment. `course` is None while it is not published.

    last_completed_at: when she last completed it, in whatever enrolment. sign_offs: the state of what is open of her
    observations, by activity.
    """

    course: CourseOutline | None
    enrolled_at: datetime | None = None
    completed_at: datetime | None = None
    last_completed_at: datetime | None = None
    done: set[UUID] = field(default_factory=set)
    sign_offs: dict[UUID, str] = field(default_factory=dict)

    def counted_from(self, counts_from: datetime | None) -> "CourseProgress":
        """The same for a duty for which completions count from `counts_from` on: one in an earlier enrolment does too,
        so a course that she repeats for another duty stays complete here."""
        counts = self.last_completed_at and (counts_from is None or self.last_completed_at >= counts_from)
        return replace(self, completed_at=self.last_completed_at if counts else None)

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
        """The first that is not done; one that waits for an observer only where nothing else is left."""
        left = [activity for activity in self._activities if activity.key not in self.done]
        return min(left, key=lambda activity: self.sign_offs.get(activity.key) == ASKED, default=None)

    @property
    def sign_off_state(self) -> str:
        """What is open of her observations: what she has to answer before what she waits for; empty if nothing is."""
        return next((state for state in (OBSERVED, ASKED) if state in self.sign_offs.values()), "")

    @property
    def missing_sign_offs(self) -> list[ActivityOutline]:
        """What somebody can observe now: she takes the course, and has not done them."""
        return [a for a in self._activities if a.is_sign_off and a.key not in self.done] if self.enrolled_at else []

    @property
    def _activities(self) -> tuple[ActivityOutline, ...]:
        return self.course.activities if self.course else ()


@dataclass(frozen=True)
class StepProgress:
    """How far a person is in a step of a path, as far as it counts for one duty. `course` is None for an article, and
    for a course that is not published."""

    step: StepOutline
    course: CourseProgress | None
    completed_at: datetime | None

    @property
    def title(self) -> str:
        return self.course.course.title if self.course and self.course.course else self.step.title

    @property
    def url(self) -> str:
        return reverse("courses:course" if self.step.is_course else "knowledge:article", args=[self.step.key])

    @property
    def is_published(self) -> bool:
        return self.course.course is not None if self.course else bool(self.step.title)

    @property
    def percent(self) -> int:
        if self.completed_at:
            return 100
        return self.course.percent if self.course else 0

    @property
    def minutes_left(self) -> int:
        if self.completed_at:
            return 0
        return self.course.minutes_left if self.course else MINUTES_OF_AN_ARTICLE


@dataclass(frozen=True)
class Catalogue:
    """Everything that is published, with one person's progress. `courses` and `paths` are by key, in tree order; `read`
    says of articles when she last acknowledged them."""

    courses: dict[UUID, CourseOutline]
    paths: dict[UUID, PathOutline]
    progress: dict[UUID, CourseProgress]
    read: dict[UUID, datetime]

    def progress_in(self, course_key: UUID) -> CourseProgress:
        return self.progress.get(course_key) or CourseProgress(self.courses.get(course_key))

    def progress_in_steps(self, path: PathOutline, counts_from: datetime | None) -> list[StepProgress]:
        """counts_from: as in the assignment that gave her the path."""
        return [self._progress_in_step(step, counts_from) for step in path.steps]

    def asked_by(self, path_key: UUID) -> dict | None:
        """What a path asks for: title, url, minutes, the required steps, and `optional` as `optional_of` says it; None
        where it is not published."""
        path = self.paths.get(path_key)
        if path is None:
            return None
        steps = self.progress_in_steps(path, None)
        return {
            "title": path.title,
            "url": reverse("path", args=[path_key]),
            "minutes": minutes_left_of(steps, path.optional_needed),
            "steps": [step for step in steps if step.step.is_required and step.is_published],
            "optional": optional_of(path, steps),
        }

    def _progress_in_step(self, step: StepOutline, counts_from: datetime | None) -> StepProgress:
        if step.is_course:
            course = self.progress_in(step.key).counted_from(counts_from)
            return StepProgress(step, course, course.completed_at)
        read_at = self.read.get(step.key)
        return StepProgress(step, None, read_at if read_at and read_at >= (counts_from or read_at) else None)


def outline_for(language: str) -> Catalogue:
    """The catalogue of somebody who has done nothing yet, in one query."""
    return Catalogue(*outline_in(language), {}, {})


def catalogue_for(person: User, language: str = "") -> Catalogue:
    """The catalogue in her language, or in that of somebody who looks on, in two queries."""
    courses, paths = outline_in(language or person.language)
    return Catalogue(courses, paths, *_progress(person, courses))


def _progress(
    person: User, courses: dict[UUID, CourseOutline]
) -> tuple[dict[UUID, CourseProgress], dict[UUID, datetime]]:
    """Her progress in courses, and when she last acknowledged each article; one query for all of it."""
    current: dict[UUID, CourseProgress] = {}
    completed: dict[UUID, datetime] = {}
    read: dict[UUID, datetime] = {}
    sign_offs: dict[UUID, dict[UUID, str]] = defaultdict(dict)
    for what, key, begun_at, completed_at, superseded_at, activity_key in _done_by(person=person.pk):
        if what == ARTICLE:
            read[key] = max(completed_at, read.get(key, completed_at))
        elif what == COURSE:
            if completed_at:
                completed[key] = max(completed_at, completed.get(key, completed_at))
            if superseded_at is None:
                if key not in current:
                    current[key] = CourseProgress(courses.get(key), begun_at, completed_at)
                current[key].done.add(activity_key)
        else:
            sign_offs[key][activity_key] = what
    for key in completed:
        current.setdefault(key, CourseProgress(courses.get(key)))
    return {
        key: replace(progress, last_completed_at=completed.get(key), sign_offs=sign_offs[key])
        for key, progress in current.items()
    }, read


@CompiledQuery
def _done_by(person):
    """Her enrolments with each completion, her acknowledgements, and what is open of her observations, which says its
    state in place of what it is: what, key, begun_at, completed_at, superseded_at, activity_key."""
    never, nothing = Value(None, DateTimeField()), Value(None, UUIDField())
    enrolments = Enrolment.objects.of(person).annotate(what=Value(COURSE)).order_by()
    read = ArticleAcknowledgement.objects.filter(person=person).annotate(
        what=Value(ARTICLE), never=never, nothing=nothing
    )
    observed = Observation.objects.of(person).open().current().annotate(never=never).order_by()
    times = ("enrolled_at", "completed_at", "superseded_at")
    return enrolments.values_list("what", "course_key", *times, "completions__activity_key").union(
        read.order_by().values_list("what", "article_key", "acknowledged_at", "acknowledged_at", "never", "nothing"),
        observed.values_list("state", "course_key", "created_at", "never", "never", "activity_key"),
        all=True,
    )


def counted_steps(steps: list[StepProgress], optional_needed: int) -> list[StepProgress]:
    """The steps that decide how far somebody is: the required ones, and as many optional ones as are needed, those that
    she is farthest in."""
    optional = sorted((s for s in steps if not s.step.is_required), key=lambda step: step.percent, reverse=True)
    return [step for step in steps if step.step.is_required] + optional[:optional_needed]


def optional_of(path: PathOutline, steps: list[StepProgress]) -> dict | None:
    """How many of the optional steps the path needs, of how many, and how many are done; None where it needs none."""
    optional = [step for step in steps if not step.step.is_required]
    done = sum(step.completed_at is not None for step in optional)
    return {"needed": path.optional_needed, "total": len(optional), "done": done} if path.optional_needed else None


def percent_of_steps(steps: list[StepProgress], optional_needed: int) -> int:
    counted = counted_steps(steps, optional_needed)
    return sum(step.percent for step in counted) // len(counted) if counted else 0


def minutes_left_of(steps: list[StepProgress], optional_needed: int) -> int:
    return sum(step.minutes_left for step in counted_steps(steps, optional_needed))


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
