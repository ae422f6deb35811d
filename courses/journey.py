"""A learning path as one person sees it: her steps, what keeps some of them closed, and when it is due."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Case, CharField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import ModelLogEntry

from courses.catalogue import StepProgress
from courses.models import PathAssignment
from courses.prerequisites import Blocker, locks_of
from people.models import User

DUE_SOON = timedelta(days=7)

# What was done to her duty since she was given it, by a person and by nobody (a rule, the sweep), as she reads it.
CHANGES = {
    "courses.extend": (gettext_lazy("%(name)s moved the due date: %(reason)s"), ""),
    "courses.exempt": (gettext_lazy("%(name)s exempted you: %(reason)s"), ""),
    "courses.suspend": (
        gettext_lazy("%(name)s let it rest, and nothing is due meanwhile: %(reason)s"),
        gettext_lazy("It rests, and nothing is due meanwhile, because this does not hold for you now: %(reason)s"),
    ),
    "courses.resume": (
        gettext_lazy("%(name)s let it go on: %(reason)s"),
        gettext_lazy("It goes on, because this holds for you again: %(reason)s"),
    ),
    "courses.remove": (
        gettext_lazy("%(name)s took it back: %(reason)s"),
        gettext_lazy("It was taken back: %(reason)s"),
    ),
}


def assignment_of(person: User, path_key: UUID) -> PathAssignment | None:
    """What gave her the path: the open assignment, or else the latest that is not open any more, or else the latest
    that was taken back; with what was last done to it, for `last_change`."""
    rank = Case(
        When(state__in=PathAssignment.OPEN_STATES, then=Value(0)),
        When(state=PathAssignment.State.REMOVED, then=Value(2)),
        default=Value(1),
    )
    given = _with_last_change(PathAssignment.objects.of(person).filter(path_key=path_key))
    return given.select_related("assigned_by").order_by(rank, "-assigned_at").first()


def _with_last_change(assignments: QuerySet[PathAssignment]) -> QuerySet[PathAssignment]:
    changes = ModelLogEntry.objects.filter(
        action__in=CHANGES, object_id=Cast(OuterRef("pk"), CharField(max_length=255))
    ).order_by("-timestamp", "-pk")
    return assignments.annotate(
        change_action=Subquery(changes.values("action")[:1]),
        change_at=Subquery(changes.values("timestamp")[:1]),
        change_by=Subquery(changes.values("user__name")[:1]),
        change_data=Subquery(changes.values("data")[:1]),
    )


def last_change(assignment: PathAssignment) -> dict | None:
    """What was last done to an assignment of `assignment_of`: `at`, and in `words` who did what and why."""
    if not assignment.change_action:
        return None
    by_person, by_nobody = CHANGES[assignment.change_action]
    words = by_person if assignment.change_by else by_nobody
    said = {"name": assignment.change_by, "reason": assignment.change_data.get("reason", "")}
    return {"at": assignment.change_at, "words": words % said} if words else None


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
    """completed, exempt, overdue, due (within a week) or active, which is what one that rests is too."""
    if assignment.state not in PathAssignment.OPEN_STATES:
        return assignment.state
    if assignment.state == PathAssignment.State.SUSPENDED:
        return "active"
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
