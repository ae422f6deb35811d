import uuid

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from quizzes.models.bank import Question, QuestionCategory


class Quiz(ClusterableModel):
    """A quiz: its rules, and slots that name or draw its questions.

    It is one row for every language, so that pass mark, limits and slots cannot differ between them; each question
    is asked in the learner's language where it is translated.
    """

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
        ]

    def __str__(self):
        return self.title


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
    draw_count = models.PositiveSmallIntegerField(_("how many to draw"), default=1, validators=[MinValueValidator(1)])
    mark = models.DecimalField(
        _("mark"), max_digits=6, decimal_places=2, null=True, blank=True, help_text=_("Empty: the question's own mark.")
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
