from django.db import models
from django.db.models import Exists, OuterRef, Subquery, Value
from django.db.models.functions import Concat, Length, Substr
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet
from wagtail_localize.fields import SynchronizedField

from courses.models.courses import CoursePage, original_path
from courses.models.enrolments import ActivityCompletion
from courses.models.observations import Observation
from courses.publishing import GatedPageMixin, QuizPageForm, quiz_problems
from knowledge.blocks import ArticleBodyBlock
from knowledge.languages import TranslatedQuerySetMixin
from knowledge.models import ArticlePage
from knowledge.models.pages import LibraryPage
from quizzes.models import Quiz

LAST_STEP = "Z" * Page.steplen


def end_of(path: str) -> str:
    """The last path that a child of what stands at `path` can have."""
    return path + LAST_STEP


class ActivityQuerySet(TranslatedQuerySetMixin, PageQuerySet):
    def below(self, path) -> "ActivityQuerySet":
        """The published activities of the course that stands at `path` (a string or an expression), in order.

        A range of paths, unlike a prefix that is only known row by row, is looked up in the index.
        """
        return self.between(path, end_of(path) if isinstance(path, str) else Concat(path, Value(LAST_STEP)))

    def between(self, path, end) -> "ActivityQuerySet":
        """The same, where the `end_of` its path is known too."""
        return self.live().filter(path__gt=path, path__lte=end).order_by("path")

    def in_course(self, course_key) -> "ActivityQuerySet":
        """What the course `course_key` asks for, in order: the activities of its original, so that progress is the
        same in every language."""
        return self.below(original_path(course_key))

    def with_course_key(self) -> "ActivityQuerySet":
        """The published activities that courses ask for, each with its `course_key`."""
        course = CoursePage.objects.live().originals()
        above = course.filter(path=Substr(OuterRef("path"), 1, Length(OuterRef("path")) - Page.steplen))
        return (
            self.live()
            .annotate(course_key=Subquery(above.values("translation_key")[:1]))
            .filter(course_key__isnull=False)
        )

    def required(self) -> "ActivityQuerySet":
        return self.filter(is_required=True)

    def not_complete_in(self, enrolment) -> "ActivityQuerySet":
        return self.exclude(translation_key__in=enrolment.completions.values("activity_key"))

    def with_completion_in(self, registration) -> "ActivityQuerySet":
        """Adds `is_complete`: done in the enrolment `registration`; to be used where that is known."""
        done = ActivityCompletion.objects.filter(
            activity_key=OuterRef("translation_key"), enrolment__registration=registration
        )
        return self.annotate(is_complete=Exists(done))

    def with_observation_in(self, registration) -> "ActivityQuerySet":
        """Adds `observation_state`: of a sign-off's latest observation in the enrolment `registration`, or None."""
        latest = Observation.objects.for_activity(registration, OuterRef("translation_key"))
        return self.annotate(observation_state=Subquery(latest.values("state")[:1]))


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
    preview_modes = Page.DEFAULT_PREVIEW_MODES
    objects = ActivityManager()

    # What is asked of a learner is the same in every language; the reader's language of an article is found by its key.
    override_translatable_fields = [
        SynchronizedField("is_required", overridable=False),
        SynchronizedField("minutes", overridable=False),
    ]

    settings_fields = MultiFieldPanel([FieldPanel("is_required"), FieldPanel("minutes")], heading=_("In the course"))

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")

    @cached_property
    def kind(self) -> str:
        """`lesson`, `quiz`, `reading` or `signoff`; needs no query when the page's content type is cached."""
        return self.cached_content_type.model.removesuffix("page")

    def preview_context(self) -> dict:
        from courses.previews import activity_preview

        return activity_preview(self)

    def get_view_url(self) -> str:
        return reverse("courses:activity", args=[self.get_parent().translation_key, self.translation_key])


class LessonPage(Activity):
    """Something to read or watch."""

    body = StreamField(ArticleBodyBlock(), verbose_name=_("text"), blank=True)
    minimum_dwell = models.PositiveSmallIntegerField(
        _("shortest time"), default=0, help_text=_("In seconds; a learner cannot complete the lesson sooner.")
    )

    template = "courses/lesson.html"
    is_creatable = True
    content_panels = [
        *Page.content_panels,
        FieldPanel("body"),
        Activity.settings_fields,
        FieldPanel("minimum_dwell"),
    ]
    override_translatable_fields = [
        *Activity.override_translatable_fields,
        SynchronizedField("minimum_dwell", overridable=False),
    ]
    search_fields = [*Page.search_fields, *LibraryPage.found_by_text]

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")


class QuizPage(GatedPageMixin, Activity):
    """A quiz to pass."""

    quiz = models.ForeignKey(Quiz, verbose_name=_("quiz"), on_delete=models.PROTECT, related_name="pages")

    template = "courses/quiz_intro.html"
    is_creatable = True
    base_form_class = QuizPageForm
    content_panels = [*Page.content_panels, FieldPanel("quiz"), Activity.settings_fields]
    override_translatable_fields = [
        *Activity.override_translatable_fields,
        SynchronizedField("quiz", overridable=False),
    ]

    class Meta:
        verbose_name = _("quiz activity")
        verbose_name_plural = _("quiz activities")

    def publishing_problems(self) -> list[str]:
        return quiz_problems(self.quiz)


class ReadingPage(Activity):
    """An article of the library to read and acknowledge."""

    article = models.ForeignKey(
        ArticlePage, verbose_name=_("article"), on_delete=models.PROTECT, related_name="readings"
    )

    template = "courses/reading.html"
    is_creatable = True
    content_panels = [*Page.content_panels, FieldPanel("article"), Activity.settings_fields]
    override_translatable_fields = [
        *Activity.override_translatable_fields,
        SynchronizedField("article", overridable=False),
    ]

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
