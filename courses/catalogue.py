"""Courses as one person sees them: how far she is, what comes next, how long it still takes; all in one query."""

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, JSONObject
from django.urls import reverse

from courses.models import Activity, CoursePage, Enrolment
from courses.models.courses import original_path
from people.models import User


def with_progress_of(courses: QuerySet, person: User, prefix: str = "") -> QuerySet:
    """Adds to rows that are courses, or that have one at `prefix` (such as "course__"):

    enrolled_at, completed_at: of her current enrolment, or None; required, done: how many required activities there
    are and how many of them she has completed; minutes_left: of those she has not; next_activity: {"key", "title",
    "is_required"} of the first activity that she has not completed, or None, with its title in her language.
    """
    courses = courses.annotate(original_path=original_path(OuterRef(f"{prefix}translation_key")))
    below = Activity.objects.below(OuterRef("original_path")).with_completion_by(person)
    required = below.required()
    left = required.filter(is_complete=False)
    enrolment = Enrolment.objects.of(person).current().filter(course_key=OuterRef(f"{prefix}translation_key"))
    next_title = _title_in(person.language)
    return courses.annotate(
        enrolled_at=Subquery(enrolment.values("enrolled_at")[:1]),
        completed_at=Subquery(enrolment.values("completed_at")[:1]),
        required=_total(required, Count("pk")),
        done=F("required") - _total(left, Count("pk")),
        minutes_left=_total(left, Sum("minutes")),
        next_activity=Subquery(
            below.filter(is_complete=False)
            .order_by("path")
            .values(data=JSONObject(key="translation_key", title=next_title, is_required="is_required"))[:1]
        ),
    )


def _title_in(language: str) -> Coalesce:
    """The title of the outer activity in `language`, or else its own."""
    translated = Activity.objects.live().filter(
        translation_key=OuterRef("translation_key"), locale__language_code=language
    )
    return Coalesce(Subquery(translated.values("title")[:1]), "title")


def _total(activities: QuerySet, aggregate) -> Coalesce:
    """One number over all of `activities`, 0 where there are none."""
    rows = activities.order_by().values(nothing=Value(1)).annotate(total=aggregate).values("total")
    return Coalesce(Subquery(rows, output_field=IntegerField()), 0)


def percent_done(course) -> int:
    """How much of the course's required activities is done, in whole percent, rounded down: 100 is all of them."""
    if course.completed_at:
        return 100
    return course.done * 100 // course.required if course.required else 0


def course_card(course: CoursePage) -> dict:
    """What its card shows of a course from `with_progress_of`."""
    return {
        "title": course.title,
        "url": reverse("courses:course", args=[course.translation_key]),
        "summary": course.summary,
        "illustration": course.illustration,
        "percent": percent_done(course),
        "minutes": course.minutes_left,
    }
