from datetime import datetime
from decimal import Decimal

from csp.constants import SELF
from csp.decorators import csp_replace
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from taggit.models import TaggedItemBase
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet
from wagtail.fields import StreamField
from wagtail.models import PreviewableMixin, RevisionMixin, TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from knowledge.languages import TranslatedQuerySetMixin
from knowledge.models import ArticlePage
from knowledge.plain_text import plain_text
from knowledge.search_fields import AnalysedField
from knowledge.search_index import Term, entries_with
from knowledge.text_analysis import asked_forms, fold, words
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
    """Questions whose source article is not verified at `at`, or changed materially since they were last checked.

    Ten thousand questions have few sources, so the database looks for the doubtful articles once, not for each
    question.
    """
    articles = ArticlePage.objects.order_by()
    unverified = articles.filter(Q(verified_until=None) | Q(verified_until__lte=at))
    changed = articles.filter(materially_changed_at__isnull=False)
    since = changed.filter(pk=OuterRef("source_article"), materially_changed_at__gt=OuterRef("checked_at"))
    is_changed = Q(source_article__in=changed.values("pk")) & Exists(since)
    return Q(source_article__isnull=False) & (Q(source_article__in=unverified.values("pk")) | is_changed)


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

    def saying(self, query: str) -> "QuestionQuerySet":
        """Those whose name or text has every word of `query`, as it is written, inflected, or as a beginning."""
        languages = tuple(code for code, _name in settings.LANGUAGES)
        asked = dict.fromkeys(word.group() for word in words(query))
        terms = [Term(asked_forms(word, languages), prefix=fold(word)) for word in asked]
        if not terms:
            return self.none()
        ours = ContentType.objects.get_for_model(Question)
        return self.filter(pk__in=entries_with(terms).filter(type_id=ours.pk).values("page_id"))

    def with_use(self) -> "QuestionQuerySet":
        """Each with its `facility` (0 to 1) and when it was `last_used_at`; None where no answer was counted yet."""
        use = apps.get_model("quizzes", "QuestionUse").objects.filter(question_key=OuterRef("translation_key"))
        return self.annotate(
            facility=Subquery(use.values("facility")[:1]), last_used_at=Subquery(use.values("last_used_at")[:1])
        )

    def with_source(self) -> "QuestionQuerySet":
        """Each with its source article, but without the article's text: enough to say why it is in quarantine."""
        return self.select_related("source_article").defer("source_article__body", "source_article__summary")


# Where a question stands in the bank: not part of a version of it, so that no old version brings it back.
NOT_IN_VERSIONS = (
    *("category_id", "state", "quarantine_reason", "checked_at", "difficulty"),
    *("source_article_id", "competency_id"),
)


class Question(PreviewableMixin, TranslatableMixin, RevisionMixin, index.Indexed, ClusterableModel):
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

    # A translator translates what learners read.
    override_translatable_fields = [SynchronizedField("quarantine_reason")]
    search_fields = [
        index.SearchField("name"),
        AnalysedField("search_text"),
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
        return self.body.raw_data[0]["type"] if self.body else ""

    def search_text(self) -> str:
        """What a search for it reads, as plain text: its name and all that a trainer wrote in it."""
        return "\n".join([self.name, plain_text(self.body.stream_block, self.body.raw_data)])

    def with_content_json(self, content: dict) -> "Question":
        """As it was in a version: what is asked and what it is worth. Where it stands in the bank is as it is now."""
        question = super().with_content_json({name: value for name, value in content.items() if name != "tagged_items"})
        for name in NOT_IN_VERSIONS:
            setattr(question, name, getattr(self, name))
        return question

    @method_decorator(csp_replace({"frame-ancestors": [SELF]}))
    def serve_preview(self, request, mode_name: str):
        """The question as it stands in memory, to be tried; nothing is recorded. The editor shows it in a frame."""
        from quizzes.bank_trial import show_trial

        return show_trial(request, self)
