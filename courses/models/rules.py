from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import ClusterableModel

from courses.models.paths import LearningPathPage
from people.models import JobRole, Team, TeamMembership, User


class AssignmentRule(ClusterableModel):
    """Who is given a learning path without anybody giving it: everybody who meets all of its criteria."""

    class DueFrom(models.TextChoices):
        NEVER = "never", _("no due date")
        ASSIGNMENT = "assignment", _("days after the assignment")
        HIRE_DATE = "hire_date", _("days after the hire date")
        FIXED = "fixed", _("a fixed date")

    name = models.CharField(_("name"), max_length=200, unique=True)
    path = models.ForeignKey(
        LearningPathPage, verbose_name=_("learning path"), on_delete=models.PROTECT, related_name="assignment_rules"
    )
    is_active = models.BooleanField(
        _("active"), default=False, help_text=_("Look at the preview first. While it is off, nothing changes.")
    )
    teams = ParentalManyToManyField(
        Team, blank=True, verbose_name=_("teams"), related_name="+", help_text=_("Empty: whatever the team.")
    )
    include_subteams = models.BooleanField(_("with sub-teams"), default=True)
    job_roles = ParentalManyToManyField(
        JobRole, blank=True, verbose_name=_("job roles"), related_name="+", help_text=_("Empty: whatever the role.")
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        blank=True,
        choices=settings.LANGUAGES,
        help_text=_("Empty: whatever the language."),
    )
    hired_from = models.DateField(_("hired on or after"), null=True, blank=True)
    hired_until = models.DateField(_("hired on or before"), null=True, blank=True)
    hired_within_days = models.PositiveSmallIntegerField(
        _("hired within the last"), null=True, blank=True, help_text=_("In days.")
    )
    due_from = models.CharField(_("due"), max_length=10, choices=DueFrom, default=DueFrom.ASSIGNMENT)
    due_days = models.PositiveSmallIntegerField(
        _("days"), null=True, blank=True, validators=[MinValueValidator(1)], help_text=_("Empty: as the path says.")
    )
    due_on = models.DateField(_("date"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("assignment rule")
        verbose_name_plural = _("assignment rules")
        constraints = [
            models.CheckConstraint(
                condition=~Q(due_from="fixed") | Q(due_on__isnull=False),
                name="assignment_rule_with_a_fixed_due_date_has_one",
            ),
            models.CheckConstraint(
                condition=~Q(due_from="hire_date") | Q(due_days__isnull=False),
                name="assignment_rule_due_after_hiring_says_how_long",
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        if self.due_from == self.DueFrom.FIXED and self.due_on is None:
            raise ValidationError({"due_on": _("Say on which date it is due.")})
        if self.due_from == self.DueFrom.HIRE_DATE and self.due_days is None:
            raise ValidationError({"due_days": _("Say how many days after the hire date it is due.")})
        if self.hired_from and self.hired_until and self.hired_until < self.hired_from:
            raise ValidationError({"hired_until": _("Nobody can meet this: it is before the day above.")})

    def path_given(self) -> LearningPathPage | None:
        """The path as it is given to people; None while it is not published, and the rule gives nothing."""
        return LearningPathPage.objects.live().originals().filter(translation_key=self.path.translation_key).first()

    def name_for(self, person: User) -> str:
        with override(person.language):
            return self.name

    def people(self, at: datetime | None = None) -> QuerySet[User]:
        """Everybody who meets all criteria on the day of `at`; nobody who was deactivated."""
        today = (at or timezone.now()).date()
        people = self.keeping(at)
        if self.hired_within_days is None:
            return people
        return people.filter(hired_on__gte=today - timedelta(days=self.hired_within_days))

    def keeping(self, at: datetime | None = None) -> QuerySet[User]:
        """Everybody who keeps what the rule gave her: it is not taken from who was hired longer ago by now."""
        people = User.objects.filter(is_active=True)
        if self.language:
            people = people.filter(language=self.language)
        if self.hired_from:
            people = people.filter(hired_on__gte=self.hired_from)
        if self.hired_until:
            people = people.filter(hired_on__lte=self.hired_until)
        if self._roles_named:
            people = people.filter(job_role__in=[role.pk for role in self._roles_named])
        if self._teams_named:
            people = people.filter(Exists(self._memberships((at or timezone.now()).date())))
        return people

    @cached_property
    def _roles_named(self) -> list[JobRole]:
        return list(self.job_roles.all())

    @cached_property
    def _teams_named(self) -> list[Team]:
        return list(self.teams.all())

    def _memberships(self, today: date) -> QuerySet[TeamMembership]:
        among = Q(pk__in=[team.pk for team in self._teams_named])
        if self.include_subteams:
            for team in self._teams_named:
                among |= Q(path__startswith=team.path)
        teams = Team.objects.filter(among).order_by()  # found once, not for each membership
        return TeamMembership.objects.active(today).members().filter(team__in=teams, user=OuterRef("pk"))
