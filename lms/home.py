"""What a learner's home page says: what to do now, what is due, what she has earned, what else there is."""

from datetime import UTC, datetime
from uuid import UUID

from django.urls import reverse

from certifications.cycles import renewal_of
from certifications.models import Award
from certifications.standing import award_standing
from courses.catalogue import (
    Catalogue,
    CourseProgress,
    PathOutline,
    StepProgress,
    catalogue_for,
    counted_steps,
    course_card,
    minutes_left_of,
    optional_of,
    percent_of_steps,
)
from courses.journey import due_at_of, state_in_words, why
from courses.models import PathAssignment
from courses.prerequisites import Blocker, locks_in
from people.compiled import CompiledQuery
from people.models import User

COURSES_SHOWN = 6

# The certificates that ask for something come first.
ORDER = ["expiring", "expired", "valid", "revoked"]
EVER = datetime.max.replace(tzinfo=UTC)
State = PathAssignment.State


def learner_home(person: User, at: datetime) -> dict:
    """The context of the home page, in four queries whatever the number of paths, courses and awards."""
    catalogue = catalogue_for(person)
    assignments = list(PathAssignment.objects.of(person).open().select_related("assigned_by"))
    duties = duties_of(assignments, catalogue, at)
    courses = open_courses(catalogue, given={step.step.key for duty in duties for step in duty["steps"]})
    locks = locks_in(catalogue, assignments, person, at)
    return {
        "person_name": person.name,
        "duties": duties,
        "continue_card": next_thing_to_do(duties, courses, locks),
        "awards": awards_of(person, catalogue, at),
        "courses": [course_card(progress) for progress in courses[:COURSES_SHOWN]],
    }


def duties_of(assignments: list[PathAssignment], catalogue: Catalogue, at: datetime) -> list[dict]:
    """The paths that she has to complete, the most urgent first and those that rest last, each with its steps; one that
    is withdrawn, or empty, waits unseen until there is something to do in it."""

    def urgency(assignment: PathAssignment) -> tuple:
        due_at = due_at_of(assignment)
        return assignment.state == State.SUSPENDED, due_at is None, due_at or assignment.assigned_at

    by_urgency = sorted(assignments, key=urgency)
    doable = [a for a in by_urgency if a.path_key in catalogue.paths and catalogue.paths[a.path_key].steps]
    return [_duty(assignment, catalogue.paths[assignment.path_key], catalogue, at) for assignment in doable]


def _duty(assignment: PathAssignment, path: PathOutline, catalogue: Catalogue, at: datetime) -> dict:
    steps = catalogue.progress_in_steps(path, assignment.counts_from)
    counted = counted_steps(steps, path.optional_needed)
    state, word = state_in_words(assignment, at)
    return {
        "path_title": path.title,
        "url": reverse("path", args=[assignment.path_key]),
        "state": state,
        "word": word,
        "due_at": due_at_of(assignment),
        "why": why(assignment),
        "percent": percent_of_steps(steps, path.optional_needed),
        "steps_done": sum(step.completed_at is not None for step in counted),
        "steps_total": len(counted),
        "minutes_left": minutes_left_of(steps, path.optional_needed),
        "steps": steps,
        "optional": optional_of(path, steps),
    }


def next_thing_to_do(duties: list[dict], courses: list[CourseProgress], locks: dict[UUID, Blocker]) -> dict | None:
    """What comes next, and is open, in the most urgent duty; without duties, the next activity of a course that she has
    begun."""
    for duty in duties:
        for step in steps_to_do(duty):
            if step.step.key in locks or not step.is_published:
                continue
            if step.course is None:
                return _reading_card(step, duty)
            if step.course.next_activity:
                return _continue_card(step.course)
    for progress in courses:
        if progress.enrolled_at and progress.next_activity:
            return _continue_card(progress)
    return None


def steps_to_do(duty: dict) -> list[StepProgress]:
    """The required steps that are left, then optional ones while the path needs more of them; none while it rests."""
    if duty["state"] == State.SUSPENDED:
        return []
    left = [step for step in duty["steps"] if not step.completed_at]
    optional = duty["optional"]
    needs_more = optional and optional["done"] < optional["needed"]
    required = [step for step in left if step.step.is_required]
    return required + [step for step in left if needs_more and not step.step.is_required]


def _reading_card(step: StepProgress, duty: dict) -> dict:
    return {
        "activity_title": step.title,
        "course_title": duty["path_title"],
        "url": step.url,
        "minutes_left": step.minutes_left,
        "percent": 0,
        "is_started": False,
    }


def _continue_card(progress: CourseProgress) -> dict:
    course, activity = progress.course, progress.next_activity
    return {
        "activity_title": activity.title,
        "course_title": course.title,
        "url": reverse("courses:activity", args=[course.key, activity.key]),
        "minutes_left": progress.minutes_left,
        "percent": progress.percent,
        "is_started": progress.percent > 0,
    }


def open_courses(catalogue: Catalogue, given: set[UUID]) -> list[CourseProgress]:
    """The courses that she has neither completed nor was given; those begun come first, the latest before others."""
    offered = [catalogue.progress_in(key) for key in catalogue.courses if key not in given]
    unfinished = [progress for progress in offered if not progress.completed_at]
    begun = [progress for progress in unfinished if progress.enrolled_at]
    begun.sort(key=lambda progress: progress.enrolled_at, reverse=True)
    return begun + [progress for progress in unfinished if not progress.enrolled_at]


def awards_of(person: User, catalogue: Catalogue, at: datetime) -> list[Award]:
    """Her certificates without the superseded ones, what asks for something first, then by expiry. Each has its
    `standing` and, where it can be renewed or earned again, the `path` that does so."""
    awards = _awards_of(holder=person.pk)
    for award in awards:
        renewal = renewal_of(award, at)
        award.standing = award_standing(award, at)
        award.path = catalogue.paths.get(renewal.path_key) if renewal and renewal.is_open else None
    return sorted(awards, key=lambda award: (ORDER.index(award.standing), award.expires_at or EVER))


@CompiledQuery
def _awards_of(holder):
    return Award.objects.filter(holder=holder).exclude(state=Award.State.SUPERSEDED).with_paths()
