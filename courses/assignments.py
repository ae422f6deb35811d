"""Giving people learning paths, and what a lead may change about it. Every change names who and why, and is logged."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop
from wagtail.log_actions import log

from courses.duty_changes import news_of
from courses.enrolling import start_over
from courses.models import AssignmentRule, LearningPathPage, PathAssignment
from courses.progress import complete_path_if_done
from people.holding import hold
from people.models import User
from people.notifying import notify, notify_many
from people.reasons import require_reason


@transaction.atomic
def assign_path(
    person: User,
    path: LearningPathPage,
    by: User | None = None,
    reason: str = "",
    at: datetime | None = None,
    due_at: datetime | None = None,
    rule: AssignmentRule | None = None,
    is_held: bool = False,
    counts_from: datetime | None = None,
) -> PathAssignment:
    """Gives `path` to `person` as a duty; while one is open, gives nothing more and returns that one.

    due_at: when it is due; by default the path's `due_days` after `at`, unless a rule gives it. is_held: it waits for
    the date that it is due from. counts_from: courses completed before do not count; by default the path's
    `prior_learning_days` before `at`. Earlier completions count otherwise: where nothing is left to do, the assignment
    is completed at once.
    """
    at = at or timezone.now()
    hold(person.pk)
    if due_at is None and rule is None and path.due_days is not None:
        due_at = at + timedelta(days=path.due_days)
    if counts_from is None:
        counts_from = path.counts_from(at)
    assignment, is_new = PathAssignment.objects.open().get_or_create(
        person=person,
        path_key=path.translation_key,
        defaults={
            "path_title": partial(_title_for, person, path),
            "assigned_at": at,
            "assigned_by": by,
            "reason": reason,
            "rule": rule,
            "due_at": due_at,
            "counts_from": counts_from,
            "state": PathAssignment.State.HELD if is_held else PathAssignment.State.ACTIVE,
        },
    )
    if is_new:
        _begin(assignment, path, by, at)
    return assignment


def _title_for(person: User, path: LearningPathPage) -> str:
    """The path's title as she reads it."""
    if path.locale.language_code == person.language:
        return path.title
    return LearningPathPage.objects.live().in_language(path.translation_key, person.language).title


def _begin(assignment: PathAssignment, path: LearningPathPage, by: User | None, at: datetime) -> None:
    person, rule = assignment.person, assignment.rule
    data = {"person": person.pk, "reason": assignment.reason} | ({"rule": rule.pk} if rule else {})
    log(instance=assignment, action="courses.assign", user=by, data=data)
    notify(
        person,
        kind="path-assigned",
        dedupe_key=f"path-assigned-{assignment.pk}",
        subject=gettext_noop("You have a new learning path: %(path)s"),
        params={"path": assignment.path_title},
        url=path.get_view_url(),
        at=at,
    )
    if assignment.counts_from:
        keys = path.steps.get_queryset().filter(course__isnull=False).values("course__translation_key")
        start_over(person, keys, assignment.counts_from, at)
    complete_path_if_done(assignment, at)


@transaction.atomic
def extend_due_date(
    assignment: PathAssignment, due_at: datetime, by: User, reason: str, at: datetime | None = None
) -> PathAssignment:
    """Moves the due date of an open assignment; reminders go by the new one. Raises ReasonRequired without a reason."""
    require_reason(reason)
    at = at or timezone.now()
    before = assignment.due_at
    moved = {"due_at": due_at, "reminders_checked_at": at}
    if PathAssignment.objects.open().filter(pk=assignment.pk).update(**moved):
        assignment.due_at = due_at
        data = {"from": before and before.isoformat(), "to": due_at.isoformat(), "reason": reason}
        entry = log(instance=assignment, action="courses.extend", user=by, data=data)
        notify_many(news_of(assignment, entry, at), at)
    return assignment


@transaction.atomic
def exempt(assignment: PathAssignment, by: User, reason: str, is_told: bool = True) -> PathAssignment:
    """Frees the person from an open assignment. Raises ReasonRequired without a reason.

    is_told: whether she gets a message of it; not where she gets one of what frees her.
    """
    state = PathAssignment.State.EXEMPT
    return _change(assignment, PathAssignment.OPEN_STATES, state, "courses.exempt", by, reason, is_told)


@transaction.atomic
def suspend(assignment: PathAssignment, by: User, reason: str) -> PathAssignment:
    """Lets an assignment rest: nothing is due while it does. Raises ReasonRequired without a reason."""
    running = (PathAssignment.State.HELD, PathAssignment.State.ACTIVE)
    return _change(assignment, running, PathAssignment.State.SUSPENDED, "courses.suspend", by, reason)


@transaction.atomic
def resume(assignment: PathAssignment, by: User, reason: str) -> PathAssignment:
    """Lets a suspended assignment go on, also one that its rule suspended. Raises ReasonRequired without a reason."""
    suspended = (PathAssignment.State.SUSPENDED,)
    return _change(assignment, suspended, PathAssignment.State.ACTIVE, "courses.resume", by, reason)


@transaction.atomic
def remove(assignment: PathAssignment, by: User, reason: str) -> PathAssignment:
    """Takes an open assignment back, as given by mistake; what was learned stays. Raises ReasonRequired."""
    return _change(assignment, PathAssignment.OPEN_STATES, PathAssignment.State.REMOVED, "courses.remove", by, reason)


@transaction.atomic
def take_back(assignment: PathAssignment, reason: str) -> PathAssignment:
    """Takes an open assignment back because what it was given for is over; nobody decides it."""
    return _change(assignment, PathAssignment.OPEN_STATES, PathAssignment.State.REMOVED, "courses.remove", None, reason)


@transaction.atomic
def exchange_path(
    assignment: PathAssignment,
    path: LearningPathPage,
    by: User,
    reason: str,
    at: datetime | None = None,
    counts_from: datetime | None = None,
) -> PathAssignment | None:
    """Takes an open assignment back and gives `path` in its place: by the same rule, due on the same day (as the path
    says where it had none), held or resting as it was. A duty that the person has in `path` already is enough.

    counts_from: as for `assign_path`. Returns the duty that she has now; None where the old one is not open any more.
    Raises ReasonRequired.
    """
    at = at or timezone.now()
    state, by_rule, removed = assignment.state, assignment.is_suspended_by_rule, PathAssignment.State.REMOVED
    _change(assignment, PathAssignment.OPEN_STATES, removed, "courses.remove", by, reason, is_told=False)
    if assignment.state != removed:
        return None
    given = assign_path(
        assignment.person,
        path,
        by=by,
        reason=reason,
        at=at,
        due_at=assignment.due_at,
        rule=assignment.rule,
        is_held=state == PathAssignment.State.HELD,
        counts_from=counts_from,
    )
    if state == PathAssignment.State.SUSPENDED and given.assigned_at == at:
        resting = PathAssignment.objects.active().filter(pk=given.pk)
        resting.update(state=state, is_suspended_by_rule=by_rule)
        given.refresh_from_db()
    return given


def _change(
    assignment: PathAssignment,
    states: tuple[str, ...],
    state: str,
    action: str,
    by: User | None,
    reason: str,
    is_told: bool = True,
) -> PathAssignment:
    """Moves an assignment that is in one of `states` to `state`; any other stays as it is. is_told: whether the person
    is told of it, and not of what follows from it."""
    require_reason(reason)
    at = timezone.now()
    hold(assignment.person_id)
    movable = PathAssignment.objects.filter(pk=assignment.pk, state__in=states)
    if movable.update(state=state, is_suspended_by_rule=False):
        assignment.state, assignment.is_suspended_by_rule = state, False
        entry = log(instance=assignment, action=action, user=by, data={"reason": reason})
        if state == PathAssignment.State.ACTIVE:
            complete_path_if_done(assignment, at)
        if is_told and assignment.state == state:
            notify_many(news_of(assignment, entry, at), at)
    return assignment
