"""One change to many questions of the list. A page asks what to change, the next one says what that does."""

from django import forms
from django.shortcuts import render
from django.utils.functional import cached_property, classproperty
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from taggit.models import Tag
from taggit.utils import parse_tags
from wagtail.admin.widgets import AdminTagWidget
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction

from knowledge.models import ArticlePage
from quizzes.bank_editing import BankChange, change_questions
from quizzes.bank_list import CategoryChoiceField, questions_of_list, tags_in_use
from quizzes.models import Question, QuestionCategory

LEAVE = [("", gettext_lazy("leave as it is"))]
SHOWN = 50


class BulkChangeForm(forms.Form):
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=LEAVE + Question.State.choices, required=False)
    quarantine_reason = forms.CharField(
        label=gettext_lazy("Why in quarantine"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Only with the state “quarantined”, which holds in every language of the questions."),
    )
    category = CategoryChoiceField(
        QuestionCategory.objects.all(), label=gettext_lazy("Category"), required=False, empty_label=LEAVE[0][1]
    )
    difficulty = forms.ChoiceField(
        label=gettext_lazy("Difficulty"), choices=LEAVE + Question.Difficulty.choices, required=False
    )
    source_article = forms.ModelChoiceField(
        ArticlePage.objects.order_by("title").defer("body"),
        label=gettext_lazy("Source article"),
        required=False,
        empty_label=LEAVE[0][1],
    )
    add_tags = forms.CharField(label=gettext_lazy("Add the tags"), required=False, widget=AdminTagWidget)
    remove_tags = forms.ModelMultipleChoiceField(
        Tag.objects.none(), label=gettext_lazy("Remove the tags"), required=False, widget=forms.CheckboxSelectMultiple
    )
    is_confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["remove_tags"].queryset = tags_in_use(None)

    def clean_add_tags(self) -> list[str]:
        return parse_tags(self.cleaned_data["add_tags"])

    def clean(self):
        cleaned_data = super().clean()
        change = self.change
        if change.is_quarantine and not change.quarantine_reason:
            self.add_error("quarantine_reason", _("Say what has to be checked before they are asked again."))
        if change.is_empty:
            raise forms.ValidationError(_("Choose what to change."))
        return cleaned_data

    @property
    def change(self) -> BankChange:
        data = self.cleaned_data
        return BankChange(
            state=data.get("state") or None,
            quarantine_reason=data.get("quarantine_reason") or "",
            category=data.get("category"),
            difficulty=data.get("difficulty") or None,
            source_article=data.get("source_article"),
            add_tags=data.get("add_tags") or [],
            remove_tags=list(data.get("remove_tags") or []),
        )

    def in_words(self) -> list[tuple[str, str]]:
        """What it changes: the label of each field and its new value."""
        named = {
            "state": dict(Question.State.choices).get(self.change.state, ""),
            "quarantine_reason": self.change.quarantine_reason if self.change.is_quarantine else "",
            "category": self.change.category,
            "difficulty": dict(Question.Difficulty.choices).get(self.change.difficulty, ""),
            "source_article": self.change.source_article,
            "add_tags": ", ".join(self.change.add_tags),
            "remove_tags": ", ".join(tag.name for tag in self.change.remove_tags),
        }
        return [(self.fields[name].label, str(value)) for name, value in named.items() if value]


class WholeListMixin:
    """“All in the listing” are those that its filters and its search show, which stand in the address."""

    @classproperty
    def models(cls):
        return [Question]

    @classmethod
    def get_queryset(cls, model, object_ids):
        rows = Question.objects.filter(pk__in=list(object_ids)).select_related("category", "locale")
        return rows.defer("body")

    def get_all_objects_in_listing_query(self, parent_id):
        return questions_of_list(self.request.GET).order_by("pk").values_list("pk", flat=True)


class ChangeQuestions(WholeListMixin, SnippetBulkAction):
    display_name = gettext_lazy("Change")
    action_type = "change"
    aria_label = gettext_lazy("Change the selected questions")
    template_name = "quizzes/admin/question_bulk_change.html"
    action_priority = 10
    form_class = BulkChangeForm

    def check_perm(self, question) -> bool:
        return self._may_change

    @cached_property
    def _may_change(self) -> bool:
        return self.permission_policy.user_has_permission(self.request.user, "change")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        items = context["items"]
        return context | {"total": len(items), "items": items[:SHOWN], "more": max(0, len(items) - SHOWN)}

    def form_valid(self, form):
        if form.cleaned_data["is_confirmed"]:
            return super().form_valid(form)
        return render(self.request, self.template_name, self.get_context_data(form=form, changes=form.in_words()))

    def get_execution_context(self):
        return super().get_execution_context() | {"change": self.cleaned_form.change, "by": self.request.user}

    @classmethod
    def execute_action(cls, objects, change=None, by=None, **kwargs):
        return change_questions(objects, change, by), 0

    def get_success_message(self, num_parent_objects, num_child_objects):
        text = ngettext("%(count)d question is changed.", "%(count)d questions are changed.", num_parent_objects)
        return text % {"count": num_parent_objects}


class DeleteQuestions(WholeListMixin, DeleteBulkAction):
    """As Wagtail's, but “all in the listing” is not the whole bank."""
