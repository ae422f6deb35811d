from datetime import datetime
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from taggit.models import TaggedItemBase
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import RevisionMixin, TranslatableMixin
from wagtail.search import index

from knowledge.languages import TranslatedQuerySetMixin
from knowledge.models import ArticlePage
from quizzes.question_types import QuestionBodyBlock
from strategy.models import Competency


class QuestionCategoryManager(MP_NodeManager):
    def get_queryset(self) -> MP_NodeQuerySet:
        return MP_NodeQuerySet(self.model, using=self._db).order_by("path")


class QuestionCategory(MP_Node):
    """A shelf of the question bank; shelves stand in shelves."""

    name = models.CharField(_("name"), max_length=160)
    slug = models.SlugField(_("code"), unique=True, allow_unicode=True)

    class Meta:
        verbose_name = _("question category")
        verbose_name_plural = _("question categories")

    def __str__(self):
        return self.name


class QuestionTag(TaggedItemBase):
    content_object = ParentalKey("quizzes.Question", related_name="tagged_items", on_delete=models.CASCADE)


def doubtful_source(at: datetime) -> Q:
    """Questions whose source article is not verified at `at`, or changed materially since they were last checked."""
    article = "source_article__"
    unverified = Q(**{f"{article}verified_until": None}) | Q(**{f"{article}verified_until__lte": at})
    changed = Q(**{f"{article}materially_changed_at__gt": F("checked_at")})
    return Q(source_article__isnull=False) & (unverified | changed)


class QuestionQuerySet(TranslatedQuerySetMixin, models.QuerySet):
    def ready(self) -> "QuestionQuerySet":
        return self.filter(state=Question.State.READY)

    def askable(self, at: datetime | None = None) -> "QuestionQuerySet":
        """Ready, and not in quarantine: what may be drawn."""
        return self.ready().exclude(doubtful_source(at or timezone.now()))

    def quarantined(self, at: datetime | None = None) -> "QuestionQuerySet":
        """Put there by hand, or ready with a source article that can no longer be trusted."""
        by_source = Q(state=Question.State.READY) & doubtful_source(at or timezone.now())
        return self.filter(Q(state=Question.State.QUARANTINED) | by_source)

    def in_category(self, category: QuestionCategory, include_subcategories: bool) -> "QuestionQuerySet":
        if include_subcategories:
            return self.filter(category__path__startswith=category.path)
        return self.filter(category=category)


class Question(TranslatableMixin, RevisionMixin, index.Indexed, ClusterableModel):
    """One question of the bank in one language. Its type is the one block of its body."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        READY = "ready", _("ready")
        HIDDEN = "hidden", _("hidden")
        QUARANTINED = "quarantined", _("quarantined")

    class Difficulty(models.TextChoices):
        EASY = "easy", _("easy")
        MEDIUM = "medium", _("medium")
        HARD = "hard", _("hard")

    name = models.CharField(_("name"), max_length=200, help_text=_("What trainers find it by. Learners do not see it."))
    category = models.ForeignKey(
        QuestionCategory, verbose_name=_("category"), on_delete=models.PROTECT, related_name="questions"
    )
    body = StreamField(QuestionBodyBlock(), verbose_name=_("question"))
    tags = ClusterTaggableManager(through=QuestionTag, blank=True, verbose_name=_("tags"))
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=State,
        default=State.READY,
        help_text=_("Only ready questions are drawn for a quiz."),
    )
    quarantine_reason = models.TextField(
        _("why in quarantine"), blank=True, help_text=_("What has to be checked before it is asked again.")
    )
    difficulty = models.CharField(_("difficulty"), max_length=6, choices=Difficulty, blank=True)
    default_mark = models.DecimalField(_("mark"), max_digits=6, decimal_places=2, default=1)
    penalty = models.DecimalField(
        _("penalty"),
        max_digits=5,
        decimal_places=2,
        default=Decimal("33.33"),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("What each wrong try takes off, in percent of the mark, where a quiz allows several tries."),
    )
    source_article = models.ForeignKey(
        ArticlePage,
        verbose_name=_("source article"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="questions",
        help_text=_("Shown in the review, to read again."),
    )
    competency = models.ForeignKey(
        Competency,
        verbose_name=_("competency"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="questions",
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)
    checked_at = models.DateTimeField(_("checked against its source"), default=timezone.now, editable=False)

    objects = QuestionQuerySet.as_manager()

    panels = [
        FieldPanel("name"),
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("category"), FieldPanel("tags"), FieldPanel("state"), FieldPanel("default_mark")],
            heading=_("In the bank"),
        ),
        MultiFieldPanel([FieldPanel("source_article"), FieldPanel("competency")], heading=_("What it is about")),
    ]
    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.FilterField("category"),
        index.FilterField("state"),
        index.FilterField("locale"),
    ]

    class Meta(TranslatableMixin.Meta):
        ordering = ["name", "pk"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.CheckConstraint(condition=Q(default_mark__gt=0), name="question_is_worth_something"),
            models.CheckConstraint(
                condition=Q(penalty__gte=0, penalty__lte=100), name="question_penalty_is_a_percentage"
            ),
        ]
        indexes = [models.Index(fields=["category", "state"], name="question_pool")]

    def __str__(self):
        return self.name

    @property
    def kind(self) -> str:
        """The name of its type, such as `single_choice`."""
        return self.body[0].block_type if self.body else ""
