"""What the editor's previews show: a page as a learner will see it, before anybody has done anything."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from courses.activity_pages import completion_rule, frame, sign_off_page
from courses.catalogue import MINUTES_OF_AN_ARTICLE
from courses.models import (
    Activity,
    CoursePage,
    LearningPathPage,
    LessonPage,
    PathStep,
    QuizPage,
    ReadingPage,
    SignOffPage,
)
from courses.quiz_introduction import introduction
from courses.reading import activities_for, question_count
from knowledge.bodies import rendered
from quizzes.limits import limits_of


def activity_preview(activity: LessonPage | QuizPage | ReadingPage | SignOffPage) -> dict[str, Any]:
    course = _untouched(activity.get_parent().specific)
    activity.is_complete = False
    return frame(course, [activity], activity) | PREVIEWS[activity.kind](activity)


def _lesson(lesson: LessonPage) -> dict[str, Any]:
    return {"body": rendered(lesson), "completion_rule": completion_rule(lesson)}


def _reading(reading: ReadingPage) -> dict[str, Any]:
    return {
        "article": reading.article,
        "body": rendered(reading.article),
        "completion_rule": _("This reading is complete when you say that you have read it."),
    }


def _quiz(page: QuizPage) -> dict[str, Any]:
    quiz = page.quiz
    counts = (question_count(quiz), question_count(quiz, is_critical=True))
    return introduction(quiz, *counts, limits_of(quiz), [], timezone.now())


def _sign_off(page: SignOffPage) -> dict[str, Any]:
    return sign_off_page(page, page, [], [])


def course_preview(course: CoursePage) -> dict[str, Any]:
    activities = activities_for(_untouched(course))
    return {
        "course": course,
        "activities": activities,
        "percent": 0,
        "minutes": sum(activity.minutes for activity in activities),
        "goals": course.course_goals.all(),
    }


def _untouched(course: CoursePage) -> CoursePage:
    """The course as somebody sees it who has not begun it."""
    course.registration = course.completed_at = None
    course.original_path = course.path
    return course


def path_preview(path: LearningPathPage) -> dict[str, Any]:
    steps = [_step(step) for step in path.steps.all()]
    minutes_left = sum(step["minutes_left"] for step in steps if step["is_required"])
    return {"path": path, "steps": steps, "percent": 0, "minutes_left": minutes_left}


def _step(step: PathStep) -> dict[str, Any]:
    course = step.course
    minutes = Activity.objects.below(course.path).required().values_list("minutes", flat=True) if course else []
    return {
        "title": str(step),
        "url": (course or step.article).get_view_url(),
        "is_course": course is not None,
        "illustration": course.illustration if course else "",
        "is_required": step.is_required,
        "minutes_left": sum(minutes) if course else MINUTES_OF_AN_ARTICLE,
        "state": "open",
    }


PREVIEWS = {"lesson": _lesson, "reading": _reading, "quiz": _quiz, "signoff": _sign_off}
