"""What a learner's home page says: what to do now, what is due, what she has earned, what else there is."""

from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.urls import reverse

from certifications.models import Award
from certifications.standing import award_standing
from courses.catalogue import course_card, percent_done, with_progress_of
from courses.journey import due_state, steps_of_paths, why
from courses.models import CoursePage, PathAssignment, PathStep
from people.models import User

COURSES_SHOWN = 6


def learner_home(person: User, at: datetime) -> dict:
    """The context of the home page, in four queries whatever the number of paths, courses and awards."""
    duties = duties_of(person, at)
    given = [step.course.translation_key for duty in duties for step in duty["steps"]]
    courses = list(open_courses(person).exclude(translation_key__in=given)[:COURSES_SHOWN])
    return {
        "person_name": person.name,
        "duties": duties,
        "continue_card": next_thing_to_do(duties, courses),
        "awards": awards_of(person, at),
        "courses": [course_card(course) for course in courses],
    }


def duties_of(person: User, at: datetime) -> list[dict]:
    """The paths that she has to complete, the most urgent first, each with its steps; one that is withdrawn, or empty,
    waits unseen until there is something to do in it."""
    assignments = PathAssignment.objects.of(person).active().select_related("assigned_by")
    assignments = sorted(assignments, key=lambda a: (a.due_at is None, a.due_at or a.assigned_at))
    keys = [assignment.path_key for assignment in assignments]
    steps_of_path: dict[UUID, list[PathStep]] = {key: [] for key in keys}
    for step in steps_of_paths(person, keys) if keys else []:
        steps_of_path[step.path_page.translation_key].append(step)
    doable = [assignment for assignment in assignments if steps_of_path[assignment.path_key]]
    return [_duty(assignment, steps_of_path[assignment.path_key], at) for assignment in doable]


def _duty(assignment: PathAssignment, steps: list[PathStep], at: datetime) -> dict:
    required = [step for step in steps if step.is_required]
    done = [step for step in required if step.completed_at]
    return {
        "path_title": steps[0].path_title,
        "url": reverse("courses:path", args=[assignment.path_key]),
        "state": due_state(assignment, at),
        "due_at": assignment.due_at,
        "why": why(assignment),
        "percent": sum(percent_done(step) for step in required) // len(required) if required else 0,
        "steps_done": len(done),
        "steps_total": len(required),
        "minutes_left": sum(step.minutes_left for step in required if not step.completed_at),
        "steps": steps,
    }


def next_thing_to_do(duties: list[dict], courses: list[CoursePage]) -> dict | None:
    """The next activity of the most urgent duty; without duties, that of a course that she has begun."""
    for duty in duties:
        for step in duty["steps"]:
            if step.is_required and not step.completed_at and step.next_activity:
                return _continue_card(step, step.course.translation_key, step.title or step.course.title)
    for course in courses:
        if course.enrolled_at and course.next_activity:
            return _continue_card(course, course.translation_key, course.title)
    return None


def _continue_card(progress: PathStep | CoursePage, course_key: UUID, course_title: str) -> dict:
    activity = progress.next_activity
    return {
        "activity_title": activity["title"],
        "course_title": course_title,
        "url": reverse("courses:activity", args=[course_key, UUID(activity["key"])]),
        "minutes_left": progress.minutes_left,
        "percent": percent_done(progress),
        "is_started": progress.done > 0,
    }


def awards_of(person: User, at: datetime) -> list[Award]:
    """Her certificates without the superseded ones, each with its `standing`."""
    awards = list(
        Award.objects.filter(holder=person).exclude(state=Award.State.SUPERSEDED).select_related("certification")
    )
    for award in awards:
        award.standing = award_standing(award, at)
    return awards


def open_courses(person: User):
    """The published courses that she has not completed, in her language; the ones that she has begun come first."""
    courses = CoursePage.objects.visible_to(person).best_for(person.language)
    unfinished = with_progress_of(courses, person).filter(completed_at=None)
    return unfinished.order_by(F("enrolled_at").desc(nulls_last=True), "path")
