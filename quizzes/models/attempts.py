import math
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quizzes.models.quizzes import Quiz
from quizzes.question_types import QUESTION_TYPES, QuestionType
from quizzes.review_rules import Aspect, everything, phase_of, shown


def network_tolerance() -> timedelta:
    """How long after the deadline an answer may still arrive, because of the network."""
    return timedelta(seconds=settings.QUIZ_NETWORK_TOLERANCE_SECONDS)


# What each frozen rule was before attempts froze it.
DEFAULT_RULES: dict[str, Any] = {
    "attempt_limit": 0,
    "time_limit": None,
    "opens_at": None,
    "closes_at": None,
    "first_delay": 0,
    "later_delay": 0,
    "on_expiry": Quiz.OnExpiry.AUTOSUBMIT,
    "grace_period": 0,
    "layout": Quiz.Layout.ONE_QUESTION,
    "navigation": Quiz.Navigation.FREE,
    "behaviour": Quiz.Behaviour.DEFERRED,
    "grading_method": Quiz.GradingMethod.HIGHEST,
    "completion_rule": Quiz.CompletionRule.PASSED,
    "is_marked_blind": False,
    "review": everything(),
    "feedback": [],
}


class AttemptQuerySet(models.QuerySet):
    def of(self, user) -> "AttemptQuerySet":
        """The attempts that are `user`'s own; to everybody else they do not exist."""
        return self.filter(person=user) if user.is_authenticated else self.none()

    def in_progress(self) -> "AttemptQuerySet":
        return self.filter(state=Attempt.State.IN_PROGRESS)

    def graded(self) -> "AttemptQuerySet":
        """Those that count: neither practice nor an author's preview."""
        return self.filter(purpose=Attempt.Purpose.GRADED)

    def due(self, at: datetime | None = None) -> "AttemptQuerySet":
        """In progress although at `at` their time to submit has passed, and the network's tolerance after it too."""
        return self.in_progress().filter(expires_at__lt=(at or timezone.now()) - network_tolerance())


class Attempt(models.Model):
    """One person's one try at a quiz. Everything that decides its result was frozen when it started."""

    class State(models.TextChoices):
        IN_PROGRESS = "in_progress", _("in progress")
        SUBMITTED = "submitted", _("submitted")
        FINISHED = "finished", _("finished")
        ABANDONED = "abandoned", _("abandoned")

    class Purpose(models.TextChoices):
        GRADED = "graded", _("graded")
        PRACTICE = "practice", _("practice")
        PREVIEW = "preview", _("preview")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attempts")
    quiz_key = models.UUIDField()
    quiz_title = models.CharField(_("quiz"), max_length=200)
    registration = models.UUIDField(help_text=_("The enrolment that it counts for."))
    number = models.PositiveIntegerField(_("number"))
    language = models.CharField(_("language"), max_length=10)
    purpose = models.CharField(_("purpose"), max_length=8, choices=Purpose, default=Purpose.GRADED)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.IN_PROGRESS)
    started_at = models.DateTimeField(_("started at"))
    deadline_at = models.DateTimeField(_("deadline"), null=True, blank=True, help_text=_("For answers."))
    expires_at = models.DateTimeField(
        _("expires"), null=True, blank=True, help_text=_("The deadline, with the time to submit that follows it.")
    )
    reached = models.PositiveSmallIntegerField(
        default=1, help_text=_("The position that was reached, where there is no way back.")
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    pass_mark = models.DecimalField(_("pass mark"), max_digits=5, decimal_places=2)
    rules = models.JSONField(default=dict, help_text=_("The quiz's other rules as they were at the start."))
    max_mark = models.DecimalField(_("highest possible mark"), max_digits=9, decimal_places=2)
    mark = models.DecimalField(_("mark"), max_digits=9, decimal_places=2, null=True, blank=True)
    passed = models.BooleanField(_("passed"), null=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "quiz_key", "registration", "purpose"],
                condition=Q(state="in_progress"),
                name="attempt_one_in_progress_per_person_quiz_and_registration",
            ),
            models.UniqueConstraint(
                fields=["person", "quiz_key", "registration", "purpose", "number"],
                name="attempt_number_is_unique_per_person_quiz_and_registration",
            ),
            models.CheckConstraint(
                condition=~Q(state="finished") | Q(mark__isnull=False, passed__isnull=False, finished_at__isnull=False),
                name="attempt_finished_has_a_result",
            ),
            models.CheckConstraint(
                condition=Q(mark=None) | Q(mark__gte=0, mark__lte=F("max_mark")),
                name="attempt_mark_is_within_its_bounds",
            ),
        ]
        indexes = [
            models.Index(fields=["quiz_key", "state"], name="attempt_by_quiz"),
            models.Index(fields=["finished_at"], condition=Q(state="finished"), name="attempt_by_finish"),
            models.Index(fields=["expires_at"], condition=Q(state="in_progress"), name="attempt_expiries"),
        ]

    def __str__(self):
        return f"{self.quiz_title} #{self.number}"

    def is_over(self, at: datetime) -> bool:
        """Whether at `at` the time to submit has passed, and the network's tolerance after it too."""
        return self.expires_at is not None and at > self.expires_at + network_tolerance()

    def is_running(self, at: datetime) -> bool:
        """Whether it takes answers at `at`."""
        is_late = self.deadline_at is not None and at > self.deadline_at + network_tolerance()
        return self.state == self.State.IN_PROGRESS and not is_late

    def awaits_submission(self, at: datetime) -> bool:
        """Whether at `at` it takes no more answers but can still be submitted: the grace period."""
        return self.state == self.State.IN_PROGRESS and not self.is_running(at) and not self.is_over(at)

    def milliseconds_left(self, at: datetime) -> int | None:
        """Until the deadline, by the server's clock; None where there is no time limit."""
        if self.deadline_at is None:
            return None
        return max(0, (self.deadline_at - at) // timedelta(milliseconds=1))

    def rule(self, name: str) -> Any:
        """A rule of the quiz as it was at the start; what attempts did not freeze yet had its default value."""
        return self.rules.get(name, DEFAULT_RULES[name])

    @property
    def is_sequential(self) -> bool:
        """Whether it goes forwards only. Where all questions are on one page, there is nowhere to go."""
        layout, navigation = self.rule("layout"), self.rule("navigation")
        return layout == Quiz.Layout.ONE_QUESTION and navigation == Quiz.Navigation.SEQUENTIAL

    @property
    def closes_at(self) -> datetime | None:
        closes_at = self.rule("closes_at")
        return datetime.fromisoformat(closes_at) if closes_at else None

    def aspects_shown(self, at: datetime) -> frozenset[Aspect]:
        """What its person may see of it at `at`."""
        review = self.rule("review")
        ended_at = None if self.state == self.State.IN_PROGRESS else self.submitted_at or self.finished_at
        return shown(review if isinstance(review, dict) else everything(), phase_of(ended_at, self.closes_at, at))

    @property
    def percent(self) -> Decimal | None:
        """The mark in percent of the highest possible one (0 to 100, not rounded), or None while there is none."""
        if self.mark is None:
            return None
        return self.mark / self.max_mark * 100 if self.max_mark else Decimal(0)

    @property
    def whole_percent(self) -> int:
        """The percentage without its decimals: never one that would have passed where the attempt did not."""
        return math.floor(self.percent or 0)


class AttemptQuestionQuerySet(models.QuerySet):
    def progress(self, **more) -> "AttemptQuestionQuerySet":
        """Per question its position, whether it is answered and whether it is flagged, as dictionaries."""
        answered = self.annotate(is_answered=ExpressionWrapper(Q(response__isnull=False), models.BooleanField()))
        return answered.values("position", "is_answered", "is_flagged", **more)


class AttemptQuestion(models.Model):
    """One question of an attempt as it was at the start, with the response and the mark it got."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(_("position"))
    question_key = models.UUIDField()
    question_name = models.CharField(_("question"), max_length=200)
    revision_id = models.BigIntegerField(null=True, help_text=_("The version of the question."))
    kind = models.CharField(_("type"), max_length=40)
    section = models.CharField(_("section"), max_length=160, blank=True)
    is_critical = models.BooleanField(_("critical"), default=False)
    content = models.JSONField(help_text=_("The frozen question, its key and its order of options included."))
    max_mark = models.DecimalField(_("highest possible mark"), max_digits=6, decimal_places=2)
    response = models.JSONField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0, help_text=_("Counts the saves of the response."))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    is_flagged = models.BooleanField(_("flagged for later"), default=False)
    began_at = models.DateTimeField(
        _("began at"), null=True, blank=True, help_text=_("Where the time for one question counts.")
    )
    tries = models.JSONField(default=list, help_text=_("The responses that were checked during the attempt."))
    settled_at = models.DateTimeField(
        _("settled at"), null=True, blank=True, help_text=_("When its last try was checked: the response stands.")
    )
    mark = models.DecimalField(_("mark"), max_digits=6, decimal_places=2, null=True, blank=True)
    is_neutralised = models.BooleanField(_("neutralised"), default=False)
    comment = models.TextField(_("comment"), blank=True)
    rubric = models.JSONField(default=dict, help_text=_("The points for each criterion, by its id."))
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("marked by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="marked_questions",
    )
    marked_at = models.DateTimeField(_("marked at"), null=True, blank=True)

    objects = AttemptQuestionQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        verbose_name = _("question of an attempt")
        verbose_name_plural = _("questions of attempts")
        indexes = [models.Index(fields=["question_key"], name="attempt_question_by_key")]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="attempt_question_one_per_position"),
            models.CheckConstraint(
                condition=Q(mark=None) | Q(mark__gte=0, mark__lte=F("max_mark")),
                name="attempt_question_mark_is_within_its_bounds",
            ),
        ]

    def __str__(self):
        return f"{self.position}. {self.question_name}"

    @property
    def type(self) -> QuestionType:
        return QUESTION_TYPES[self.kind]

    @property
    def seconds(self) -> float | None:
        """From the beginning of its own time to its last answer, by the server's clock; None where it has none."""
        if self.began_at is None or self.answered_at is None:
            return None
        return (self.answered_at - self.began_at).total_seconds()

    @property
    def hints_seen(self) -> list[str]:
        """The hints that its wrong tries have earned so far."""
        return self.content["key"].get("hints", [])[: len(self.tries)]

    @property
    def tries_left(self) -> int:
        """How many more tries the hints allow: one more than there are hints, altogether."""
        return max(0, len(self.content["key"].get("hints", [])) + 1 - len(self.tries))
