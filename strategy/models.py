from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Count, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from people.models import Team


class Kpi(models.Model):
    """A key performance indicator: what is measured, in which unit, and which way is better."""

    class Unit(models.TextChoices):
        PERCENT = "percent", _("percent")
        SECONDS = "seconds", _("seconds")
        MINUTES = "minutes", _("minutes")
        HOURS = "hours", _("hours")
        SCORE = "score", _("score")
        COUNT = "count", _("count")

    class Better(models.TextChoices):
        UP = "up", _("higher is better")
        DOWN = "down", _("lower is better")

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=160)
    unit = models.CharField(_("unit"), max_length=10, choices=Unit)
    better = models.CharField(_("direction"), max_length=4, choices=Better)

    class Meta:
        ordering = ["code"]
        verbose_name = _("KPI")
        verbose_name_plural = _("KPIs")

    def __str__(self):
        return self.name


class ServiceGoalQuerySet(models.QuerySet):
    def goals(self) -> "ServiceGoalQuerySet":
        """The measurable leaves of the strategy: what a course can serve."""
        return self.filter(level=ServiceGoal.Level.GOAL)

    def in_tree_order(self) -> "ServiceGoalQuerySet":
        """Each vision, then its steps, each followed by its goals; beside one another by `position`."""
        vision, goal = Q(level=ServiceGoal.Level.VISION), Q(level=ServiceGoal.Level.GOAL)
        kind, first = {"output_field": models.IntegerField()}, Value(-1)
        return self.order_by(
            Coalesce("parent__parent__position", "parent__position", "position", **kind),
            Coalesce("parent__parent_id", "parent_id", "pk", **kind),
            Case(When(vision, then=first), When(goal, then="parent__position"), default="position", **kind),
            Case(When(vision, then=first), When(goal, then="parent_id"), default="pk", **kind),
            Case(When(goal, then="position"), default=first, **kind),
            "pk",
        )

    def with_course_count(self) -> "ServiceGoalQuerySet":
        """Adds `course_count`: how many published courses serve it, or a goal below it; a course in three languages
        is one course. Only goals are linked to courses, so of the three sums two are empty."""
        return self.annotate(course_count=_courses() + _courses("children__") + _courses("children__children__"))


def _courses(below: str = "") -> Count:
    links = f"{below}course_goals__course__"
    return Count(f"{links}translation_key", filter=Q(**{f"{links}live": True}), distinct=True)


class ServiceGoal(models.Model):
    """One node of the service strategy: a vision, a step towards it, or a measurable goal of a step."""

    class Level(models.TextChoices):
        VISION = "vision", _("vision")
        STEP = "step", _("step")
        GOAL = "goal", _("goal")

    code = models.SlugField(_("code"), unique=True)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self", verbose_name=_("serves"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="owned_goals",
    )
    kpi = models.ForeignKey(
        Kpi, verbose_name=_("KPI"), null=True, blank=True, on_delete=models.PROTECT, related_name="goals"
    )
    baseline = models.DecimalField(
        _("baseline"), max_digits=12, decimal_places=2, null=True, blank=True, help_text=_("In the unit of the KPI.")
    )
    target = models.DecimalField(
        _("target"), max_digits=12, decimal_places=2, null=True, blank=True, help_text=_("In the unit of the KPI.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = ServiceGoalQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("service goal")
        verbose_name_plural = _("service goals")
        constraints = [
            models.CheckConstraint(
                condition=Q(level="vision", parent=None) | Q(level__in=["step", "goal"], parent__isnull=False),
                name="service_goal_only_a_vision_stands_alone",
                violation_error_message=_("A vision stands alone; a step or a goal serves another."),
            )
        ]

    def __str__(self):
        return self.title

    def clean(self):
        super().clean()
        above = {self.Level.STEP: self.Level.VISION, self.Level.GOAL: self.Level.STEP}.get(self.level)
        if self.parent and self.parent.level != above:
            raise ValidationError({"parent": _("A step serves a vision, and a goal serves a step.")})


class KpiReading(models.Model):
    """One measured value of a KPI, for a team or an agent, over the days `starts_on` to `ends_on`, both included."""

    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="readings")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="kpi_readings")
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="kpi_readings"
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    value = models.DecimalField(_("value"), max_digits=12, decimal_places=2)
    sample_size = models.PositiveIntegerField(_("sample size"), help_text=_("How many contacts were measured."))

    class Meta:
        ordering = ["-starts_on"]
        verbose_name = _("KPI reading")
        verbose_name_plural = _("KPI readings")
        constraints = [
            models.CheckConstraint(
                condition=Q(team=None, agent__isnull=False) | Q(team__isnull=False, agent=None),
                name="kpi_reading_is_of_a_team_or_of_an_agent",
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="kpi_reading_ends_after_it_starts"),
            models.UniqueConstraint(
                fields=["kpi", "team", "starts_on", "ends_on"],
                condition=Q(agent=None),
                name="kpi_reading_one_per_team_and_period",
            ),
            models.UniqueConstraint(
                fields=["kpi", "agent", "starts_on", "ends_on"],
                condition=Q(team=None),
                name="kpi_reading_one_per_agent_and_period",
            ),
        ]

    def __str__(self):
        return f"{self.kpi_id} {self.starts_on}: {self.value}"


class Competency(models.Model):
    """Something that a good customer-service agent can do."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=160)
    description = models.TextField(_("description"), blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("competency")
        verbose_name_plural = _("competencies")

    def __str__(self):
        return self.name
