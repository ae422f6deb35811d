"""What earlier completions are worth, asked about many people at once."""

from datetime import datetime

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual

from courses.models import LearningPathPage, PathStep
from courses.prerequisites import acknowledged_by, completed_by


def is_completed(path: LearningPathPage, person: str, since: datetime | Combinable | None) -> Q:
    """The condition that what was done since then completes `path`, were it given now; None for what was ever done.

    person: the field that names the person in the query that is filtered by it, such as "holder". since: an instant, or
    an expression of two queries further out. A path that requires nothing is never complete.
    """
    outer = OuterRef(OuterRef(person))
    course_done = completed_by(outer, "course__translation_key", since)
    is_done = Q(course_done) | Q(acknowledged_by(outer, "article__translation_key", since))
    steps = PathStep.objects.filter(path_page=path.pk)
    required = steps.filter(is_required=True)
    all_required = Q(~Exists(required.filter(~is_done)))
    if not path.optional_needed:
        return all_required & Exists(required)
    optional = _number(steps.filter(is_done, is_required=False))
    return all_required & Q(GreaterThanOrEqual(optional, path.optional_needed))


def _number(steps: QuerySet[PathStep]) -> Coalesce:
    counted = steps.order_by().values("path_page").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
