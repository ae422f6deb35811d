from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certifications.models.certifications import Certification


class CriteriaMigration(models.Model):
    """Somebody's decision that holders move to the present rules of a certification: what is done to them, and how far
    it is. Changing a certification moves nobody by itself."""

    class State(models.TextChoices):
        RUNNING = "running", _("under way")
        DONE = "done", _("done")
        STOPPED = "stopped", _("stopped: the rules were changed meanwhile")

    certification = models.ForeignKey(
        Certification, verbose_name=_("certification"), on_delete=models.PROTECT, related_name="criteria_migrations"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="criteria_migrations"
    )
    reason = models.CharField(_("reason"), max_length=300)

    moves_expiry = models.BooleanField(
        _("Reckon each expiry anew"),
        default=False,
        help_text=_("From the day of the award, by the rules of today. Renewal windows open by the new date."),
    )
    never_shortens = models.BooleanField(
        _("Never shorten"), default=True, help_text=_("Who would hold it shorter keeps the expiry that is printed.")
    )
    earliest_on = models.DateField(
        _("none expires before"),
        null=True,
        blank=True,
        help_text=_("Where expiries are shortened: the first day on which one may end."),
    )
    renew_by = models.DateField(
        _("Ask all to renew by"),
        null=True,
        blank=True,
        help_text=_("They stay certified, and missing the date takes nothing away. Empty: nobody is asked."),
    )
    earlier_counts = models.BooleanField(
        _("What they have completed already counts for it"),
        default=False,
        help_text=_("As long as the path says. Otherwise they begin all of it anew."),
    )
    previous_path_key = models.UUIDField(_("Move those under way from"), null=True, blank=True)
    previous_path_title = models.CharField(_("previous path"), max_length=255, blank=True)

    seen_at = models.DateTimeField(_("previewed at"))
    started_at = models.DateTimeField(_("started at"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RUNNING)
    rules = models.JSONField(_("rules"), default=dict)
    counts = models.JSONField(_("results"), default=dict)
    changed_meanwhile = models.PositiveIntegerField(
        _("changed meanwhile"), default=0, help_text=_("People whose certificate or duty changed after the preview.")
    )
    award_cursor = models.PositiveBigIntegerField(default=0, help_text=_("The last award that was dealt with."))
    assignment_cursor = models.PositiveBigIntegerField(default=0, help_text=_("The last assignment dealt with."))

    class Meta:
        ordering = ["-started_at", "-pk"]
        verbose_name = _("move to new rules")
        verbose_name_plural = _("moves to new rules")
        constraints = [
            models.UniqueConstraint(
                fields=["certification"],
                condition=Q(state="running"),
                name="criteria_migration_one_running_per_certification",
            ),
            models.UniqueConstraint(
                fields=["certification", "by", "seen_at"], name="criteria_migration_one_per_preview"
            ),
            models.CheckConstraint(
                condition=Q(moves_expiry=True) | Q(renew_by__isnull=False) | Q(previous_path_key__isnull=False),
                name="criteria_migration_does_something",
                violation_error_message=_("Choose what to do."),
            ),
        ]

    def __str__(self):
        return f"{self.certification} {self.started_at:%Y-%m-%d}"

    def clean(self):
        super().clean()
        if self.earliest_on and (self.never_shortens or not self.moves_expiry):
            raise ValidationError({"earliest_on": _("Only where expiries are reckoned anew and may be shortened.")})

    @property
    def concerns_awards(self) -> bool:
        return self.moves_expiry or self.renew_by is not None

    @property
    def choices(self) -> dict[str, Any]:
        """What it does, as JSON: equal for two that do the same."""
        day = {
            name: value and value.isoformat()
            for name, value in (("earliest", self.earliest_on), ("renew", self.renew_by))
        }
        return day | {
            "certification": self.certification_id,
            "expiry": self.moves_expiry,
            "never_shortens": self.never_shortens,
            "earlier_counts": self.earlier_counts,
            "previous": self.previous_path_key and str(self.previous_path_key),
        }

    def counts_from(self, at: datetime) -> datetime | None:
        """Since when what was completed counts for a renewal that is asked for at `at`; None: as the path says."""
        return None if self.earlier_counts else at
