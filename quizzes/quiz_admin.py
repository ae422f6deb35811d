"""The quizzes in the CMS, and the menu that they share with the bank."""

from django.conf import settings
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_localized_fieldname
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import DateColumn
from wagtail.admin.widgets.button import HeaderButton
from wagtail.snippets.views.snippets import EditView, IndexView, SnippetViewSet, SnippetViewSetGroup

from people.labels import LabelForm, label_panel
from quizzes import override_admin, quiz_trial
from quizzes.bank_admin import QuestionCategoryViewSet, QuestionViewSet
from quizzes.marking_urls import attempts_button
from quizzes.models import Quiz
from quizzes.quiz_forms import BandFormSet, QuizForm, SlotForm, SlotFormSet
from quizzes.statistics_admin import statistics_button

CODES = [code for code, _name in settings.LANGUAGES]


class SlotsPanel(InlinePanel):
    """Wagtail's panel, with forms of our own."""

    form_class, formset_class = SlotForm, SlotFormSet

    def get_form_options(self):
        options = super().get_form_options()
        options["formsets"][self.relation_name] |= {"form": self.form_class, "formset": self.formset_class}
        return options


class BandsPanel(SlotsPanel):
    form_class, formset_class = LabelForm, BandFormSet


ABOUT = [
    label_panel("title", _("Title")),
    label_panel("introduction", _("Introduction"), classname="collapsed"),
    FieldPanel("pass_mark"),
]
QUESTIONS = [
    SlotsPanel(
        "slots",
        heading=_("Questions"),
        label=_("Slot"),
        help_text=_("A slot asks one question, or draws some at each start: first what the learner was never asked."),
        panels=[
            FieldRowPanel([FieldPanel("question"), FieldPanel("version")]),
            FieldRowPanel([FieldPanel("category"), FieldPanel("draw_count")]),
            FieldRowPanel([FieldPanel("include_subcategories"), FieldPanel("tag_names")]),
            FieldRowPanel([FieldPanel("mark"), FieldPanel("is_critical")]),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel(build_localized_fieldname("section_title", code)) for code in CODES]),
                    FieldPanel("section_shuffle"),
                ],
                heading=_("A title begins a section with this slot"),
            ),
        ],
    ),
    MultiFieldPanel(
        [
            FieldPanel("shuffle_questions", help_text=_("In each section, at each start.")),
            FieldPanel("shuffle_options", help_text=_("An option that has to stay last does so.")),
        ],
        heading=_("Order"),
    ),
]
TIMING = [
    FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
    FieldPanel(
        "time_limit",
        help_text=_("In minutes; empty for none. An attempt never lasts longer than until the quiz closes."),
    ),
    FieldRowPanel([FieldPanel("on_expiry"), FieldPanel("grace_period")]),
]
ATTEMPTS = [
    FieldPanel("attempt_limit"),
    FieldRowPanel([FieldPanel("first_delay"), FieldPanel("later_delay")]),
    FieldPanel("grading_method", help_text=_("Of several attempts of one learner.")),
    FieldPanel("completion_rule"),
]
BEHAVIOUR = [
    FieldRowPanel([FieldPanel("layout"), FieldPanel("navigation")]),
    FieldPanel("behaviour", help_text=_("With several tries, a question has one more try than it has hints.")),
    FieldPanel("is_marked_blind"),
]
REVIEW = [
    HelpPanel(
        _(
            "Immediately after means the first two minutes. Without the attempt, only marks and overall feedback "
            "are shown. During the attempt this counts only where feedback comes after each answer."
        )
    ),
    FieldPanel("review"),
]
FEEDBACK = [
    BandsPanel(
        "feedback_bands",
        heading=_("Overall feedback"),
        label=_("Band"),
        help_text=_("A result gets the text of the highest band that it reaches."),
        panels=[FieldPanel("lower_bound"), label_panel("text", _("Feedback"))],
    )
]


def quiz_url(name: str, quiz: Quiz) -> str:
    return reverse(Quiz.snippet_viewset.get_url_name(name), args=[quiz.pk])


class QuizIndexView(IndexView):
    def get_list_more_buttons(self, instance):
        buttons = super().get_list_more_buttons(instance)
        if self.user_has_permission("change"):
            buttons += [
                MenuItem(_("Try it"), url=quiz_url("try", instance), icon_name="view", priority=15),
                MenuItem(_("Overrides"), url=quiz_url("overrides", instance), icon_name="group", priority=16),
            ]
        return buttons


class QuizEditView(EditView):
    @cached_property
    def header_buttons(self):
        return [
            HeaderButton(_("Try it"), url=quiz_url("try", self.object), icon_name="view"),
            HeaderButton(_("Overrides"), url=quiz_url("overrides", self.object), icon_name="group"),
            statistics_button(self.object, HeaderButton),
            attempts_button(self.object, HeaderButton),
        ]


class QuizViewSet(SnippetViewSet):
    model = Quiz
    icon = "form"
    index_view_class = QuizIndexView
    edit_view_class = QuizEditView
    edit_handler = TabbedInterface(
        [
            ObjectList(panels, heading=heading)
            for panels, heading in (
                (ABOUT, _("Quiz")),
                (QUESTIONS, _("Questions")),
                (TIMING, _("Timing")),
                (ATTEMPTS, _("Attempts")),
                (BEHAVIOUR, _("Behaviour")),
                (REVIEW, _("Review")),
                (FEEDBACK, _("Feedback")),
            )
        ],
        base_form_class=QuizForm,
    )
    list_display = ["title", "pass_mark", "attempt_limit", "time_limit", DateColumn("changed_at", label=_("Changed"))]
    search_fields = ["title", "introduction"]
    copy_view_enabled = False

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("try/<int:pk>/", quiz_trial.try_quiz, name="try"),
            path("overrides/<int:quiz_pk>/", override_admin.overrides, name="overrides"),
            path("overrides/<int:quiz_pk>/add/", override_admin.add, name="add_override"),
            path("overrides/change/<int:pk>/", override_admin.change, name="change_override"),
            path("overrides/withdraw/<int:pk>/", override_admin.withdraw, name="withdraw_override"),
            path("attempts/<int:pk>/extend/", override_admin.extend, name="extend_attempt"),
        ]


class QuizGroup(SnippetViewSetGroup):
    menu_label = _("Quizzes")
    menu_icon = "help"
    menu_order = 130
    submenu_hook = "register_quiz_menu_item"
    items = (QuizViewSet, QuestionViewSet, QuestionCategoryViewSet)
