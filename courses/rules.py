"""Assignment rules at work: who meets one is given its path, who leaves it rests, who returns goes on.

Each rule is a handful of set queries, and rows are touched only where something changes, so a run with nothing to do
is cheap and a second run changes nothing.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from wagtail.log_actions import log

from courses.assignments import assign_path
from courses.duty_changes import news_of
from courses.models import AssignmentRule, LearningPathPage, PathAssignment
from courses.progress import complete_path_if_done
from people.days import end_of_day
from people.holding import hold
from people.models import User
from people.notifying import notify_many

logger = logging.getLogger("courses")

CHUNK = 500
State = PathAssignment.State
# Given the key of a path, the condition on people that a rule does not give it to them, such as being certified.
Excepted = Callable[[UUID], Q]


@dataclass
class RuleOutcome:
    """How many people a rule gave its path to, let go on, let rest, and for how many a date was waited for."""

    assigned: int = 0
    released: int = 0
    suspended: int = 0
    resumed: int = 0

    def __add__(self, other: "RuleOutcome") -> "RuleOutcome":
        return RuleOutcome(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def __str__(self):
        return ", ".join(f"{getattr(self, f.name)} {f.name}" for f in fields(self))


def nobody(path_key: UUID) -> Q:
    return Q(pk__in=[])


def apply_rules(at: datetime | None = None, person: User | None = None, excepted: Excepted = nobody) -> RuleOutcome:
    """Applies every active rule to everybody, or to `person` alone. Safe to run twice at once, and again.

    excepted: who is not given a path although she meets the rule. A rule that fails is logged and holds up no other.
    """
    outcome = RuleOutcome()
    for rule in AssignmentRule.objects.filter(is_active=True).select_related("path"):
        try:
            outcome += apply_rule(rule, at, person, excepted)
        except Exception:
            logger.exception("rule %s: could not be applied", rule.pk)
    return outcome


def apply_rule(
    rule: AssignmentRule, at: datetime | None = None, person: User | None = None, excepted: Excepted = nobody
) -> RuleOutcome:
    """Applies one rule; see `apply_rules`. A path that is not published is given to nobody."""
    at = at or timezone.now()
    path = rule.path_given()
    meeting, keeping = rule.people(at), rule.keeping(at)
    only = Q(pk=person.pk) if person else Q()
    outcome = RuleOutcome()
    outcome.resumed = _resume(rule, keeping.filter(only), at)
    outcome.released = _release(rule, only, at)
    outcome.suspended = _suspend(rule, person, at)
    if path is not None:
        for newcomer in _chunks(newcomers(rule, meeting.filter(only), excepted)):
            outcome.assigned += _assign(rule, path, newcomer, at)
    return outcome


def newcomers(rule: AssignmentRule, meeting: QuerySet[User], excepted: Excepted) -> QuerySet[User]:
    """Those of `meeting` who never had the path, however it ended, and who are no exception."""
    had = PathAssignment.objects.filter(path_key=rule.path.translation_key, person=OuterRef("pk"))
    return meeting.filter(~Exists(had)).exclude(excepted(rule.path.translation_key)).order_by("pk")


def _chunks(people: QuerySet[User]) -> Iterator[User]:
    """The people one by one in flat memory; those who were dealt with do not come again."""
    last = 0
    while chunk := list(people.filter(pk__gt=last)[:CHUNK]):
        yield from chunk
        last = chunk[-1].pk


@transaction.atomic
def _assign(rule: AssignmentRule, path: LearningPathPage, person: User, at: datetime) -> bool:
    """Gives her the path, unless she was given it since she was found: it may be complete already."""
    hold(person.pk)
    if PathAssignment.objects.of(person).filter(path_key=path.translation_key).exists():
        return False
    due_at = due_of(rule, path, person, at)
    is_held = rule.due_from == AssignmentRule.DueFrom.HIRE_DATE and person.hired_on is None
    assign_path(person, path, reason=rule.name_for(person), at=at, due_at=due_at, rule=rule, is_held=is_held)
    return True


def due_of(rule: AssignmentRule, path: LearningPathPage, person: User, at: datetime) -> datetime | None:
    """When an assignment by `rule` made at `at` is due: a day is over with its last second where the person is.

    None where nothing is due, and while the date that it counts from is not known.
    """
    match rule.due_from:
        case AssignmentRule.DueFrom.FIXED:
            return end_of_day(rule.due_on, person.time_zone)
        case AssignmentRule.DueFrom.HIRE_DATE:
            return person.hired_on and end_of_day(person.hired_on + timedelta(days=rule.due_days), person.time_zone)
        case AssignmentRule.DueFrom.ASSIGNMENT:
            days = path.due_days if rule.due_days is None else rule.due_days
            return None if days is None else at + timedelta(days=days)
    return None


def _release(rule: AssignmentRule, only: Q, at: datetime) -> int:
    """Starts held assignments whose date is known by now."""
    if rule.due_from != AssignmentRule.DueFrom.HIRE_DATE:
        held = rule.assignments.filter(state=State.HELD)
    else:
        held = rule.assignments.filter(state=State.HELD, person__hired_on__isnull=False)
    held = held.filter(person__in=User.objects.filter(only)) if only else held
    return sum(_begin_to_count(rule, assignment, at) for assignment in _one_by_one(held))


def _begin_to_count(rule: AssignmentRule, assignment: PathAssignment, at: datetime) -> int:
    still_held = PathAssignment.objects.filter(pk=assignment.pk, state=State.HELD)
    return still_held.update(state=State.ACTIVE, due_at=due_of(rule, rule.path, assignment.person, at))


def leaving(rule: AssignmentRule, at: datetime) -> QuerySet[PathAssignment]:
    """What `rule` gave to people who no longer meet it, nor another active rule that gives the same path."""
    gone = rule.assignments.filter(state__in=[State.HELD, State.ACTIVE])
    same_path = AssignmentRule.objects.filter(is_active=True, path__translation_key=rule.path.translation_key)
    for one in (rule, *same_path.exclude(pk=rule.pk)):
        gone = gone.filter(~Exists(one.keeping(at).filter(pk=OuterRef("person"))))
    return gone


def _one_by_one(assignments: QuerySet[PathAssignment]) -> Iterator[PathAssignment]:
    """The assignments in flat memory, each with its person; nothing stays open while one is dealt with."""
    pks = list(assignments.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), CHUNK):
        chunk = PathAssignment.objects.filter(pk__in=pks[start : start + CHUNK])
        yield from chunk.select_related("person").order_by("pk")


def _suspend(rule: AssignmentRule, person: User | None, at: datetime) -> int:
    """Lets what people leave rest."""
    gone = leaving(rule, at)
    return sum(
        _let_rest(rule, assignment, at) for assignment in _one_by_one(gone.filter(person=person) if person else gone)
    )


@transaction.atomic
def _let_rest(rule: AssignmentRule, assignment: PathAssignment, at: datetime) -> bool:
    hold(assignment.person_id)
    waiting = PathAssignment.objects.filter(pk=assignment.pk, state=assignment.state)
    if not waiting.update(state=State.SUSPENDED, is_suspended_by_rule=True):
        return False
    assignment.state, assignment.is_suspended_by_rule = State.SUSPENDED, True
    entry = log(instance=assignment, action="courses.suspend", data=_because_of(rule, assignment))
    notify_many(news_of(assignment, entry, at), at)
    return True


def _resume(rule: AssignmentRule, keeping: QuerySet[User], at: datetime) -> int:
    """Lets those go on whom this rule let rest and who meet it again; what they have done meanwhile counts."""
    resting = rule.assignments.filter(state=State.SUSPENDED, is_suspended_by_rule=True)
    meeting = resting.filter(person__in=keeping.values("pk"))
    return sum(_let_go_on(rule, assignment, at) for assignment in _one_by_one(meeting))


@transaction.atomic
def _let_go_on(rule: AssignmentRule, assignment: PathAssignment, at: datetime) -> bool:
    hold(assignment.person_id)
    is_held = rule.due_from == AssignmentRule.DueFrom.HIRE_DATE and assignment.person.hired_on is None
    state = State.HELD if is_held else State.ACTIVE
    waiting = PathAssignment.objects.filter(pk=assignment.pk, is_suspended_by_rule=True)
    if not waiting.update(state=state, is_suspended_by_rule=False):
        return False
    assignment.state, assignment.is_suspended_by_rule = state, False
    entry = log(instance=assignment, action="courses.resume", data=_because_of(rule, assignment))
    complete_path_if_done(assignment, at)
    if assignment.state == State.ACTIVE:
        notify_many(news_of(assignment, entry, at), at)
    return True


def _because_of(rule: AssignmentRule, assignment: PathAssignment) -> dict:
    return {"rule": rule.pk, "reason": rule.name_for(assignment.person)}
