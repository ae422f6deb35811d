"""The question bank in the CMS."""

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.choosers import BaseFilterForm, LocaleFilterMixin, SearchFilterMixin
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.preview import PreviewOnCreate, PreviewOnEdit
from wagtail.log_actions import log
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView, SnippetViewSet

from quizzes.bank_buttons import duplicate_button, try_button
from quizzes.bank_list import (
    COLUMNS,
    CategoryChoiceField,
    QuestionFilterSet,
    QuestionIndexView,
    StateColumn,
    indented,
    questions_listed,
    type_label,
)
from quizzes.bank_panels import QuarantinePanel, UsesPanel, VersionsPanel
from quizzes.bank_uses import uses_of
from quizzes.bank_versions import changes_between
from quizzes.models import Question, QuestionCategory
from quizzes.quarantine import quarantine_question
from quizzes.shelving import place_category
from quizzes.statistics_admin import QuestionStatisticsPanel


class QuestionForm(WagtailAdminModelForm):
    """Who saves a question has checked it."""

    category = CategoryChoiceField(QuestionCategory.objects.all(), label=gettext_lazy("Category"))

    def clean(self):
        cleaned_data = super().clean()
        is_held = cleaned_data.get("state") == Question.State.QUARANTINED
        if is_held and not cleaned_data.get("quarantine_reason"):
            self.add_error("quarantine_reason", _("Say what has to be checked before it is asked again."))
        if not is_held:
            cleaned_data["quarantine_reason"] = ""
        return cleaned_data

    def save(self, commit=True):
        self.instance.checked_at = timezone.now()
        return super().save(commit)


EDITOR = TabbedInterface(
    [
        ObjectList(
            [
                QuarantinePanel(),
                FieldPanel("name"),
                FieldPanel("body"),
                MultiFieldPanel(
                    [
                        FieldPanel("category"),
                        FieldPanel("tags"),
                        FieldRowPanel([FieldPanel("state"), FieldPanel("difficulty")]),
                        FieldPanel("quarantine_reason"),
                        FieldRowPanel([FieldPanel("default_mark"), FieldPanel("penalty")]),
                    ],
                    heading=gettext_lazy("In the bank"),
                ),
                MultiFieldPanel(
                    [FieldPanel("source_article"), FieldPanel("competency")], heading=gettext_lazy("What it is about")
                ),
            ],
            heading=gettext_lazy("Question"),
        ),
        ObjectList(
            [
                UsesPanel(heading=gettext_lazy("Where it is used")),
                QuestionStatisticsPanel(heading=gettext_lazy("Statistics")),
                VersionsPanel(heading=gettext_lazy("Versions")),
            ],
            heading=gettext_lazy("Use and versions"),
        ),
    ],
    base_form_class=QuestionForm,
)


class SavedByHandMixin:
    """Wagtail saves by itself while one types. A question has no draft beside what learners are asked, and who saves it
    has checked it: only the button saves."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.autosave_enabled = False


class QuestionCreateView(SavedByHandMixin, CreateView):
    pass


class QuestionEditView(SavedByHandMixin, EditView):
    def save_instance(self):
        question = self._save_place() if self._is_same_version() else super().save_instance()
        if question.state == Question.State.QUARANTINED and "state" in self.form.changed_data:
            quarantine_question(question, self.request.user, question.quarantine_reason)
        return question

    def _is_same_version(self) -> bool:
        """Whether the form asks what the latest version asks: only its place in the bank is changed, or nothing is."""
        latest = self.object.latest_revision
        return latest is not None and not changes_between(latest.content, self.form.instance.serializable_data())

    def _save_place(self) -> Question:
        question, self.new_revision = self.form.save(), None
        log(instance=question, action="wagtail.edit", user=self.request.user, content_changed=self.form.has_changed())
        return question

    @cached_property
    def header_more_buttons(self):
        buttons = [*super().header_more_buttons, try_button(self.object, priority=5)]
        if self.user_has_permission("add"):
            buttons.append(duplicate_button(self.object, priority=10))
        return buttons


class QuestionDeleteView(DeleteView):
    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"uses": uses_of(self.object)}


class AnswersPreviewMixin:
    """The editor's preview can be answered: what its form sends comes along in the address, and nothing is kept."""

    def get_extra_request_attrs(self):
        return super().get_extra_request_attrs() | {"answers": self.request.GET}


class QuestionPreviewOnEdit(AnswersPreviewMixin, PreviewOnEdit):
    pass


class QuestionPreviewOnCreate(AnswersPreviewMixin, PreviewOnCreate):
    pass


class QuestionChooserForm(LocaleFilterMixin, SearchFilterMixin, BaseFilterForm):
    def filter(self, questions):
        words, language = self.cleaned_data.get("q"), self.cleaned_data.get("locale")
        if language:
            questions = questions.filter(locale__language_code=language)
        self.is_searching, self.search_query = bool(words), words
        return questions.saying(words) if words else questions


class QuestionChooserMixin:
    """Says of each question what it is, and finds it by what it asks."""

    filter_form_class = QuestionChooserForm

    def get_object_list(self):
        return Question.objects.select_related("category", "locale").with_source()

    @property
    def columns(self):
        title, *others = super().columns
        return [
            title,
            Column("type", label=gettext_lazy("Type"), accessor=type_label),
            Column("category", label=gettext_lazy("Category")),
            StateColumn("state", label=gettext_lazy("State")),
            *others,
        ]


class QuestionChooseView(QuestionChooserMixin, ChooseView):
    pass


class QuestionChooseResultsView(QuestionChooserMixin, ChooseResultsView):
    pass


class QuestionChooserViewSet(SnippetChooserViewSet):
    choose_view_class = QuestionChooseView
    choose_results_view_class = QuestionChooseResultsView


class QuestionViewSet(SnippetViewSet):
    model = Question
    icon = "help"
    edit_handler = EDITOR
    list_display = COLUMNS
    filterset_class = QuestionFilterSet
    index_view_class = QuestionIndexView
    add_view_class = QuestionCreateView
    edit_view_class = QuestionEditView
    delete_view_class = QuestionDeleteView
    delete_template_name = "quizzes/admin/question_delete.html"
    preview_on_add_view_class = QuestionPreviewOnCreate
    preview_on_edit_view_class = QuestionPreviewOnEdit
    chooser_viewset_class = QuestionChooserViewSet
    copy_view_enabled = False

    def get_queryset(self, request):
        return questions_listed()


class CategoryForm(WagtailAdminModelForm):
    parent = CategoryChoiceField(QuestionCategory.objects.none(), required=False, label=gettext_lazy("Part of"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        categories = QuestionCategory.objects.all()
        if self.instance.pk:
            categories = categories.exclude(path__startswith=self.instance.path)
            self.fields["parent"].initial = self.instance.get_parent()
        self.fields["parent"].queryset = categories

    def save(self, commit=True):
        category = super().save(commit=False)
        return place_category(category, self.cleaned_data["parent"]) if commit else category


class QuestionCategoryViewSet(SnippetViewSet):
    model = QuestionCategory
    icon = "folder-open-inverse"
    edit_handler = ObjectList(
        [FieldPanel("name"), FieldPanel("slug"), FieldPanel("parent")], base_form_class=CategoryForm
    )
    list_display = [Column("name", accessor=indented, label=gettext_lazy("Name")), "slug"]
    list_per_page = 100
    ordering = "path"
    search_fields = ["name", "slug"]
    copy_view_enabled = False

    def get_queryset(self, request):
        return QuestionCategory.objects.all()
