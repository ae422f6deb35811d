"""What the page of one activity shows: the frame that all share, and what each kind adds."""

from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.checklists import checklist_in, versions_of
from courses.dwell import opened
from courses.forms import DisputeForm
from courses.models import Activity, CoursePage, LessonPage, Observation, SignOffPage
from courses.quiz_introduction import introduction
from courses.reading import activities_for, article_to_read, percent_of, quiz_page_of
from knowledge.bodies import body_of
from people.compiled import CompiledQuery
from people.models import User
from quizzes.limits import limits_for
from quizzes.models import Attempt, Quiz


def activity_context(person: User, course: CoursePage, activity_key: UUID) -> tuple[str, dict]:
    """The template and the context of an activity of a course from `open_course_for`. Raises Http404."""
    activities = activities_for(course)
    activity = next((a for a in activities if a.translation_key == activity_key), None)
    if activity is None:
        raise Http404
    template, context_of_kind = KINDS[activity.kind]
    return template, frame(course, activities, activity) | context_of_kind(person, course, activity)


def frame(course: CoursePage, activities: list[Activity], activity: Activity) -> dict:
    position = activities.index(activity)
    return {
        "course": course,
        "activity": activity,
        "percent": percent_of(course, activities),
        "position": position + 1,
        "total": len(activities),
        "previous": activities[position - 1] if position else None,
        "next": activities[position + 1] if position + 1 < len(activities) else None,
        "is_complete": activity.is_complete,
    }


def _lesson(person: User, course: CoursePage, activity: Activity) -> dict:
    lesson = _lesson_at.first(pk=activity.pk)
    return {
        "body": body_of(lesson),
        "completion_rule": completion_rule(lesson),
        "opened": opened(person, activity.translation_key, timezone.now()),
        "complete_url": _address("complete", course, activity),
    }


@CompiledQuery
def _lesson_at(pk):
    return LessonPage.objects.filter(pk=pk)


def completion_rule(lesson: LessonPage) -> str:
    if not lesson.minimum_dwell:
        return _("This lesson is complete when you reach the end and say so.")
    return ngettext(
        "This lesson is complete when you reach the end and say so, after at least %(seconds)d second.",
        "This lesson is complete when you reach the end and say so, after at least %(seconds)d seconds.",
        lesson.minimum_dwell,
    ) % {"seconds": lesson.minimum_dwell}


def _reading(person: User, course: CoursePage, activity: Activity) -> dict:
    article = article_to_read(person, activity.pk)
    return {
        "article": article,
        "body": article and body_of(article),
        "completion_rule": _("This reading is complete when you say that you have read it."),
        "complete_url": article and _address("acknowledge", course, activity),
    }


def _quiz(person: User, course: CoursePage, activity: Activity) -> dict:
    page, now = quiz_page_of(course.translation_key, activity.translation_key), timezone.now()
    limits, attempts = limits_for(page.quiz, person, now), _attempts(person, course, page.quiz)
    return introduction(page.quiz, page.question_count, page.critical_count, limits, attempts, now) | {
        "start_url": _address("start_quiz", course, activity),
    }


def _attempts(person: User, course: CoursePage, quiz: Quiz) -> list[Attempt]:
    if course.registration is None:
        return []
    attempts = Attempt.objects.of(person).graded().filter(quiz_key=quiz.key, registration=course.registration)
    return list(attempts.order_by("number"))


def _sign_off(person: User, course: CoursePage, activity: Activity) -> dict:
    versions = versions_of(activity.translation_key)
    original = next(version for version in versions if version.path.startswith(course.original_path))
    words = next(version for version in versions if version.pk == activity.pk)
    return sign_off_page(words, original, versions, _observations(course, activity)) | {
        "ask_url": _address("ask", course, activity),
        "dispute_form": DisputeForm(),
    }


def sign_off_page(
    words: SignOffPage, original: SignOffPage, versions: list[SignOffPage], observations: list[Observation]
) -> dict:
    """words: the version that she reads; original: the one whose rules hold. observations: hers, the latest first."""
    latest = observations[0] if observations and observations[0].state in Observation.OPEN_STATES else None
    return {
        "instructions": words.instructions,
        "observers": original.observers,
        "items": checklist_in(original, versions).items,
        "observation": latest,
        "earlier": [one for one in observations if one is not latest and one.observed_at],
    }


def _observations(course: CoursePage, activity: Activity) -> list[Observation]:
    if course.registration is None:
        return []
    found = Observation.objects.for_activity(course.registration, activity.translation_key)
    return list(found.select_related("person", "observed_by"))


def _address(name: str, course: CoursePage, activity: Activity) -> str:
    return reverse(f"courses:{name}", args=[course.translation_key, activity.translation_key])


KINDS = {
    "lesson": ("courses/lesson.html", _lesson),
    "reading": ("courses/reading.html", _reading),
    "quiz": ("courses/quiz_intro.html", _quiz),
    "signoff": ("courses/sign_off.html", _sign_off),
}
