"""A learning path as one person sees it: her steps, what keeps some of them closed, and when it is due."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Case, Value, When
from django.utils.translation import gettext as _

from courses.catalogue import StepProgress
from courses.models import PathAssignment
from courses.prerequisites import Blocker, locks_of
from people.models import User

DUE_SOON = timedelta(days=7)


def assignment_of(person: User, path_key: UUID) -> PathAssignment | None:
    """What gave her the path: the open assignment, or else the latest that is not open any more."""
    open_first = Case(When(state__in=PathAssignment.OPEN_STATES, then=Value(0)), default=Value(1))
    given = PathAssignment.objects.of(person).filter(path_key=path_key).exclude(state=PathAssignment.State.REMOVED)
    return given.select_related("assigned_by").order_by(open_first, "-assigned_at").first()


def steps_for(person: User, steps: list[StepProgress], assignment: PathAssignment | None) -> list[dict]:
    """The steps of a path as its page shows them, each with its state: done, current, open or locked, and why."""
    locks = locks_of(person)
    rows = [_row(step, locks.get(step.step.key), assignment) for step in steps]
    current = next((row for row in rows if row["state"] == "open"), None)
    if current:
        current["state"] = "current"
    return rows


def _row(progress: StepProgress, blocker: Blocker | None, assignment: PathAssignment | None) -> dict:
    course, due_days = progress.course and progress.course.course, progress.step.due_days
    row = {
        "title": progress.title,
        "url": progress.url,
        "is_course": progress.step.is_course,
        "illustration": course.illustration if course else "",
        "is_required": progress.step.is_required,
        "percent": progress.percent,
        "minutes_left": progress.minutes_left,
    }
    if progress.completed_at:
        return row | {"state": "done"}
    if assignment and due_days is not None:
        row["due_at"] = assignment.assigned_at + timedelta(days=due_days)
    if not progress.is_published:
        return row | {"state": "locked", "reason": _("This step is not open at the moment.")}
    if blocker:
        return row | {"state": "locked", "reason": str(blocker), "unlock_url": blocker.url}
    return row | {"state": "open"}


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
