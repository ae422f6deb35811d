from datetime import datetime

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.db import models
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from taggit.models import TaggedItemBase
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet
from wagtail_localize.fields import SynchronizedField

from knowledge.blocks import ArticleBodyBlock
from knowledge.bodies import rendered
from knowledge.editing import ArticlePageForm, LaterChangePanel
from knowledge.languages import TranslatedQuerySetMixin
from knowledge.plain_text import plain_text
from knowledge.search_fields import AnalysedField


class LibraryPage(Page):
    """What our pages share: a page is content, read by its key through a Django view, in the reader's language.

    Wagtail's own address of a page only leads there, so no content is served past the view's permissions.
    """

    view_name = ""
    private_page_options = []  # what is published is for everybody who signs in, and for nobody else
    found_by_text = [AnalysedField("title", boost=2), AnalysedField("search_text")]
    preview_modes = []

    class Meta:
        abstract = True

    def get_view_url(self) -> str:
        return reverse(self.view_name, args=[self.translation_key])

    def serve(self, request, *args, **kwargs):
        return redirect(self.get_view_url())

    def search_text(self) -> str:
        """What a search for the page reads, as plain text: its title, its summary and its text."""
        body = getattr(self, "body", None)
        parts = [self.title, getattr(self, "summary", ""), plain_text(body.stream_block, body.raw_data) if body else ""]
        return "\n".join(filter(None, parts))

    def preview_context(self) -> dict:
        """What the page's template needs to show the page as it stands in memory, to nobody in particular."""
        return {}

    @method_decorator(csp_replace({"frame-ancestors": [SELF]}))
    def serve_preview(self, request, mode_name: str):
        """As a reader sees it, in the page's language; nothing is recorded. The editor shows it in a frame."""
        with translation.override(self.locale.language_code):
            return render(request, self.template, self.preview_context())


class SectionPage(LibraryPage):
    """The home of one kind of content in one language; its address is the same in all of them."""

    parent_page_types = ["wagtailcore.Page"]

    class Meta:
        abstract = True

    def get_view_url(self) -> str:
        return reverse(self.view_name)


class KnowledgeIndexPage(SectionPage):
    """The home of the knowledge library in one language."""

    view_name = "knowledge:index"
    subpage_types = ["knowledge.ArticlePage"]

    class Meta:
        verbose_name = _("knowledge library")
        verbose_name_plural = _("knowledge libraries")


class ArticleTag(TaggedItemBase):
    content_object = ParentalKey("knowledge.ArticlePage", related_name="tagged_items", on_delete=models.CASCADE)


class ArticleQuerySet(TranslatedQuerySetMixin, PageQuerySet):
    def visible_to(self, user) -> "ArticleQuerySet":
        """Published articles; nothing to somebody who is not signed in."""
        return self.readable() if user.is_authenticated else self.none()

    def readable(self) -> "ArticleQuerySet":
        """What everybody who is signed in may see."""
        return self.live()

    def verified(self, at: datetime | None = None) -> "ArticleQuerySet":
        return self.filter(verified_until__gt=at or timezone.now())

    def due_for_verification(self, at: datetime | None = None) -> "ArticleQuerySet":
        return self.live().exclude(verified_until__gt=at or timezone.now())


ArticleManager = PageManager.from_queryset(ArticleQuerySet)


class ArticlePage(LibraryPage):
    """One piece of product or service knowledge."""

    summary = models.TextField(
        _("summary"), max_length=400, blank=True, help_text=_("One or two sentences: what does this answer?")
    )
    body = StreamField(ArticleBodyBlock(), verbose_name=_("text"), blank=True)
    tags = ClusterTaggableManager(through=ArticleTag, blank=True, verbose_name=_("tags"))
    products = ParentalManyToManyField(
        "knowledge.Product", blank=True, related_name="articles", verbose_name=_("products")
    )
    verifier = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("verifier"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="articles_to_verify",
        help_text=_("Who confirms that this article is still right."),
    )
    verification_interval = models.PositiveSmallIntegerField(_("verify every"), default=90, help_text=_("In days."))
    verified_until = models.DateTimeField(_("verified until"), null=True, blank=True, editable=False)
    materially_changed_at = models.DateTimeField(_("materially changed at"), null=True, blank=True, editable=False)
    is_material_change = models.BooleanField(
        _("this change is material"),
        default=False,
        help_text=_(
            "The article says something else now, not only the same in other words. When it is published, it has to "
            "be verified again, and questions that rest on it are not asked until they are checked."
        ),
    )
    source_name = models.CharField(_("imported from"), max_length=255, blank=True, editable=False)
    source_digest = models.CharField(max_length=64, blank=True, editable=False)

    view_name = "knowledge:article"
    base_form_class = ArticlePageForm
    # What was verified, and what was imported, is this text and not a copy or translation of it.
    exclude_fields_in_copy = [
        *("verified_until", "materially_changed_at", "is_material_change", "source_name", "source_digest"),
    ]
    override_translatable_fields = [SynchronizedField("is_material_change", overridable=False)]
    template = "knowledge/article.html"
    preview_modes = Page.DEFAULT_PREVIEW_MODES
    parent_page_types = ["knowledge.KnowledgeIndexPage"]
    subpage_types = []
    objects = ArticleManager()

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("body"),
        MultiFieldPanel([LaterChangePanel("is_material_change")], heading=_("What your change means")),
        MultiFieldPanel([FieldPanel("products"), FieldPanel("tags")], heading=_("What it is about")),
        MultiFieldPanel([FieldPanel("verifier"), FieldPanel("verification_interval")], heading=_("Verification")),
    ]
    search_fields = [*Page.search_fields, *LibraryPage.found_by_text]

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        indexes = [models.Index(fields=["source_name"], name="article_by_source")]

    def preview_context(self) -> dict:
        return {"article": self, "body": rendered(self), "products": self.products.all()}

    def is_verified(self, at: datetime | None = None) -> bool:
        """Whether its verification holds at the instant `at`."""
        return self.verified_until is not None and self.verified_until > (at or timezone.now())

    def with_content_json(self, content: dict) -> "ArticlePage":
        """As it was in a version; that it was verified, or has changed, is said of the article as it is now."""
        article = super().with_content_json(content)
        article.verified_until, article.materially_changed_at = self.verified_until, self.materially_changed_at
        return article
