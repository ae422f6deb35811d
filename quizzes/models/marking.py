"""What was done to marks after they were given. Rows are only ever added."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quizzes.models.attempts import AttemptQuestion


class MarkChange(models.Model):
    """One mark became another: by whom, when and why. The first mark that marking gave is not a change."""

    class Cause(models.TextChoices):
        BY_HAND = "by_hand", _("marked by hand")
        REGRADE = "regrade", _("regraded")
        NEUTRALISED = "neutralised", _("neutralised")

    question = models.ForeignKey(AttemptQuestion, on_delete=models.CASCADE, related_name="mark_changes")
    cause = models.CharField(_("cause"), max_length=12, choices=Cause)
    old_mark = models.DecimalField(_("old mark"), max_digits=6, decimal_places=2, null=True)
    new_mark = models.DecimalField(_("new mark"), max_digits=6, decimal_places=2, null=True)
    old_max_mark = models.DecimalField(_("old highest mark"), max_digits=6, decimal_places=2)
    new_max_mark = models.DecimalField(_("new highest mark"), max_digits=6, decimal_places=2)
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.PROTECT, related_name="mark_changes"
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    batch = models.UUIDField(null=True, help_text=_("The regrade that it was part of."))

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("change of a mark")
        verbose_name_plural = _("changes of marks")
        indexes = [models.Index(fields=["batch"], name="mark_changes_of_a_regrade")]

    def __str__(self):
        return f"{self.old_mark} → {self.new_mark}"
