from datetime import timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certifications.validity import ExpiryBasis, Validity
from courses.models import LearningPathPage
from strategy.models import ServiceGoal


class CertificationQuerySet(models.QuerySet):
    def earned_by_path(self, path_key) -> "CertificationQuerySet":
        """The certifications for which completing the path `path_key` counts, for the first time or as renewal."""
        return self.filter(
            Q(first_time_path__translation_key=path_key) | Q(renewal_path__translation_key=path_key), is_active=True
        )

    def accepting_evidence(self) -> "CertificationQuerySet":
        """Those that somebody can be certified in by a proof from elsewhere."""
        return self.filter(is_active=True, accepts_external_evidence=True)


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
    expiry_basis = models.CharField(
        _("counts from"),
        max_length=15,
        choices=[
            (ExpiryBasis.PREVIOUS_EXPIRY.value, _("the previous expiry; a late renewal from its completion")),
            (ExpiryBasis.COMPLETION.value, _("the completion")),
            (ExpiryBasis.FIXED_DATE.value, _("a fixed date: all expire on the same day of the year")),
        ],
        default=ExpiryBasis.PREVIOUS_EXPIRY.value,
    )
    fixed_month = models.PositiveSmallIntegerField(
        _("month"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    fixed_day = models.PositiveSmallIntegerField(
        _("day"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    minimum_months = models.PositiveSmallIntegerField(
        _("holds at least"), default=0, help_text=_("In months, where all expire on a fixed date.")
    )
    late_renewal_days = models.PositiveSmallIntegerField(
        _("late renewal"),
        default=0,
        help_text=_(
            "For how many days after its expiry the renewal path still counts; then it is the first-time path."
        ),
    )
    goals = models.ManyToManyField(
        ServiceGoal,
        blank=True,
        verbose_name=_("service goals"),
        related_name="certifications",
        limit_choices_to={"level": "goal"},
    )
    look = models.CharField(
        _("look of the certificate"),
        max_length=10,
        choices=[
            ("rosette", _("Rosette: a woven ornament at the side")),
            ("band", _("Band: a broad band of colour at the side")),
            ("frame", _("Frame: a classic diploma, centred")),
            ("horizon", _("Horizon: a field of colour above")),
        ],
        default="rosette",
    )
    accepts_external_evidence = models.BooleanField(
        _("accepts proof from elsewhere"),
        default=False,
        help_text=_("People can hand in a certificate of another organisation; a lead approves or refuses it."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = CertificationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("certification")
        verbose_name_plural = _("certifications")
        constraints = [
            models.CheckConstraint(
                condition=~Q(expiry_basis="fixed_date")
                | Q(fixed_month__gte=1, fixed_month__lte=12, fixed_day__gte=1, fixed_day__lte=31),
                name="certification_with_a_fixed_date_names_it",
                violation_error_message=_("Say on which day of which month it expires."),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def validity(self) -> Validity:
        return Validity(self.expiry_basis, self.validity_months, self.fixed_month, self.fixed_day, self.minimum_months)

    @property
    def window(self) -> timedelta:
        """How long before its expiry an award can be renewed."""
        return timedelta(days=self.window_days)

    @property
    def late_period(self) -> timedelta:
        """How long after an expiry the renewal path still counts."""
        return timedelta(days=self.late_renewal_days)

    @property
    def path_to_renew(self) -> LearningPathPage:
        return self.renewal_path or self.first_time_path
