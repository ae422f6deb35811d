"""The question bank in the CMS."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn, LocaleColumn, StatusTagColumn
from wagtail.snippets.views.snippets import SnippetViewSet

from quizzes.models import Question, QuestionCategory
from quizzes.question_types import QUESTION_TYPES
from quizzes.shelving import place_category


def indented(category: QuestionCategory) -> str:
    return "\N{EM SPACE}" * 2 * (category.depth - 1) + category.name


class CategoryChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, category: QuestionCategory) -> str:
        return indented(category)


def type_label(question: Question) -> str:
    return QUESTION_TYPES[question.kind].block.label if question.kind in QUESTION_TYPES else ""


class QuestionForm(WagtailAdminModelForm):
    category = CategoryChoiceField(QuestionCategory.objects.all(), label=_("Category"))


class QuestionFilterSet(WagtailFilterSet):
    type = django_filters.ChoiceFilter(
        label=_("Type"),
        field_name="body__0__type",
        choices=[(name, question_type.block.label) for name, question_type in QUESTION_TYPES.items()],
    )
    category = django_filters.ModelChoiceFilter(
        label=_("Category"), queryset=QuestionCategory.objects.all(), method="filter_category"
    )

    class Meta:
        model = Question
        fields = ["state", "competency"]

    def filter_category(self, questions, name: str, category: QuestionCategory):
        return questions.in_category(category, include_subcategories=True)


class QuestionViewSet(SnippetViewSet):
    model = Question
    icon = "help"
    edit_handler = ObjectList(Question.panels, base_form_class=QuestionForm)
    list_display = [
        "name",
        Column("type", label=_("Type"), accessor=type_label),
        Column("category", label=_("Category"), sort_key="category__path"),
        StatusTagColumn(
            "state",
            label=_("State"),
            accessor="get_state_display",
            primary=lambda question: question.state == Question.State.READY,
            sort_key="state",
        ),
        LocaleColumn(label=_("Language")),
        DateColumn("changed_at", label=_("Changed"), sort_key="changed_at"),
    ]
    filterset_class = QuestionFilterSet

    def get_queryset(self, request):
        return Question.objects.select_related("category", "locale")


class CategoryForm(WagtailAdminModelForm):
    parent = CategoryChoiceField(QuestionCategory.objects.none(), required=False, label=_("Part of"))

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
    list_display = [Column("name", accessor=indented, label=_("Name")), "slug"]
    list_per_page = 100
    ordering = "path"
    search_fields = ["name", "slug"]
    copy_view_enabled = False

    def get_queryset(self, request):
        return QuestionCategory.objects.all()
