"""A learning path as one person sees it: her steps, what keeps some of them closed, and when it is due."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Case, OuterRef, QuerySet, Subquery, Value, When
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.catalogue import percent_done, with_progress_of
from courses.models import CoursePage, LearningPathPage, PathAssignment, PathStep
from courses.prerequisites import locks_of
from knowledge.languages import language_rank
from people.models import User

DUE_SOON = timedelta(days=7)


def path_for(person: User, path_key: UUID) -> LearningPathPage:
    """The published path in her language. Raises Http404."""
    paths = LearningPathPage.objects.live().filter(translation_key=path_key).select_related("locale")
    return get_object_or_404(paths.order_by(language_rank(person.language))[:1])


def assignment_of(person: User, path_key: UUID) -> PathAssignment | None:
    """What gave her the path: the open assignment, or else the latest that is not open any more."""
    open_first = Case(When(state__in=PathAssignment.OPEN_STATES, then=Value(0)), default=Value(1))
    given = PathAssignment.objects.of(person).filter(path_key=path_key).exclude(state=PathAssignment.State.REMOVED)
    return given.select_related("assigned_by").order_by(open_first, "-assigned_at").first()


def steps_for(person: User, path_key: UUID) -> list[dict]:
    """The steps that the path asks for, in order, each with its state: done, current, open or locked, and why."""
    locks = locks_of(person)
    steps = [_step(step, locks.get(step.course.translation_key)) for step in steps_of_paths(person, [path_key])]
    current = next((step for step in steps if step["state"] == "open"), None)
    if current:
        current["state"] = "current"
    return steps


def steps_of_paths(person: User, path_keys: list[UUID]) -> QuerySet[PathStep]:
    """The steps that these paths ask for, path by path, with her progress and, in her language, `title`, `path_title`.

    `title` is None where the course is not published.
    """
    originals = LearningPathPage.objects.live().filter(translation_key__in=path_keys).originals()
    steps = PathStep.objects.filter(path_page__in=originals.values("pk")).select_related("path_page", "course")
    return (
        with_progress_of(steps, person, "course__")
        .annotate(
            title=_title_in_her_language(CoursePage, "course__translation_key", person),
            path_title=_title_in_her_language(LearningPathPage, "path_page__translation_key", person),
        )
        .order_by("path_page", "sort_order")
    )


def _title_in_her_language(model: type[CoursePage | LearningPathPage], key: str, person: User) -> Subquery:
    pages = model.objects.live().filter(translation_key=OuterRef(key)).order_by(language_rank(person.language))
    return Subquery(pages.values("title")[:1])


def _step(step: PathStep, blocker) -> dict:
    row = {
        "title": step.title or step.course.title,
        "url": reverse("courses:course", args=[step.course.translation_key]),
        "illustration": step.course.illustration,
        "is_required": step.is_required,
        "percent": percent_done(step),
        "minutes_left": step.minutes_left,
        "state": "done" if step.completed_at else "open",
    }
    if step.completed_at:
        return row
    if step.title is None:
        return row | {"state": "locked", "reason": _("This course is not open at the moment.")}
    if blocker:
        reason = _("Complete “%(course)s” first.") % {"course": blocker.title}
        unlock_url = reverse("courses:course", args=[blocker.course_key])
        return row | {"state": "locked", "reason": reason, "unlock_url": unlock_url}
    return row


def percent_of_steps(steps: list[dict]) -> int:
    required = [step["percent"] for step in steps if step["is_required"]]
    return sum(required) // len(required) if required else 0


def minutes_left_of(steps: list[dict]) -> int:
    return sum(step["minutes_left"] for step in steps if step["is_required"] and step["state"] != "done")


def due_state(assignment: PathAssignment, at: datetime) -> str:
    """completed, exempt, overdue, due (within a week) or active."""
    if assignment.state not in PathAssignment.OPEN_STATES:
        return assignment.state
    if assignment.is_overdue(at):
        return "overdue"
    return "due" if assignment.due_at and assignment.due_at - at <= DUE_SOON else "active"


def why(assignment: PathAssignment) -> str:
    """Who gave her the path, and the reason, in a sentence."""
    if not assignment.assigned_by:
        return assignment.reason
    name = assignment.assigned_by.name
    if assignment.reason:
        return _("%(name)s gave it to you: %(reason)s") % {"name": name, "reason": assignment.reason}
    return _("%(name)s gave it to you.") % {"name": name}
