"""What earlier completions are worth, asked about many people at once."""

from datetime import datetime, timedelta

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual

from courses.models import LearningPathPage, PathStep
from courses.prerequisites import acknowledged_by, completed_by


def completed_at_once(path: LearningPathPage, person: str, at: datetime) -> Q:
    """The condition that `path`, were it given at `at`, would be complete by what was done before.

    person: the field that names the person in the query that is filtered by it, such as "holder". A path that requires
    nothing is never complete.
    """
    steps = PathStep.objects.filter(path_page=path.pk)
    required = steps.filter(is_required=True)
    is_done = _done_by(person, _counts_from(path, at))
    all_required = Q(~Exists(required.filter(~is_done)))
    if not path.optional_needed:
        return all_required & Exists(required)
    optional = _number(steps.filter(is_done, is_required=False))
    return all_required & Q(GreaterThanOrEqual(optional, path.optional_needed))


def _counts_from(path: LearningPathPage, at: datetime) -> datetime | None:
    days = path.prior_learning_days
    return None if days is None else at - timedelta(days=days)


def _done_by(person: str, since: datetime | None) -> Q:
    """The condition on steps that the person, two queries further out, has done them."""
    outer = OuterRef(OuterRef(person))
    course_done = completed_by(outer, "course__translation_key", since)
    return Q(course_done) | Q(acknowledged_by(outer, "article__translation_key", since))


def _number(steps: QuerySet[PathStep]) -> Coalesce:
    counted = steps.order_by().values("path_page").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
