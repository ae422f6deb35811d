"""A learning path as one person sees it: her steps, what keeps some of them closed, and when it is due."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import ModelLogEntry

from courses.catalogue import Catalogue, StepProgress, minutes_left_of, optional_of, percent_of_steps
from courses.models import PathAssignment
from courses.prerequisites import Blocker, locks_in
from people.compiled import CompiledQuery
from people.models import User

State = PathAssignment.State

DUE_SOON = timedelta(days=7)

WORDS = {
    State.SUSPENDED: gettext_lazy("Rests"),
    State.HELD: gettext_lazy("Waits for the date that it counts from"),
    State.EXEMPT: gettext_lazy("Exempt"),
    State.REMOVED: gettext_lazy("Taken back"),
}

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


def journey(person: User, path_key: UUID, catalogue: Catalogue, at: datetime) -> dict:
    """What the page of a path shows, in one query beside the catalogue. Raises Http404 where it is not published."""
    path = catalogue.paths.get(path_key)
    if path is None:
        raise Http404
    assignments = _assignments(person=person.pk, path_key=path_key)
    given = _given(assignments, path_key)
    assignment = given if given and given.state != State.REMOVED else None
    steps = catalogue.progress_in_steps(path, assignment and assignment.counts_from)
    locks = locks_in(catalogue, [one for one in assignments if one.state in PathAssignment.OPEN_STATES], person, at)
    state, word = state_in_words(assignment, at) if assignment else (None, "")
    return {
        "path": path,
        "steps": steps_for(steps, locks, assignment, at),
        "optional": optional_of(path, steps),
        "percent": percent_of_steps(steps, path.optional_needed),
        "minutes_left": minutes_left_of(steps, path.optional_needed),
        "state": state,
        "word": word,
        "due_at": assignment and due_at_of(assignment),
        "completed_at": assignment and assignment.completed_at,
        "why": assignment and why(assignment),
        "change": given and last_change(given),
    }


@CompiledQuery
def _assignments(person, path_key):
    """All of this path, the latest first, and those of others that are open, each with what was last done to it."""
    wanted = PathAssignment.objects.of(person).filter(Q(path_key=path_key) | Q(state__in=PathAssignment.OPEN_STATES))
    return _with_last_change(wanted).select_related("assigned_by").order_by("-assigned_at", "-pk")


def _given(assignments: list[PathAssignment], path_key: UUID) -> PathAssignment | None:
    """What gave her the path: the open assignment, or else the latest that is not open any more, or else the latest
    that was taken back."""

    def rank(assignment: PathAssignment) -> int:
        return 0 if assignment.state in PathAssignment.OPEN_STATES else 2 if assignment.state == State.REMOVED else 1

    return min((one for one in assignments if one.path_key == path_key), key=rank, default=None)


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
    """What was last done to an assignment of a journey: `at`, and in `words` who did what and why."""
    if not assignment.change_action:
        return None
    by_person, by_nobody = CHANGES[assignment.change_action]
    words = by_person if assignment.change_by else by_nobody
    said = {"name": assignment.change_by, "reason": assignment.change_data.get("reason", "")}
    return {"at": assignment.change_at, "words": words % said} if words else None


def steps_for(
    steps: list[StepProgress], locks: dict[UUID, Blocker], assignment: PathAssignment | None, at: datetime
) -> list[dict]:
    """The steps of a path as its page shows them, each with its state: done, current, open or locked, and why."""
    rows = [_row(step, locks.get(step.step.key), assignment, at) for step in steps]
    current = next((row for row in rows if row["state"] == "open"), None)
    if current:
        current["state"] = "current"
    return rows


def _row(progress: StepProgress, blocker: Blocker | None, assignment: PathAssignment | None, at: datetime) -> dict:
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
        is_credited = assignment is not None and progress.completed_at < assignment.assigned_at
        return row | {"state": "done", "done_at": progress.completed_at, "is_credited": is_credited}
    row["sign_off_state"] = progress.course.sign_off_state if progress.course else ""
    if assignment and assignment.state == State.ACTIVE and due_days is not None:
        row["due_at"] = assignment.assigned_at + timedelta(days=due_days)
        row["due_state"] = "overdue" if row["due_at"] <= at else ""
    if not progress.is_published:
        return row | {"state": "locked", "reason": _("This step is not open at the moment.")}
    if blocker:
        return row | {"state": "locked", "reason": str(blocker), "unlock_url": blocker.url}
    return row | {"state": "open"}


def due_at_of(assignment: PathAssignment) -> datetime | None:
    """When it is due; nothing is while it rests or waits, or once it is done with."""
    return assignment.due_at if assignment.state == State.ACTIVE else None


def state_in_words(assignment: PathAssignment, at: datetime) -> tuple[str, str]:
    """Its state, of which an active one has three (overdue, due within a week, active), and the word for those that
    `components/state.html` has none for."""
    if assignment.state != State.ACTIVE:
        return assignment.state, str(WORDS.get(assignment.state, ""))
    if assignment.is_overdue(at):
        return "overdue", ""
    return "due" if assignment.due_at and assignment.due_at - at <= DUE_SOON else "active", ""


def why(assignment: PathAssignment) -> str:
    """Who gave her the path, and the reason, in a sentence."""
    if not assignment.assigned_by:
        return assignment.reason
    name = assignment.assigned_by.name
    if assignment.reason:
        return _("%(name)s gave it to you: %(reason)s") % {"name": name, "reason": assignment.reason}
    return _("%(name)s gave it to you.") % {"name": name}
