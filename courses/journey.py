"""A learning path as one person sees it: her steps, what keeps some of them closed, and when it is due."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Case, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.catalogue import Catalogue, CourseProgress, PathOutline, StepOutline
from courses.models import PathAssignment
from courses.prerequisites import Blocker, locks_of
from people.models import User

DUE_SOON = timedelta(days=7)


def assignment_of(person: User, path_key: UUID) -> PathAssignment | None:
    """What gave her the path: the open assignment, or else the latest that is not open any more."""
    open_first = Case(When(state__in=PathAssignment.OPEN_STATES, then=Value(0)), default=Value(1))
    given = PathAssignment.objects.of(person).filter(path_key=path_key).exclude(state=PathAssignment.State.REMOVED)
    return given.select_related("assigned_by").order_by(open_first, "-assigned_at").first()


def steps_for(person: User, path: PathOutline, catalogue: Catalogue, counts_from: datetime | None = None) -> list[dict]:
    """The steps of the path in order, each with its state: done, current, open or locked, and why.

    counts_from: as in the assignment that gave her the path.
    """
    locks = locks_of(person)
    steps = []
    for step in path.steps:
        progress = catalogue.progress_in(step.course_key).counted_from(counts_from)
        steps.append(_step(step, progress, locks.get(step.course_key)))
    current = next((step for step in steps if step["state"] == "open"), None)
    if current:
        current["state"] = "current"
    return steps


def _step(step: StepOutline, progress: CourseProgress, blocker: Blocker | None) -> dict:
    course = progress.course
    row = {
        "title": course.title if course else step.course_title,
        "url": reverse("courses:course", args=[step.course_key]),
        "illustration": course.illustration if course else "",
        "is_required": step.is_required,
        "percent": progress.percent,
        "minutes_left": progress.minutes_left,
        "state": "done" if progress.completed_at else "open",
    }
    if progress.completed_at:
        return row
    if course is None:
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
