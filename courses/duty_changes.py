"""Telling people what somebody, or a rule, changed about their duties."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_noop
from wagtail.models import ModelLogEntry

from courses.models import PathAssignment
from people.notifying import Message

State = PathAssignment.State
IT_IS_DUE = gettext_noop("It is due on %(due)s.")
IT_WAS_DUE = gettext_noop("It was due on %(due)s.")

DUE_DATE_MOVED = gettext_noop("The due date was moved: %(path)s")
SUBJECTS = {
    State.ACTIVE: gettext_noop("A learning path goes on: %(path)s"),
    State.SUSPENDED: gettext_noop("A learning path rests: %(path)s"),
    State.EXEMPT: gettext_noop("You are exempt from a learning path: %(path)s"),
    State.REMOVED: gettext_noop("A learning path was taken back: %(path)s"),
}


def news_of(assignment: PathAssignment, entry: ModelLogEntry, at: datetime) -> Iterator[Message]:
    """What the person is told of the change that `entry` logs, each change once: what holds now, and why. Nothing if
    she has gone, did it herself, or if neither a person nor a rule did it."""
    person, by_rule = assignment.person, "rule" in entry.data
    if not person.is_active or entry.user_id == person.pk or not (entry.user_id or by_rule):
        return
    is_moved = entry.action == "courses.extend"
    yield Message(
        person,
        "duty-changed",
        f"duty-changed-{entry.pk}",
        DUE_DATE_MOVED if is_moved else SUBJECTS[assignment.state],
        [*_what_holds(assignment, is_moved, at), _why(assignment, by_rule)],
        reverse("path", args=[assignment.path_key]),
        {"path": assignment.path_title, "due": assignment.due_at, "reason": entry.data["reason"]},
    )


def _what_holds(assignment: PathAssignment, is_moved: bool, at: datetime) -> Iterator[str]:
    if assignment.state in (State.EXEMPT, State.REMOVED):
        yield gettext_noop("It is no duty of yours any more.")
    elif assignment.state == State.SUSPENDED and not is_moved:
        yield gettext_noop("Nothing is due while it rests.")
    elif assignment.due_at:
        yield IT_IS_DUE if assignment.due_at > at else IT_WAS_DUE


def _why(assignment: PathAssignment, by_rule: bool) -> str:
    if not by_rule:
        return gettext_noop("The reason that was given: %(reason)s")
    if assignment.state == State.SUSPENDED:
        return gettext_noop("It was given by a rule that you no longer meet: %(reason)s")
    return gettext_noop("It was given by a rule that you meet again: %(reason)s")
