from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from quizzes.models.quizzes import Quiz


class StatisticsReport(models.Model):
    """The statistics of one quiz as they were computed at one time."""

    class Which(models.TextChoices):
        FIRST = "first", _("first attempts")
        LAST = "last", _("last attempts")
        HIGHEST = "highest", _("best attempts")
        ALL = "all", _("all attempts")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="statistics_reports")
    which = models.CharField(_("attempts"), max_length=8, choices=Which, default=Which.FIRST)
    language = models.CharField(_("language"), max_length=10, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    progress = models.PositiveSmallIntegerField(_("progress"), default=0, help_text=_("In percent."))
    answers = models.PositiveIntegerField(_("answers"), default=0)
    data = models.JSONField(null=True)
    error = models.TextField(_("error"), blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    requested_at = models.DateTimeField(_("requested at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        ordering = ["-requested_at", "-pk"]
        verbose_name = _("statistics of a quiz")
        verbose_name_plural = _("statistics of quizzes")
        indexes = [models.Index(fields=["quiz", "which", "language", "-requested_at"], name="statistics_of_a_quiz")]

    def __str__(self):
        return f"{self.quiz} ({self.get_which_display()})"


class QuestionUse(models.Model):
    """How a question did so far, over all quizzes: kept so that ten thousand of them can be listed and sorted."""

    question_key = models.UUIDField(unique=True)
    answers = models.PositiveIntegerField(_("answers"), default=0)
    facility = models.FloatField(_("facility"), null=True, help_text=_("The mean part of the mark, from 0 to 1."))
    discrimination = models.FloatField(_("discrimination"), null=True, help_text=_("From -100 to 100."))
    last_used_at = models.DateTimeField(_("last used"), null=True)
    computed_at = models.DateTimeField(_("computed at"), auto_now=True)

    class Meta:
        verbose_name = _("use of a question")
        verbose_name_plural = _("use of questions")
        indexes = [
            models.Index(fields=["facility"], name="question_use_by_facility"),
            models.Index(fields=["last_used_at"], name="question_use_by_last_use"),
        ]

    def __str__(self):
        return str(self.question_key)
