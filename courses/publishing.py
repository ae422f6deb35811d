"""What keeps a course or a quiz from being published, and the gate that every way of publishing passes.

The editor's forms below say it beside the fields. Everything else (bulk actions, schedules, workflows, translations,
the admin API, code) ends in `Page.publish` or asks `refuse_unless_ready`, and gets PublishingRefused.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from quizzes.checks import problems_of

SCHEDULED = "wagtail.publish.scheduled"


class PublishingRefused(Exception):
    """Publishing `page` would break it for a learner, or would hide why it exists. `problems` says how to mend it."""

    def __init__(self, page: Page, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.page = page
        self.problems = problems


def publishing_problems(page: Page) -> list[str]:
    """What its author has to do before `page`, as it stands in memory, can be published; empty if nothing."""
    return page.publishing_problems() if isinstance(page, GatedPageMixin) else []


def refuse_unless_ready(page: Page) -> None:
    """Raises PublishingRefused if `page`, as it stands in memory, cannot be published."""
    if problems := publishing_problems(page):
        raise PublishingRefused(page, problems)


def goal_problems(links: Iterable[tuple[object, str]]) -> list[str]:
    """`links`: the goals that a course serves (or their ids), each with how it serves it."""
    if any(goal and rationale.strip() for goal, rationale in links):
        return []
    return [_("Link this course to at least one service goal and say how it serves it: then it can be published.")]


def quiz_problems(quiz) -> list[str]:
    """Why an attempt at `quiz` could not be drawn now."""
    return problems_of(quiz)


def checklist_problems(checklist: Iterable) -> list[str]:
    """`checklist`: the blocks of a sign-off's items. Without a required one it would be met by nothing."""
    if any(item.value["is_required"] for item in checklist):
        return []
    return [_("Add at least one required item to the checklist: then it can be published.")]


class GatedPageMixin:
    """For pages that have to be ready before they are published; they name their `publishing_problems()`."""

    def publishing_problems(self) -> list[str]:
        raise TypeError(f"{type(self).__name__} does not say what it needs")

    def publish(self, revision: Revision, *args, **kwargs):
        """Publishes or schedules `revision` if it is ready.

        Raises PublishingRefused otherwise; but a schedule that comes due is called off and logged, so that one page
        does not hold up those that are due after it.
        """
        problems = publishing_problems(revision.as_object())
        if not problems:
            return super().publish(revision, *args, **kwargs)
        if kwargs.get("log_action") != SCHEDULED:
            raise PublishingRefused(self, problems)
        Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
        log(instance=self, action="courses.publishing_refused", revision=revision, data={"problems": problems})
        return None


class CoursePageForm(WagtailAdminPageForm):
    """Asks for a goal when the course is published, scheduled or submitted; a draft may be without one."""

    def clean(self):
        cleaned_data = super().clean()
        if not self.is_deferred_validation:
            for problem in goal_problems(self._links()):
                self.add_error(None, problem)
                self.formsets["course_goals"].non_form_errors().append(problem)
        return cleaned_data

    def _links(self) -> list[tuple[object, str]]:
        formset = self.formsets["course_goals"]
        rows = [form for form in formset.forms if form.is_valid() and form not in formset.deleted_forms]
        return [(row.cleaned_data.get("goal"), row.cleaned_data.get("rationale") or "") for row in rows]


class QuizPageForm(WagtailAdminPageForm):
    """Refuses to publish a quiz that could not be drawn, with the reasons beside the quiz."""

    def clean(self):
        cleaned_data = super().clean()
        quiz = cleaned_data.get("quiz")
        if quiz and not self.is_deferred_validation:
            for problem in quiz_problems(quiz):
                self.add_error("quiz", problem)
        return cleaned_data


class SignOffPageForm(WagtailAdminPageForm):
    """Refuses to publish a sign-off in which nothing has to be seen."""

    def clean(self):
        cleaned_data = super().clean()
        if "checklist" in cleaned_data and not self.is_deferred_validation:
            for problem in checklist_problems(cleaned_data["checklist"]):
                self.add_error("checklist", problem)
        return cleaned_data
