"""The question bank in the CMS."""

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.snippets.models import register_snippet

from quizzes import statistics_admin
from quizzes.bank_bulk import ChangeQuestions, DeleteQuestions
from quizzes.bank_buttons import urls as bank_urls
from quizzes.checks import problems_of, warnings_of
from quizzes.marking_urls import MarkingViewSet, quiz_buttons
from quizzes.models import Question, QuestionCategory, Quiz
from quizzes.override_forms import person_chooser
from quizzes.overriding import CHANGED, EXTENDED, GRANTED, WITHDRAWN
from quizzes.quiz_admin import QuizGroup
from quizzes.shelving import is_in_use
from quizzes.upload_admin import QuestionExportViewSet, QuestionImportViewSet

register_snippet(QuizGroup)
hooks.register("register_bulk_action", ChangeQuestions)
hooks.register("register_bulk_action", DeleteQuestions, order=10)  # after Wagtail's, whose place it takes
hooks.register("register_admin_urls", bank_urls)
hooks.register("register_admin_urls", statistics_admin.urls)


@hooks.register("register_admin_viewset")
def register_import_and_export():
    return [QuestionImportViewSet(), QuestionExportViewSet(), person_chooser]


@hooks.register("register_snippet_listing_buttons")
def offer_statistics(instance, user, next_url=None):
    """In the menu of each quiz in the list."""
    if isinstance(instance, Quiz) and user.has_perm("quizzes.change_quiz"):
        yield statistics_admin.statistics_button(instance, Button)


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def say_what_is_missing(request, instance):
    """A quiz may be saved half-done, but not without a word about what keeps learners from starting it."""
    if isinstance(instance, Quiz):
        for problem in [*problems_of(instance), *warnings_of(instance)]:
            messages.warning(request, problem)


@hooks.register("before_delete_snippet")
def keep_what_is_in_use(request, instances):
    """Says what is in use instead of failing on it: Wagtail asks for less when several things are deleted at once."""
    ours = [instance for instance in instances if isinstance(instance, (Question, QuestionCategory, Quiz))]
    in_use = [instance for instance in ours if request.method == "POST" and is_in_use(instance)]
    for instance in in_use:
        messages.error(request, _("“%(name)s” is in use and was not deleted.") % {"name": instance})
    return redirect(ours[0].snippet_viewset.get_url_name("list")) if in_use else None


@hooks.register("register_log_actions")
def name_what_is_overridden(actions):
    for action, label, message in (
        (GRANTED, gettext_lazy("Override the limits of a quiz"), gettext_lazy("Limits overridden")),
        (CHANGED, gettext_lazy("Change an override"), gettext_lazy("Override changed")),
        (WITHDRAWN, gettext_lazy("Withdraw an override"), gettext_lazy("Override withdrawn")),
        (EXTENDED, gettext_lazy("Extend an attempt"), gettext_lazy("Attempt extended")),
    ):
        actions.register_action(action, label, message)


@hooks.register("register_log_actions")
def name_what_is_logged(actions):
    actions.register_action("quizzes.mark", gettext_lazy("Mark by hand"), gettext_lazy("Answer marked by hand"))
    actions.register_action("quizzes.regrade", gettext_lazy("Regrade"), gettext_lazy("Regraded"))
    actions.register_action("quizzes.neutralised", gettext_lazy("Neutralise"), gettext_lazy("Question neutralised"))
    actions.register_action("quizzes.regrade_began", gettext_lazy("Begin a regrade"), gettext_lazy("Regrade begun"))


@hooks.register("register_log_actions")
def name_what_happens_in_the_bank(actions):
    actions.register_action("quizzes.quarantine", gettext_lazy("Quarantine"), gettext_lazy("Put into quarantine"))
    actions.register_action("quizzes.release", gettext_lazy("Check"), gettext_lazy("Checked: still right"))


@hooks.register("register_admin_viewset")
def register_marking():
    return MarkingViewSet()


@hooks.register("register_snippet_listing_buttons")
def offer_marking(snippet, user, next_url=None):
    return quiz_buttons(snippet, user) if isinstance(snippet, Quiz) else []
