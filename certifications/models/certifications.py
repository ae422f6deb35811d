from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import LearningPathPage
from strategy.models import ServiceGoal


class CertificationQuerySet(models.QuerySet):
    def earned_by_path(self, path_key) -> "CertificationQuerySet":
        """The certifications for which completing the path `path_key` counts, for the first time or as renewal."""
        return self.filter(
            Q(first_time_path__translation_key=path_key) | Q(renewal_path__translation_key=path_key), is_active=True
        )


class Certification(models.Model):
    """What a person can be certified in: how it is earned, how long it holds, how it is renewed."""

    code = models.SlugField(_("code"), unique=True)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True, help_text=_("What does the holder know and do?"))
    first_time_path = models.ForeignKey(
        LearningPathPage, verbose_name=_("first-time path"), on_delete=models.PROTECT, related_name="+"
    )
    renewal_path = models.ForeignKey(
        LearningPathPage,
        verbose_name=_("renewal path"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: the first-time path again."),
    )
    validity_months = models.PositiveSmallIntegerField(
        _("validity"),
        null=True,
        blank=True,
        default=12,
        validators=[MinValueValidator(1)],
        help_text=_("In calendar months; empty if it never expires."),
    )
    window_days = models.PositiveSmallIntegerField(
        _("renewal window"), default=60, help_text=_("How many days before its expiry it can be renewed.")
    )
    goals = models.ManyToManyField(
        ServiceGoal,
        blank=True,
        verbose_name=_("service goals"),
        related_name="certifications",
        limit_choices_to={"level": "goal"},
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = CertificationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("certification")
        verbose_name_plural = _("certifications")

    def __str__(self):
        return self.title
