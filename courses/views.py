from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.activity_pages import activity_context
from courses.catalogue import catalogue_for, course_card
from courses.dwell import seconds_since_opened
from courses.learning import complete_lesson, complete_reading
from courses.learning import start_quiz as start_quiz_of
from courses.models import Enrolment
from courses.prerequisites import CourseLocked, blocking_course
from courses.reading import (
    activities_for,
    article_to_read,
    course_for,
    lesson_of,
    open_course_for,
    percent_of,
    quiz_to_start,
    reading_of,
)
from quizzes.refusals import StartRefused

COURSES_ON_A_PAGE = 24


def locked_courses_explain_themselves(view):
    """Whoever asks for the inside of a locked course is led to its page, which says what opens it."""

    @wraps(view)
    def explaining(request: HttpRequest, key: UUID, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, key, *args, **kwargs)
        except CourseLocked:
            return redirect("courses:course", key)

    return explaining


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    published = catalogue_for(request.user)
    page = Paginator(list(published.courses), COURSES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"courses": [course_card(published.progress_in(key)) for key in page], "page_obj": page}
    return render(request, "courses/catalogue.html", context)


@require_safe
def course(request: HttpRequest, key: UUID) -> HttpResponse:
    page = course_for(request.user, key)
    activities = activities_for(page)
    current = next((activity for activity in activities if activity.is_current), None)
    context = {
        "course": page,
        "activities": activities,
        "percent": percent_of(page, activities),
        "minutes": sum(activity.minutes for activity in activities),
        "goals": page.course_goals.select_related("goal"),
        "blocker": None if page.registration else blocking_course(request.user, key),
        "start": current or next(iter(activities), None),
    }
    return render(request, "courses/course.html", context)


@require_safe
def resume(request: HttpRequest, registration: UUID) -> HttpResponse:
    """Leads to what comes next in the course of an enrolment of hers."""
    enrolment = get_object_or_404(Enrolment.objects.of(request.user), registration=registration)
    if enrolment.superseded_at is None:
        for activity in activities_for(course_for(request.user, enrolment.course_key)):
            if activity.is_current:
                return redirect(activity.address)
    return redirect("courses:course", enrolment.course_key)


@require_safe
@locked_courses_explain_themselves
def activity(request: HttpRequest, key: UUID, activity_key: UUID) -> HttpResponse:
    template, context = activity_context(request.user, open_course_for(request.user, key), activity_key)
    return render(request, template, context)


@require_POST
@locked_courses_explain_themselves
def complete(request: HttpRequest, key: UUID, activity_key: UUID) -> HttpResponse:
    lesson, at = lesson_of(key, activity_key), timezone.now()
    if seconds_since_opened(request.POST.get("opened", ""), request.user, activity_key, at) < lesson.minimum_dwell:
        messages.warning(request, _("That was quick. Read it in peace, and then mark it as complete."))
        return redirect("courses:activity", key, activity_key)
    return after_completing(request, complete_lesson(request.user, key, lesson, at), at, activity_key)


@require_POST
@locked_courses_explain_themselves
def acknowledge(request: HttpRequest, key: UUID, activity_key: UUID) -> HttpResponse:
    reading, at = reading_of(key, activity_key), timezone.now()
    article = article_to_read(request.user, reading.pk)
    if article is None:
        return redirect("courses:activity", key, activity_key)
    enrolment = complete_reading(request.user, key, reading, article, at)
    return after_completing(request, enrolment, at, activity_key)


def after_completing(request: HttpRequest, enrolment: Enrolment, at, activity_key: UUID) -> HttpResponse:
    """Back to where she was, which now says "well done" and what comes next."""
    if enrolment.completed_at == at:
        messages.success(request, _("You have completed the course “%(course)s”.") % {"course": enrolment.course_title})
    return redirect(reverse("courses:activity", args=[enrolment.course_key, activity_key]) + "#finish")


@require_POST
@locked_courses_explain_themselves
def start_quiz(request: HttpRequest, key: UUID, activity_key: UUID) -> HttpResponse:
    try:
        page = quiz_to_start(request.user, key, activity_key)
        attempt = start_quiz_of(request.user, key, page, timezone.now(), page.registration)
    except StartRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("courses:activity", key, activity_key)
    return redirect("quizzes:attempt", attempt.pk)
