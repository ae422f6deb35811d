from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, Page, PageManager
from wagtail.query import PageQuerySet

from courses.illustrations import path_illustrations
from courses.models.courses import CoursePage
from knowledge.languages import TranslatedQuerySetMixin
from knowledge.models import ArticlePage
from knowledge.models.pages import LibraryPage, SectionPage


class LearningPathIndexPage(SectionPage):
    """The home of the learning paths in one language."""

    view_name = "home"
    subpage_types = ["courses.LearningPathPage"]

    class Meta:
        verbose_name = _("learning path index")
        verbose_name_plural = _("learning path indexes")


class LearningPathQuerySet(TranslatedQuerySetMixin, PageQuerySet):
    pass


LearningPathManager = PageManager.from_queryset(LearningPathQuerySet)


class LearningPathPage(LibraryPage):
    """Courses and articles in order, given to people as a duty."""

    summary = models.TextField(_("summary"), max_length=400, blank=True)
    illustration = models.CharField(_("illustration"), max_length=120, blank=True, choices=path_illustrations)
    is_sequential = models.BooleanField(
        _("in this order"), default=True, help_text=_("A step opens when the required steps before it are complete.")
    )
    due_days = models.PositiveSmallIntegerField(
        _("due after"), null=True, blank=True, help_text=_("In days from the assignment; empty for no due date.")
    )

    optional_needed = models.PositiveSmallIntegerField(
        _("optional steps needed"),
        default=0,
        help_text=_("How many of the optional steps have to be complete too, whichever they are."),
    )
    prior_learning_days = models.PositiveSmallIntegerField(
        _("earlier completions count"),
        null=True,
        blank=True,
        help_text=_("If they are not older than so many days at the assignment; 0: none does; empty: all do."),
    )

    view_name = "path"
    template = "courses/path.html"
    preview_modes = Page.DEFAULT_PREVIEW_MODES
    parent_page_types = ["courses.LearningPathIndexPage"]
    subpage_types = []
    objects = LearningPathManager()

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel([FieldPanel("summary"), FieldPanel("illustration")], heading=_("On its card")),
        MultiFieldPanel(
            [
                FieldPanel("is_sequential"),
                FieldPanel("optional_needed"),
                FieldPanel("due_days"),
                FieldPanel("prior_learning_days"),
            ],
            heading=_("Rules"),
        ),
        InlinePanel("steps", heading=_("Steps"), label=_("Step"), min_num=1),
    ]

    class Meta:
        verbose_name = _("learning path")
        verbose_name_plural = _("learning paths")

    def counts_from(self, at: datetime) -> datetime | None:
        """Since when completions count for an assignment that is made at `at`; None: all do."""
        return None if self.prior_learning_days is None else at - timedelta(days=self.prior_learning_days)

    def preview_context(self) -> dict:
        from courses.previews import path_preview

        return path_preview(self)


class PathStep(Orderable):
    """One course of a path, or one article to read and acknowledge."""

    path_page = ParentalKey(LearningPathPage, on_delete=models.CASCADE, related_name="steps")
    course = models.ForeignKey(
        CoursePage, verbose_name=_("course"), null=True, blank=True, on_delete=models.PROTECT, related_name="steps"
    )
    article = models.ForeignKey(
        ArticlePage, verbose_name=_("or article"), null=True, blank=True, on_delete=models.PROTECT, related_name="steps"
    )
    is_required = models.BooleanField(_("required"), default=True)
    opens_on = models.DateField(_("opens on"), null=True, blank=True)
    opens_after_days = models.PositiveSmallIntegerField(
        _("opens after"), null=True, blank=True, help_text=_("In days from the completion of the step before.")
    )
    due_days = models.PositiveSmallIntegerField(
        _("due after"), null=True, blank=True, help_text=_("In days from the assignment. It locks nothing.")
    )

    panels = [
        FieldRowPanel([FieldPanel("course"), FieldPanel("article")]),
        FieldPanel("is_required"),
        FieldRowPanel([FieldPanel("opens_on"), FieldPanel("opens_after_days"), FieldPanel("due_days")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [
            models.UniqueConstraint(fields=["path_page", "course"], name="path_step_names_a_course_once"),
            models.UniqueConstraint(fields=["path_page", "article"], name="path_step_names_an_article_once"),
            models.CheckConstraint(
                condition=Q(course=None, article__isnull=False) | Q(course__isnull=False, article=None),
                name="path_step_is_a_course_or_an_article",
                violation_error_message=_("Choose a course or an article, not both."),
            ),
        ]

    def __str__(self):
        return str(self.course or self.article)

    def clean(self):
        super().clean()
        if (self.course is None) == (self.article is None):
            raise ValidationError(_("Choose a course or an article, not both."))
