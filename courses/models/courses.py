from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index

from courses.illustrations import course_illustrations
from knowledge.languages import TranslatedQuerySetMixin
from knowledge.models.pages import LibraryPage
from strategy.models import ServiceGoal


class CourseIndexPage(LibraryPage):
    """The home of the courses in one language."""

    view_name = "courses:catalogue"
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["courses.CoursePage"]

    class Meta:
        verbose_name = _("course catalogue")
        verbose_name_plural = _("course catalogues")

    def get_view_url(self) -> str:
        return reverse(self.view_name)


class CourseQuerySet(TranslatedQuerySetMixin, PageQuerySet):
    def visible_to(self, user) -> "CourseQuerySet":
        """Published courses; nothing to somebody who is not signed in."""
        return self.live() if user.is_authenticated else self.none()


CourseManager = PageManager.from_queryset(CourseQuerySet)


class CoursePage(LibraryPage):
    """A course: activities in order, each a child page, and the service goals that it serves."""

    summary = models.TextField(_("summary"), max_length=400, help_text=_("What will I be able to do afterwards?"))
    illustration = models.CharField(
        _("illustration"), max_length=120, blank=True, choices=course_illustrations
    )

    view_name = "courses:course"
    parent_page_types = ["courses.CourseIndexPage"]
    subpage_types = ["courses.LessonPage", "courses.QuizPage", "courses.ReadingPage"]
    objects = CourseManager()

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel([FieldPanel("summary"), FieldPanel("illustration")], heading=_("On its card")),
        InlinePanel(
            "course_goals",
            heading=_("Service goals"),
            label=_("Goal"),
            help_text=_("Which goals of the service strategy does this course serve, and how? At least one to publish."),
        ),
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary")]

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")


class CourseGoal(Orderable):
    """Why this course exists: the service goal that it serves, and how."""

    course = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="course_goals")
    goal = models.ForeignKey(
        ServiceGoal,
        verbose_name=_("goal"),
        on_delete=models.PROTECT,
        related_name="course_goals",
        limit_choices_to={"level": "goal"},
    )
    rationale = models.TextField(
        _("rationale"), max_length=600, help_text=_("How does this course move the goal? One or two sentences.")
    )

    class Meta(Orderable.Meta):
        verbose_name = _("goal of a course")
        verbose_name_plural = _("goals of courses")
        constraints = [models.UniqueConstraint(fields=["course", "goal"], name="course_goal_is_linked_once")]

    def __str__(self):
        return str(self.goal)
