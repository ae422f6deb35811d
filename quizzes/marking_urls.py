"""Where the CMS marks, regrades and lists attempts."""

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets.button import BaseButton, Button

from people.models import User
from quizzes import attempts_admin, marking_admin, regrading_admin
from quizzes.marking_queue import MAY_MARK
from quizzes.models import Quiz


class MarkingMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_MARK)


class MarkingViewSet(ViewSet):
    name = "marking"
    url_prefix = "quizzes/marking"
    icon = "edit"
    menu_label = _("Marking")
    menu_item_class = MarkingMenuItem
    menu_hook = "register_quiz_menu_item"
    menu_order = 70

    def get_urlpatterns(self):
        return [
            path("", marking_admin.waiting, name="waiting"),
            path("answers/<int:pk>/", marking_admin.mark, name="mark"),
            path("attempts/<int:pk>/", attempts_admin.attempt, name="attempt"),
            path("<uuid:quiz_key>/attempts/", attempts_admin.attempts, name="attempts"),
            path("<uuid:quiz_key>/marks/", attempts_admin.history, name="history"),
            path("<uuid:quiz_key>/regrade/", regrading_admin.choose, name="regrade"),
            path("<uuid:quiz_key>/regrade/run/", regrading_admin.run, name="run_regrade"),
            path("regrades/<uuid:batch>/", regrading_admin.regraded, name="regraded"),
        ]


def quiz_buttons(quiz: Quiz, user: User) -> list[Button]:
    """What may be done with the attempts at a quiz, in its row of the list."""
    if not user.has_perm(MAY_MARK):
        return []
    regrade = Button(_("Regrade"), reverse("marking:regrade", args=[quiz.key]), icon_name="rotate", priority=19)
    return [attempts_button(quiz, Button), regrade]


def attempts_button(quiz: Quiz, button: type[BaseButton]) -> BaseButton:
    """The way to the attempts at a quiz, as a button of this class; from there it goes to a regrade."""
    return button(_("Attempts"), url=reverse("marking:attempts", args=[quiz.key]), icon_name="list-ul", priority=18)
