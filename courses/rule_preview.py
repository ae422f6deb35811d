"""What a rule would do, before it does anything: to whom, and who is an exception and why."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.earlier import is_completed
from courses.models import AssignmentRule, LearningPathPage, PathAssignment
from courses.rules import Excepted, leaving, nobody
from people.models import User

PEOPLE_A_PAGE = 50


class Effect(models.TextChoices):
    """What the rule does to a person, those that it changes something for first."""

    ASSIGNED = "assigned", _("is given the path")
    HELD = "held", _("is given the path, and it waits for her hire date")
    COMPLETED = "completed", _("is given the path, and earlier completions complete it at once")
    RESUMED = "resumed", _("goes on with the path")
    SUSPENDED = "suspended", _("no longer meets the rule: the path rests")
    EXCEPTED = "excepted", _("is certified already")
    HAS_IT = "has_it", _("has or had the path already")
    NOTHING = "nothing", _("is given nothing: the path is not published")


@dataclass(frozen=True)
class Preview:
    """page: people with their `effect`; counts: how many people there are of each effect. gives_nothing: to nobody,
    because its path is not published."""

    page: Page
    counts: dict[Effect, int]
    gives_nothing: bool


def preview_of(
    rule: AssignmentRule, at: datetime | None = None, excepted: Excepted = nobody, page_number=1, effect: str = ""
) -> Preview:
    """What applying the saved `rule` at `at` would do, also while it is not active.

    effect: shows only the people with this one.
    """
    at = at or timezone.now()
    path = rule.path_given()
    people = _with_effect(rule, path, at, excepted)
    counts = {Effect(name): count for name, count in people.order_by().values_list("effect").annotate(n=Count("pk"))}
    shown = people.filter(effect=effect) if effect in Effect.values else people
    order = Case(*[When(effect=name, then=Value(rank)) for rank, name in enumerate(Effect.values)])
    ordered = shown.order_by(order, "name", "pk").select_related("job_role")
    return Preview(Paginator(ordered, PEOPLE_A_PAGE).get_page(page_number), counts, gives_nothing=path is None)


def _with_effect(
    rule: AssignmentRule, path: LearningPathPage | None, at: datetime, excepted: Excepted
) -> QuerySet[User]:
    path_key = rule.path.translation_key
    had = PathAssignment.objects.filter(path_key=path_key, person=OuterRef("pk"))
    own = had.filter(rule=rule)
    keeping = User.objects.filter(pk__in=rule.keeping(at).values("pk"), pk=OuterRef("pk"))
    people = User.objects.annotate(
        meets=Exists(rule.people(at).filter(pk=OuterRef("pk"))),
        keeps=Exists(keeping),
        leaves=Exists(leaving(rule, at).filter(person=OuterRef("pk"))),
        rests=Exists(own.filter(is_suspended_by_rule=True)),
        has_it=Exists(had),
        is_excepted=Case(When(excepted(path_key), then=True), default=False, output_field=models.BooleanField()),
    )
    people = people.filter(Q(meets=True) | Q(leaves=True))
    waits = Q(hired_on=None) if rule.due_from == AssignmentRule.DueFrom.HIRE_DATE else Q(pk__in=[])
    return people.annotate(
        effect=Case(
            When(leaves=True, then=Value(Effect.SUSPENDED)),
            When(rests=True, keeps=True, then=Value(Effect.RESUMED)),
            When(has_it=True, then=Value(Effect.HAS_IT)),
            When(is_excepted=True, then=Value(Effect.EXCEPTED)),
            *_given(path, waits, at),
            default=Value(Effect.NOTHING if path is None else Effect.ASSIGNED),
            output_field=models.CharField(),
        )
    )


def _given(path: LearningPathPage | None, waits: Q, at: datetime) -> list[When]:
    """What else becomes of it than a duty to begin with."""
    if path is None:
        return []
    at_once = When(is_completed(path, "pk", path.counts_from(at)), then=Value(Effect.COMPLETED))
    return [at_once, When(waits, then=Value(Effect.HELD))]
