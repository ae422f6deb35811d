"""Giving people learning paths, and what a lead may change about it. Every change names who and why, and is logged."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop
from wagtail.log_actions import log

from courses.models import LearningPathPage, PathAssignment
from courses.progress import complete_path_if_done
from people.models import User
from people.notifying import notify


class ReasonRequired(ValueError):
    """An override without a reason is refused."""


@transaction.atomic
def assign_path(
    person: User,
    path: LearningPathPage,
    by: User | None = None,
    reason: str = "",
    at: datetime | None = None,
    due_at: datetime | None = None,
) -> PathAssignment:
    """Gives `path` to `person` as a duty; while one is open, gives nothing more and returns that one.

    due_at: when it is due; by default the path's `due_days` after `at`. Courses completed before count: where nothing
    is left to do, the assignment is completed at once.
    """
    at = at or timezone.now()
    if due_at is None and path.due_days is not None:
        due_at = at + timedelta(days=path.due_days)
    assignment, is_new = PathAssignment.objects.open().get_or_create(
        person=person,
        path_key=path.translation_key,
        defaults={
            "path_title": path.title,
            "assigned_at": at,
            "assigned_by": by,
            "reason": reason,
            "due_at": due_at,
            "state": PathAssignment.State.ACTIVE,
        },
    )
    if is_new:
        log(instance=assignment, action="courses.assign", user=by, data={"person": person.pk, "reason": reason})
        notify(
            person,
            kind="path-assigned",
            dedupe_key=f"path-assigned-{assignment.pk}",
            subject=gettext_noop("You have a new learning path: %(path)s"),
            params={"path": path.title},
            url=path.get_view_url(),
            at=at,
        )
        complete_path_if_done(assignment, at)
    return assignment


@transaction.atomic
def extend_due_date(assignment: PathAssignment, due_at: datetime, by: User, reason: str) -> PathAssignment:
    """Moves the due date of an open assignment. Raises ReasonRequired without a reason."""
    _require(reason)
    before = assignment.due_at
    if PathAssignment.objects.open().filter(pk=assignment.pk).update(due_at=due_at):
        assignment.due_at = due_at
        data = {"from": before and before.isoformat(), "to": due_at.isoformat(), "reason": reason}
        log(instance=assignment, action="courses.extend", user=by, data=data)
    return assignment


@transaction.atomic
def exempt(assignment: PathAssignment, by: User, reason: str) -> PathAssignment:
    """Frees the person from an open assignment. Raises ReasonRequired without a reason."""
    _require(reason)
    if PathAssignment.objects.open().filter(pk=assignment.pk).update(state=PathAssignment.State.EXEMPT):
        assignment.state = PathAssignment.State.EXEMPT
        log(instance=assignment, action="courses.exempt", user=by, data={"reason": reason})
    return assignment


def _require(reason: str) -> None:
    if not reason.strip():
        raise ReasonRequired
