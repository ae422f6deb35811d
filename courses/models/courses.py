from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, Page, PageManager
from wagtail.query import PageQuerySet

from courses.illustrations import course_illustrations
from courses.models.enrolments import Enrolment
from courses.publishing import CoursePageForm, GatedPageMixin, goal_problems
from knowledge.languages import TranslatedQuerySetMixin, language_rank
from knowledge.models.pages import LibraryPage, SectionPage
from strategy.models import ServiceGoal


class CourseIndexPage(SectionPage):
    """The home of the courses in one language."""

    view_name = "courses:catalogue"
    subpage_types = ["courses.CoursePage"]

    class Meta:
        verbose_name = _("course catalogue")
        verbose_name_plural = _("course catalogues")


class CourseQuerySet(TranslatedQuerySetMixin, PageQuerySet):
    def visible_to(self, user) -> "CourseQuerySet":
        """Published courses; nothing to somebody who is not signed in."""
        return self.readable() if user.is_authenticated else self.none()

    def readable(self) -> "CourseQuerySet":
        """What everybody who is signed in may see."""
        return self.live()

    def with_original_path(self) -> "CourseQuerySet":
        """Adds `original_path`: where the version stands whose activities are asked for, whatever the language."""
        return self.annotate(original_path=original_path(OuterRef("translation_key")))

    def with_enrolment_of(self, person) -> "CourseQuerySet":
        """Adds `registration` and `completed_at` of the person's current enrolment; both None where there is none."""
        current = Enrolment.objects.of(person).current().filter(course_key=OuterRef("translation_key"))
        return self.annotate(
            registration=Subquery(current.values("registration")[:1]),
            completed_at=Subquery(current.values("completed_at")[:1]),
        )


def original_path(course_key) -> Subquery:
    """The tree position of the published version of the course `course_key` that says what is to be done."""
    versions = CoursePage.objects.live().filter(translation_key=course_key)
    return Subquery(versions.order_by(language_rank(settings.LANGUAGE_CODE)).values("path")[:1])


CourseManager = PageManager.from_queryset(CourseQuerySet)


class CoursePage(GatedPageMixin, LibraryPage):
    """A course: activities in order, each a child page, and the service goals that it serves."""

    summary = models.TextField(_("summary"), max_length=400, help_text=_("What will I be able to do afterwards?"))
    illustration = models.CharField(_("illustration"), max_length=120, blank=True, choices=course_illustrations)

    view_name = "courses:course"
    template = "courses/course.html"
    preview_modes = Page.DEFAULT_PREVIEW_MODES
    parent_page_types = ["courses.CourseIndexPage"]
    subpage_types = ["courses.LessonPage", "courses.QuizPage", "courses.ReadingPage", "courses.SignOffPage"]
    base_form_class = CoursePageForm
    admin_default_ordering = "ord"  # a course's activities are listed in the order of learning
    objects = CourseManager()

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel([FieldPanel("summary"), FieldPanel("illustration")], heading=_("On its card")),
        InlinePanel(
            "course_goals",
            heading=_("Service goals"),
            label=_("Goal"),
            help_text=_(
                "Which goals of the service strategy does this course serve, and how? At least one to publish."
            ),
        ),
    ]
    search_fields = [*Page.search_fields, *LibraryPage.found_by_text]

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def preview_context(self) -> dict:
        from courses.previews import course_preview

        return course_preview(self)

    def publishing_problems(self) -> list[str]:
        return goal_problems((link.goal_id, link.rationale) for link in self.course_goals.all())


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
