from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Length, Substr
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index

from courses.models.courses import CoursePage
from courses.models.enrolments import ActivityCompletion
from knowledge.blocks import ArticleBodyBlock
from knowledge.languages import TranslatedQuerySetMixin
from knowledge.models import ArticlePage
from knowledge.models.pages import LibraryPage
from quizzes.models import Quiz


class ActivityQuerySet(TranslatedQuerySetMixin, PageQuerySet):
    def of_course(self, course) -> "ActivityQuerySet":
        """The published activities of `course`, in the trainer's order."""
        return self.live().child_of(course).order_by("path")

    def beside(self, activity) -> "ActivityQuerySet":
        """`activity` and the other published activities of its course, in the trainer's order."""
        return self.live().sibling_of(activity, inclusive=True).order_by("path")

    def in_course(self, course_key) -> "ActivityQuerySet":
        """Activities of the course `course_key`, in whichever language."""
        above = CoursePage.objects.live().filter(
            translation_key=course_key, path=Substr(OuterRef("path"), 1, Length(OuterRef("path")) - Page.steplen)
        )
        return self.live().filter(Exists(above))

    def required(self) -> "ActivityQuerySet":
        return self.filter(is_required=True)

    def not_complete_in(self, enrolment) -> "ActivityQuerySet":
        return self.exclude(translation_key__in=enrolment.completions.values("activity_key"))

    def with_completion_by(self, person) -> "ActivityQuerySet":
        """Adds `is_complete`: done by `person` in her current enrolment."""
        done = ActivityCompletion.objects.filter(
            activity_key=OuterRef("translation_key"), enrolment__person=person, enrolment__superseded_at=None
        )
        return self.annotate(is_complete=Exists(done))


ActivityManager = PageManager.from_queryset(ActivityQuerySet)


class Activity(LibraryPage):
    """One thing to do in a course. What it is, is said by the concrete page types below."""

    is_required = models.BooleanField(
        _("required"), default=True, help_text=_("Only required activities count towards completing the course.")
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=5, help_text=_("How long it takes, roughly."))

    is_creatable = False
    subpage_types = []
    parent_page_types = ["courses.CoursePage"]
    objects = ActivityManager()

    settings_fields = MultiFieldPanel([FieldPanel("is_required"), FieldPanel("minutes")], heading=_("In the course"))

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")

    @cached_property
    def kind(self) -> str:
        """`lesson`, `quiz` or `reading`; needs no query when the page's content type is cached."""
        return self.cached_content_type.model.removesuffix("page")

    def get_view_url(self) -> str:
        return reverse("courses:activity", args=[self.get_parent().translation_key, self.translation_key])


class LessonPage(Activity):
    """Something to read or watch."""

    body = StreamField(ArticleBodyBlock(), verbose_name=_("text"), blank=True)
    minimum_dwell = models.PositiveSmallIntegerField(
        _("shortest time"), default=0, help_text=_("In seconds; a learner cannot complete the lesson sooner.")
    )

    is_creatable = True
    content_panels = [
        *Page.content_panels,
        FieldPanel("body"),
        Activity.settings_fields,
        FieldPanel("minimum_dwell"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")


class QuizPage(Activity):
    """A quiz to pass."""

    quiz = models.ForeignKey(Quiz, verbose_name=_("quiz"), on_delete=models.PROTECT, related_name="pages")

    is_creatable = True
    content_panels = [*Page.content_panels, FieldPanel("quiz"), Activity.settings_fields]

    class Meta:
        verbose_name = _("quiz activity")
        verbose_name_plural = _("quiz activities")


class ReadingPage(Activity):
    """An article of the library to read and acknowledge."""

    article = models.ForeignKey(
        ArticlePage, verbose_name=_("article"), on_delete=models.PROTECT, related_name="readings"
    )

    is_creatable = True
    content_panels = [*Page.content_panels, FieldPanel("article"), Activity.settings_fields]

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
