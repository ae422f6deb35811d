"""Courses as one person sees them: how far she is, what comes next, how long it still takes; all in one query."""

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Concat, JSONObject

from courses.models import Activity, Enrolment
from people.models import User


def activities_below(path: str = "path", depth: str = "depth") -> QuerySet:
    """The published activities of the outer query's course, whose tree position its fields `path` and `depth` hold.

    A range of paths, unlike a prefix that is only known row by row, is looked up in the index.
    """
    end = Concat(OuterRef(path), Value("Z" * Activity.steplen))
    return Activity.objects.live().filter(path__gt=OuterRef(path), path__lte=end, depth=OuterRef(depth) + 1)


def with_progress_of(courses: QuerySet, person: User, prefix: str = "") -> QuerySet:
    """Adds to rows that are courses, or that have one at `prefix` (such as "course__"):

    enrolled_at, completed_at: of her current enrolment, or None; required, done: how many required activities there
    are and how many of them she has completed; minutes_left: of those she has not; next_activity: {"key", "title",
    "is_required"} of the first activity that she has not completed, or None.
    """
    below = activities_below(f"{prefix}path", f"{prefix}depth").with_completion_by(person)
    required = below.required()
    left = required.filter(is_complete=False)
    enrolment = Enrolment.objects.of(person).current().filter(course_key=OuterRef(f"{prefix}translation_key"))
    return courses.annotate(
        enrolled_at=Subquery(enrolment.values("enrolled_at")[:1]),
        completed_at=Subquery(enrolment.values("completed_at")[:1]),
        required=_total(required, Count("pk")),
        done=F("required") - _total(left, Count("pk")),
        minutes_left=_total(left, Sum("minutes")),
        next_activity=Subquery(
            below.filter(is_complete=False)
            .order_by("path")
            .values(data=JSONObject(key="translation_key", title="title", is_required="is_required"))[:1]
        ),
    )


def _total(activities: QuerySet, aggregate) -> Coalesce:
    """One number over all of `activities`, 0 where there are none."""
    rows = activities.order_by().values(nothing=Value(1)).annotate(total=aggregate).values("total")
    return Coalesce(Subquery(rows, output_field=IntegerField()), 0)


def percent_done(course) -> int:
    """How much of the course's required activities is done, in whole percent, rounded down: 100 is all of them."""
    if course.completed_at:
        return 100
    return course.done * 100 // course.required if course.required else 0
