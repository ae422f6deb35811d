"""The quizzes in the CMS, and the menu that they share with the bank."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import DateColumn
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from people.labels import LabelForm, label_panel
from quizzes.bank_admin import QuestionCategoryViewSet, QuestionViewSet
from quizzes.models import Quiz


class QuizViewSet(SnippetViewSet):
    model = Quiz
    icon = "form"
    edit_handler = ObjectList(
        [
            label_panel("title", _("Title")),
            label_panel("introduction", _("Introduction"), classname="collapsed"),
            MultiFieldPanel(
                [
                    FieldPanel("pass_mark"),
                    FieldRowPanel([FieldPanel("attempt_limit"), FieldPanel("time_limit")]),
                    FieldRowPanel([FieldPanel("shuffle_questions"), FieldPanel("shuffle_options")]),
                ],
                heading=_("Rules"),
            ),
            InlinePanel(
                "slots",
                heading=_("Questions"),
                label=_("Slot"),
                panels=[
                    FieldPanel("question"),
                    FieldRowPanel([FieldPanel("category"), FieldPanel("draw_count")]),
                    FieldPanel("include_subcategories"),
                    FieldPanel("mark"),
                ],
            ),
        ],
        base_form_class=LabelForm,
    )
    list_display = ["title", "pass_mark", "attempt_limit", "time_limit", DateColumn("changed_at", label=_("Changed"))]
    search_fields = ["title", "introduction"]
    copy_view_enabled = False


class QuizGroup(SnippetViewSetGroup):
    menu_label = _("Quizzes")
    menu_icon = "help"
    menu_order = 130
    submenu_hook = "register_quiz_menu_item"
    items = (QuizViewSet, QuestionViewSet, QuestionCategoryViewSet)
