"""The list of questions in the CMS: its columns, its filters and its search. All of it stands in the address."""

from datetime import timedelta

import django_filters
from django import forms
from django.db.models import Count, F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from taggit.models import Tag
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, LocaleColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import Button
from wagtail.models import Locale
from wagtail.snippets.views.snippets import IndexView
from wagtail_localize.models import TranslationSource

from quizzes.bank_buttons import duplicate_button, release_button, try_button
from quizzes.models import Question, QuestionCategory
from quizzes.quarantine import awaits_check, doubts_about
from quizzes.question_types import QUESTION_TYPES

State = Question.State
FACILITY_BANDS = {
    "hard": (gettext_lazy("below 0.3: few know it"), {"facility__lt": 0.3}),
    "middle": (gettext_lazy("0.3 to 0.8"), {"facility__gte": 0.3, "facility__lte": 0.8}),
    "easy": (gettext_lazy("above 0.8: almost everybody knows it"), {"facility__gt": 0.8}),
    "none": (gettext_lazy("no statistics yet"), {"facility": None}),
}
NEVER = "never"
LAST_USED = [
    (NEVER, gettext_lazy("never")),
    ("30", gettext_lazy("in the last 30 days")),
    ("90", gettext_lazy("in the last 90 days")),
    ("365", gettext_lazy("in the last year")),
]


def indented(category: QuestionCategory) -> str:
    return "\N{EM SPACE}" * 2 * (category.depth - 1) + category.name


class CategoryChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, category: QuestionCategory) -> str:
        return indented(category)


class CategoryFilter(django_filters.ModelChoiceFilter):
    class field_class(django_filters.fields.ModelChoiceField):
        def label_from_instance(self, category: QuestionCategory) -> str:
            return indented(category)


def tags_in_use(request) -> QuerySet[Tag]:
    return Tag.objects.filter(pk__in=Question.tags.through.objects.order_by().values("tag")).order_by("name")


def type_label(question: Question) -> str:
    return QUESTION_TYPES[question.kind].block.label if question.kind in QUESTION_TYPES else ""


class QuestionFilterSet(WagtailFilterSet):
    type = django_filters.ChoiceFilter(
        label=gettext_lazy("Type"),
        field_name="body__0__type",
        choices=[(name, question_type.block.label) for name, question_type in QUESTION_TYPES.items()],
    )
    category = CategoryFilter(
        label=gettext_lazy("Category"), queryset=QuestionCategory.objects.all(), method="filter_category"
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=State, method="filter_state", widget=forms.RadioSelect
    )
    tag = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Tag"), field_name="tagged_items__tag", queryset=tags_in_use
    )
    facility = django_filters.ChoiceFilter(
        label=gettext_lazy("Facility"),
        choices=[(name, label) for name, (label, _lookup) in FACILITY_BANDS.items()],
        method="filter_facility",
        widget=forms.RadioSelect,
    )
    used = django_filters.ChoiceFilter(
        label=gettext_lazy("Last used"), choices=LAST_USED, method="filter_used", widget=forms.RadioSelect
    )

    class Meta:
        model = Question
        fields = ["difficulty", "competency"]

    def filter_category(self, questions, name: str, category: QuestionCategory):
        return questions.in_category(category, include_subcategories=True)

    def filter_state(self, questions, name: str, state: str):
        """What a learner meets: a ready question whose source is in doubt is in quarantine, whatever its row says."""
        if state == State.READY:
            return questions.askable()
        return questions.quarantined() if state == State.QUARANTINED else questions.filter(state=state)

    def filter_facility(self, questions, name: str, band: str):
        return questions.filter(**FACILITY_BANDS[band][1])

    def filter_used(self, questions, name: str, days: str):
        if days == NEVER:
            return questions.filter(last_used_at=None)
        return questions.filter(last_used_at__gte=timezone.now() - timedelta(days=int(days)))


class StateColumn(Column):
    """Ready, draft, hidden, or in quarantine with the reason."""

    cell_template_name = "quizzes/admin/question_state.html"

    def get_cell_context_data(self, question, parent_context):
        doubts = doubts_about(question)
        state = State.QUARANTINED.label if doubts else question.get_state_display()
        is_ready = question.state == State.READY and not doubts
        return super().get_cell_context_data(question, parent_context) | {
            "state": state,
            "is_ready": is_ready,
            "doubts": doubts,
        }


def facility_words(question: Question) -> str:
    return "" if question.facility is None else f"{question.facility:.2f}"


COLUMNS = [
    "name",
    Column("type", label=gettext_lazy("Type"), accessor=type_label, sort_key="body__0__type"),
    Column("category", label=gettext_lazy("Category"), sort_key="category__path"),
    Column("difficulty", label=gettext_lazy("Difficulty"), accessor="get_difficulty_display", sort_key="difficulty"),
    StateColumn("state", label=gettext_lazy("State"), sort_key="state"),
    LocaleColumn(label=gettext_lazy("Language")),
    Column("facility", label=gettext_lazy("Facility"), accessor=facility_words, sort_key="facility"),
    DateColumn("last_used_at", label=gettext_lazy("Last used"), sort_key="last_used_at"),
    DateColumn("changed_at", label=gettext_lazy("Changed"), sort_key="changed_at"),
]
NULLS_LAST = ("facility", "last_used_at")


def questions_listed() -> QuerySet[Question]:
    return Question.objects.select_related("category", "locale").with_source().with_use()


def questions_of_list(query) -> QuerySet[Question]:
    """The questions that the list shows for an address with this `query`, all pages of it."""
    filters = QuestionFilterSet(query, queryset=questions_listed())
    found = filters.qs if filters.is_valid() else filters.queryset
    words = query.get("q", "").strip()
    return found.saying(words) if words else found


class QuestionIndexView(IndexView):
    def order_queryset(self, questions):
        name = self.ordering.lstrip("-") if self.ordering else ""
        if name not in NULLS_LAST:
            return super().order_queryset(questions)
        is_falling = self.ordering.startswith("-")
        by = F(name).desc(nulls_last=True) if is_falling else F(name).asc(nulls_last=True)
        return questions.order_by(by, "name", "pk")

    def search_queryset(self, questions):
        return questions.saying(self.search_query) if self.is_searching else questions

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        self.rows = context["object_list"]
        return context

    def get_list_buttons(self, question):
        """Without the hooks for snippets: they are Wagtail Localize's, which asks the database twice for each row."""
        return generic.IndexView.get_list_buttons(self, question)

    def get_list_more_buttons(self, question):
        buttons = super().get_list_more_buttons(question)
        buttons.append(try_button(question, priority=15))
        if self.user_has_permission("add"):
            buttons.append(duplicate_button(question, priority=20))
        if self.user_has_permission("change") and awaits_check(question):
            buttons.append(release_button(question, next_url=self.request.get_full_path(), priority=5))
        if self.request.user.has_perm("wagtail_localize.submit_translation"):
            buttons += self._translation_buttons(question)
        return buttons

    def _translation_buttons(self, question):
        if question.translation_key not in self._complete:
            args = ["quizzes", "question", question.pk]
            url = reverse("wagtail_localize:submit_snippet_translation", args=args)
            yield Button(_("Translate"), url, icon_name="wagtail-localize-language", priority=100)
        if source := self._sources.get((question.translation_key, question.locale_id)):
            url = reverse("wagtail_localize:update_translations", args=[source])
            yield Button(_("Sync translations"), url, icon_name="resubmit", priority=106)

    @cached_property
    def _keys(self) -> set:
        return {question.translation_key for question in self.rows}

    @cached_property
    def _complete(self) -> set:
        """Which of the rows are there in every language."""
        rows = Question.objects.filter(translation_key__in=self._keys).order_by().values("translation_key")
        complete = rows.annotate(languages=Count("locale")).filter(languages__gte=Locale.objects.count())
        return set(complete.values_list("translation_key", flat=True))

    @cached_property
    def _sources(self) -> dict:
        """What translations are made from, by its key and its language."""
        sources = TranslationSource.objects.filter(object_id__in=self._keys, translations__enabled=True).distinct()
        return {(key, locale): pk for key, locale, pk in sources.values_list("object_id", "locale_id", "pk")}
