"""What earned an award, written down so that it can be shown when the content has changed or gone.

People are named by their primary keys: who they are is looked up when somebody reads it, so that erasing a person
reaches this too. Dates are ISO 8601 in UTC, marks are decimals as text.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet
from wagtail.models import ModelLogEntry

from courses.models import ActivityCompletion, Enrolment, LearningPathPage, Observation, PathAssignment
from people.models import Team
from quizzes.models import Attempt, AttemptQuestion, MarkChange, QuizOverride

DECISIONS = ("courses.assign", "courses.extend", "courses.exempt", "courses.suspend", "courses.resume")
EXTENSION = "quizzes.extend_attempt"
LIMITS = ("opens_at", "closes_at", "time_limit", "attempt_limit", "extra_time")


def evidence_of(assignment: PathAssignment) -> dict[str, Any]:
    """The path and its revision, what was decided about it, the activities with their times, the observations that both
    signed, and the finished attempts with their marks, the versions of their questions, who marked them, and which
    limits were overridden."""
    path = LearningPathPage.objects.filter(translation_key=assignment.path_key).originals().first()
    course_keys = path.steps.get_queryset().values("course__translation_key") if path else []
    enrolments = _that_counted(assignment).filter(course_key__in=course_keys)
    completions = ActivityCompletion.objects.filter(enrolment__in=enrolments).select_related("enrolment")
    attempts = list(_attempts(assignment, enrolments))
    return {
        "assignment": assignment.pk,
        "path": {
            "key": str(assignment.path_key),
            "title": assignment.path_title,
            "revision": path and path.live_revision_id,
        },
        "assigned_at": _moment(assignment.assigned_at),
        "due_at": _moment(assignment.due_at),
        "completed_at": _moment(assignment.completed_at),
        "decisions": _decisions(assignment, attempts),
        "activities": [_activity(completion) for completion in completions.order_by("completed_at", "pk")],
        "observations": [_observation(one) for one in _observations(enrolments)],
        "attempts": _with_questions(attempts),
        "overrides": _overrides(assignment, attempts),
    }


def _that_counted(assignment: PathAssignment) -> QuerySet[Enrolment]:
    """Her latest go at each course that was complete by then and counts for the assignment: also where another duty has
    her begin it anew since."""
    completed = Enrolment.objects.of(assignment.person).filter(completed_at__lte=assignment.completed_at)
    if assignment.counts_from:
        completed = completed.filter(completed_at__gte=assignment.counts_from)
    later = completed.filter(course_key=OuterRef("course_key"), completed_at__gt=OuterRef("completed_at"))
    return completed.filter(~Exists(later))


def _moment(at: datetime | None) -> str | None:
    return at and at.isoformat()


def _attempts(assignment: PathAssignment, enrolments: QuerySet[Enrolment]) -> QuerySet[Attempt]:
    finished = Attempt.objects.of(assignment.person).graded().filter(state=Attempt.State.FINISHED)
    return finished.filter(registration__in=enrolments.values("registration")).order_by("finished_at", "pk")


def _activity(completion: ActivityCompletion) -> dict[str, Any]:
    return {
        "key": str(completion.activity_key),
        "title": completion.activity_title,
        "course": completion.enrolment.course_title,
        "registration": str(completion.enrolment.registration),
        "completed_at": _moment(completion.completed_at),
    }


def _observations(enrolments: QuerySet[Enrolment]) -> QuerySet[Observation]:
    confirmed = Observation.objects.filter(state=Observation.State.CONFIRMED)
    return confirmed.filter(registration__in=enrolments.values("registration")).order_by("observed_at", "pk")


def _observation(observation: Observation) -> dict[str, Any]:
    return {
        "id": observation.pk,
        "activity": observation.activity_title,
        "registration": str(observation.registration),
        "is_met": observation.is_met,
        "items": observation.items,
        "comment": observation.comment,
        "by": observation.observed_by_id,
        "at": _moment(observation.observed_at),
        "confirmed_at": _moment(observation.closed_at),
    }


def _with_questions(attempts: list[Attempt]) -> list[dict[str, Any]]:
    questions, changes = defaultdict(list), defaultdict(list)
    asked = AttemptQuestion.objects.filter(attempt__in=attempts).defer("content", "response", "tries")
    for question in asked.order_by("attempt", "position"):
        questions[question.attempt_id].append(question)
    for change in MarkChange.objects.filter(question__attempt__in=attempts).order_by("at", "pk"):
        changes[change.question_id].append(_change(change))
    return [_attempt(attempt, questions[attempt.pk], changes) for attempt in attempts]


def _attempt(attempt: Attempt, questions: Iterable[AttemptQuestion], changes: dict[int, list]) -> dict[str, Any]:
    return {
        "id": attempt.pk,
        "quiz": attempt.quiz_title,
        "number": attempt.number,
        "registration": str(attempt.registration),
        "mark": str(attempt.mark),
        "max_mark": str(attempt.max_mark),
        "pass_mark": str(attempt.pass_mark),
        "passed": attempt.passed,
        "started_at": _moment(attempt.started_at),
        "finished_at": _moment(attempt.finished_at),
        "questions": [
            {
                "key": str(question.question_key),
                "name": question.question_name,
                "revision": question.revision_id,
                "mark": str(question.mark),
                "max_mark": str(question.max_mark),
                "is_neutralised": question.is_neutralised,
                "marked_by": question.marked_by_id,
                "marked_at": _moment(question.marked_at),
                "changes": changes.get(question.pk, []),
            }
            for question in questions
        ],
    }


def _change(change: MarkChange) -> dict[str, Any]:
    return {
        "at": _moment(change.at),
        "by": change.by_id,
        "cause": change.cause,
        "from": str(change.old_mark),
        "to": str(change.new_mark),
        "reason": change.reason,
    }


def _decisions(assignment: PathAssignment, attempts: list[Attempt]) -> list[dict[str, Any]]:
    """Who assigned, extended, suspended or resumed the path, and gave more time for an attempt, and why."""
    kinds = ContentType.objects.get_for_models(PathAssignment, Attempt)
    of_path = Q(content_type=kinds[PathAssignment], object_id=str(assignment.pk), action__in=DECISIONS)
    keys = [str(attempt.pk) for attempt in attempts]
    of_attempts = Q(content_type=kinds[Attempt], object_id__in=keys, action=EXTENSION)
    entries = ModelLogEntry.objects.filter(of_path | of_attempts).order_by("timestamp", "pk")
    return [
        {
            "at": _moment(entry.timestamp),
            "action": entry.action,
            "by": entry.user_id,
            "reason": entry.data.get("reason", ""),
            "from": entry.data.get("from"),
            "to": entry.data.get("to"),
        }
        for entry in entries
    ]


def _overrides(assignment: PathAssignment, attempts: list[Attempt]) -> list[dict[str, Any]]:
    """The limits of the quizzes that were others for her, by herself or by a team of hers at the time."""
    if not attempts:
        return []
    teams = Team.objects.of_member(assignment.person, assignment.completed_at.date())
    found = QuizOverride.objects.filter(
        Q(person=assignment.person) | Q(team__in=teams),
        quiz__key__in={attempt.quiz_key for attempt in attempts},
        created_at__lte=max(attempt.started_at for attempt in attempts),
    )
    return [
        {
            "quiz": override.quiz.title,
            "team": override.team and str(override.team),
            "by": override.created_by_id,
            "at": _moment(override.created_at),
            "reason": override.reason,
            "limits": {name: str(value) for name in LIMITS if (value := getattr(override, name)) is not None},
        }
        for override in found.select_related("quiz", "team").order_by("created_at", "pk")
    ]
