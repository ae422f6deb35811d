import uuid

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable, Revision

from quizzes.models.bank import Question, QuestionCategory
from quizzes.review_rules import everything


class Quiz(ClusterableModel):
    """A quiz: its rules, and slots that name or draw its questions.

    It is one row for every language, so that pass mark, limits and slots cannot differ between them; each question
    is asked in the learner's language where it is translated.
    """

    class Layout(models.TextChoices):
        ONE_QUESTION = "one_question", _("one question a page")
        ONE_PAGE = "one_page", _("all questions on one page")

    class Navigation(models.TextChoices):
        FREE = "free", _("free: forwards and back")
        SEQUENTIAL = "sequential", _("sequential: no way back")

    class Behaviour(models.TextChoices):
        DEFERRED = "deferred", _("deferred: feedback after the attempt")
        IMMEDIATE = "immediate", _("immediate: feedback after each answer, which then stands")
        SEVERAL_TRIES = "several_tries", _("several tries: hints, and a penalty for each wrong try")

    class OnExpiry(models.TextChoices):
        AUTOSUBMIT = "autosubmit", _("submit the saved answers")
        GRACE = "grace", _("leave some time to submit, but not to answer")
        ABANDON = "abandon", _("abandon the attempt unless it was submitted")

    class GradingMethod(models.TextChoices):
        HIGHEST = "highest", _("the best attempt")
        AVERAGE = "average", _("the average of all attempts")
        FIRST = "first", _("the first attempt")
        LAST = "last", _("the last attempt")

    class CompletionRule(models.TextChoices):
        PASSED = "passed", _("when it is passed")
        PASSED_OR_USED_UP = "passed_or_used_up", _("when it is passed, or every attempt is used up")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    introduction = models.TextField(_("introduction"), blank=True)
    pass_mark = models.DecimalField(
        _("pass mark"),
        max_digits=5,
        decimal_places=2,
        default=80,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("In percent of all marks."),
    )
    attempt_limit = models.PositiveSmallIntegerField(
        _("attempts allowed"), default=0, help_text=_("0 means as often as one likes.")
    )
    time_limit = models.PositiveSmallIntegerField(
        _("time limit"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("In minutes; empty for none."),
    )
    shuffle_questions = models.BooleanField(_("shuffle the questions"), default=True)
    shuffle_options = models.BooleanField(_("shuffle the options"), default=True)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True, help_text=_("Empty: at once."))
    closes_at = models.DateTimeField(
        _("closes"), null=True, blank=True, help_text=_("Empty: never. Attempts end then at the latest.")
    )
    first_delay = models.PositiveIntegerField(
        _("delay after the first attempt"), default=0, help_text=_("In minutes, before the second can begin.")
    )
    later_delay = models.PositiveIntegerField(
        _("delay after later attempts"), default=0, help_text=_("In minutes, before the next one can begin.")
    )
    on_expiry = models.CharField(
        _("when the time is over"), max_length=10, choices=OnExpiry, default=OnExpiry.AUTOSUBMIT
    )
    grace_period = models.PositiveSmallIntegerField(
        _("time to submit"), default=0, help_text=_("In minutes, after the time limit.")
    )
    layout = models.CharField(_("layout"), max_length=12, choices=Layout, default=Layout.ONE_QUESTION)
    navigation = models.CharField(_("navigation"), max_length=10, choices=Navigation, default=Navigation.FREE)
    behaviour = models.CharField(_("feedback"), max_length=13, choices=Behaviour, default=Behaviour.DEFERRED)
    grading_method = models.CharField(
        _("what counts"), max_length=7, choices=GradingMethod, default=GradingMethod.HIGHEST
    )
    completion_rule = models.CharField(
        _("the activity is complete"), max_length=17, choices=CompletionRule, default=CompletionRule.PASSED
    )
    is_marked_blind = models.BooleanField(
        _("mark without names"), default=False, help_text=_("Who marks by hand does not see whose answer it is.")
    )
    review = models.JSONField(_("review"), default=everything)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        ordering = ["title", "pk"]
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        constraints = [
            models.CheckConstraint(
                condition=Q(pass_mark__gte=0, pass_mark__lte=100), name="quiz_pass_mark_is_a_percentage"
            ),
            models.CheckConstraint(
                condition=Q(time_limit=None) | Q(time_limit__gt=0), name="quiz_time_limit_is_positive"
            ),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
                name="quiz_closes_after_it_opens",
                violation_error_message=_("The quiz closes before it opens."),
            ),
        ]

    def __str__(self):
        return self.title


class QuizFeedback(models.Model):
    """What the review says to results from `lower_bound` percent up to the next band, which is not included."""

    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="feedback_bands")
    lower_bound = models.DecimalField(
        _("from"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("In percent of all marks; up to the next higher one."),
    )
    text = models.TextField(_("feedback"))

    class Meta:
        ordering = ["-lower_bound"]
        verbose_name = _("overall feedback")
        verbose_name_plural = _("overall feedback")
        constraints = [
            models.CheckConstraint(
                condition=Q(lower_bound__gte=0, lower_bound__lte=100), name="quiz_feedback_bound_is_a_percentage"
            ),
        ]

    def __str__(self):
        return f"{self.lower_bound}%"


class QuizSlot(Orderable):
    """One place in a quiz: a fixed question, or `draw_count` questions drawn from a category at each start."""

    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="slots")
    question = models.ForeignKey(
        Question, verbose_name=_("question"), null=True, blank=True, on_delete=models.PROTECT, related_name="slots"
    )
    category = models.ForeignKey(
        QuestionCategory,
        verbose_name=_("or draw from"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="slots",
    )
    include_subcategories = models.BooleanField(_("with sub-categories"), default=True)
    tag_names = models.CharField(
        _("only with the tags"),
        max_length=300,
        blank=True,
        help_text=_("Separated by commas. Questions that have all of them are drawn."),
    )
    draw_count = models.PositiveSmallIntegerField(_("how many to draw"), default=1, validators=[MinValueValidator(1)])
    mark = models.DecimalField(
        _("mark"), max_digits=6, decimal_places=2, null=True, blank=True, help_text=_("Empty: the question's own mark.")
    )
    is_critical = models.BooleanField(
        _("critical"), default=False, help_text=_("Who fails it fails the quiz, whatever the mark.")
    )
    section_title = models.CharField(
        _("section"), max_length=160, blank=True, help_text=_("A title begins a new section with this slot.")
    )
    section_shuffle = models.BooleanField(
        _("shuffle this section"), null=True, blank=True, help_text=_("Unknown: as the quiz says.")
    )
    pinned_revision = models.ForeignKey(
        Revision,
        verbose_name=_("version"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: always the latest version of the question."),
    )

    class Meta(Orderable.Meta):
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        constraints = [
            models.CheckConstraint(
                condition=Q(question=None, category__isnull=False) | Q(question__isnull=False, category=None),
                name="quiz_slot_is_fixed_or_a_draw",
                violation_error_message=_("Choose a question, or a category to draw from, not both."),
            ),
            models.CheckConstraint(condition=Q(mark=None) | Q(mark__gt=0), name="quiz_slot_mark_is_positive"),
            models.CheckConstraint(condition=Q(draw_count__gt=0), name="quiz_slot_draws_something"),
        ]

    def __str__(self):
        return str(self.question or self.category)

    def clean(self):
        super().clean()
        if (self.question is None) == (self.category is None):
            raise ValidationError(_("Choose a question, or a category to draw from, not both."))
