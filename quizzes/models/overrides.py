from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models import Team
from quizzes.models.quizzes import Quiz


class QuizOverrideQuerySet(models.QuerySet):
    def in_force(self, at: datetime | None = None) -> "QuizOverrideQuerySet":
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at or timezone.now()))


class QuizOverride(models.Model):
    """Other limits of one quiz for one person or one team. What is empty stays as the quiz says."""

    quiz = models.ForeignKey(Quiz, verbose_name=_("quiz"), on_delete=models.CASCADE, related_name="overrides")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="quiz_overrides",
    )
    team = models.ForeignKey(
        Team,
        verbose_name=_("or team"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="quiz_overrides",
    )
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    time_limit = models.PositiveSmallIntegerField(
        _("time limit"), null=True, blank=True, help_text=_("In minutes; 0 for none.")
    )
    attempt_limit = models.PositiveSmallIntegerField(
        _("attempts allowed"), null=True, blank=True, help_text=_("0 means as often as one likes.")
    )
    extra_time = models.DecimalField(
        _("extra time"),
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text=_("What the time limit is multiplied by: 1.25 gives a quarter more."),
    )
    reason = models.TextField(_("reason"))
    expires_at = models.DateTimeField(_("holds until"), null=True, blank=True, help_text=_("Empty: for good."))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="quiz_overrides_created",
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = QuizOverrideQuerySet.as_manager()

    class Meta:
        ordering = ["quiz", "-created_at"]
        verbose_name = _("override")
        verbose_name_plural = _("overrides")
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None, team__isnull=False) | Q(person__isnull=False, team=None),
                name="quiz_override_is_for_a_person_or_a_team",
                violation_error_message=_("Choose a person or a team, not both."),
            ),
            models.UniqueConstraint(
                fields=["quiz", "person"], condition=Q(person__isnull=False), name="quiz_override_one_per_person"
            ),
            models.UniqueConstraint(
                fields=["quiz", "team"], condition=Q(team__isnull=False), name="quiz_override_one_per_team"
            ),
            models.CheckConstraint(
                condition=Q(extra_time=None) | Q(extra_time__gte=1, extra_time__lte=10),
                name="quiz_override_takes_no_time_away",
            ),
        ]

    def __str__(self):
        return f"{self.quiz}: {self.person or self.team}"

    def clean(self):
        super().clean()
        if (self.person_id is None) == (self.team_id is None):
            raise ValidationError(_("Choose a person or a team, not both."))
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise ValidationError({"closes_at": _("It closes before it opens.")})
