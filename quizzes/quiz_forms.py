"""The form with which a trainer sets the rules of a quiz, and what it refuses."""

from django import forms
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from modelcluster.forms import BaseChildFormSet
from taggit.utils import edit_string_for_tags, parse_tags
from wagtail.admin.widgets import AdminTagWidget

from people.labels import LabelForm
from quizzes.bank_admin import CategoryChoiceField
from quizzes.models import QuestionCategory, QuestionTag, Quiz
from quizzes.review_matrix import ReviewMatrixField

TAGS = QuestionTag.tag_model()


class QuizForm(LabelForm):
    review = ReviewMatrixField(label=gettext_lazy("What learners see, and when"))

    def clean(self):
        rules = super().clean()
        for check in (self._window, self._grace, self._delays, self._ways):
            for field, problem in check(rules):
                if field not in self.errors:
                    self.add_error(field, problem)
        return rules

    def _window(self, rules: dict):
        opens_at, closes_at = rules.get("opens_at"), rules.get("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            yield "closes_at", _("The quiz has to close after it opens.")

    def _grace(self, rules: dict):
        has_grace = rules.get("on_expiry") == Quiz.OnExpiry.GRACE
        if has_grace and not rules.get("grace_period"):
            yield "grace_period", _("Say how many minutes there are to submit.")
        if has_grace and not (rules.get("time_limit") or rules.get("closes_at")):
            yield "on_expiry", _("Time to submit needs a time limit, or a moment at which the quiz closes.")
        if rules.get("grace_period") and not has_grace:
            yield "grace_period", _("There is time to submit only where “When the time is over” leaves some.")

    def _delays(self, rules: dict):
        limit = rules.get("attempt_limit")
        if limit == 1 and rules.get("first_delay"):
            yield "first_delay", _("A delay needs more than one attempt.")
        if limit in (1, 2) and rules.get("later_delay"):
            yield "later_delay", _("A delay after later attempts needs more than two attempts.")
        by_using_up = rules.get("completion_rule") == Quiz.CompletionRule.PASSED_OR_USED_UP
        if by_using_up and limit == 0:
            yield "completion_rule", _("Attempts without a limit are never used up.")

    def _ways(self, rules: dict):
        goes_forwards = rules.get("navigation") == Quiz.Navigation.SEQUENTIAL
        if goes_forwards and rules.get("layout") == Quiz.Layout.ONE_PAGE:
            yield "navigation", _("Without a way back there has to be one question a page.")


class TagNamesWidget(AdminTagWidget):
    """Tags that there are, suggested while one types. The value is what `QuizSlot.tag_names` holds."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, tag_model=TAGS, free_tagging=False, **kwargs)

    def format_value(self, value: str | None) -> str:
        names = [name.strip() for name in (value or "").split(",") if name.strip()]
        return edit_string_for_tags([TAGS(name=name) for name in names])


class TagNamesField(forms.CharField):
    """Names of tags, separated by commas."""

    widget = TagNamesWidget

    def clean(self, value: str) -> str:
        """Raises ValidationError for names of tags that there are not."""
        names = parse_tags(super().clean(value))
        known = set(TAGS.objects.filter(name__in=names).values_list("name", flat=True)) if names else set()
        if unknown := [name for name in names if name not in known]:
            text = ngettext("There is no tag %(tags)s.", "There are no tags %(tags)s.", len(unknown))
            raise forms.ValidationError(text % {"tags": ", ".join(f"“{name}”" for name in unknown)})
        return ", ".join(names)


class SlotForm(LabelForm):
    """A slot's question may stay at one version: the one that is the latest now, or the one that was kept before."""

    LATEST, PRESENT, KEPT = "", "present", "kept"

    category = CategoryChoiceField(QuestionCategory.objects.all(), required=False, label=gettext_lazy("Or draw from"))
    tag_names = TagNamesField(
        required=False,
        label=gettext_lazy("Only with the tags"),
        help_text=gettext_lazy("Questions that have all of these tags are drawn."),
    )
    version = forms.ChoiceField(required=False, label=gettext_lazy("Version"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].choices = self._versions()
        self.initial["version"] = self.KEPT if self.instance.pinned_revision_id else self.LATEST
        for name, field in self.fields.items():
            if name.startswith("section_title"):
                field.help_text = ""  # the panel around them says it once
        if shuffle := self.fields.get("section_shuffle"):
            shuffle.help_text = ""
            shuffle.widget.choices = [
                ("unknown", _("as the quiz says")),
                ("true", _("yes")),
                ("false", _("no")),
            ]

    def _versions(self) -> list[tuple[str, str]]:
        choices = [(self.LATEST, _("always the latest version")), (self.PRESENT, _("keep the present version"))]
        if kept := self.instance.pinned_revision:
            moment = date_format(localtime(kept.created_at), "SHORT_DATETIME_FORMAT")
            choices.append((self.KEPT, _("keep the version of %(moment)s") % {"moment": moment}))
        return choices

    def clean(self):
        cleaned = super().clean()
        question, version = cleaned.get("question"), cleaned.get("version")
        kept = None
        if version and question is None:
            self.add_error("version", _("Only a slot with a question of its own can keep a version."))
        elif version == self.PRESENT:
            kept = question.latest_revision
            if kept is None:
                self.add_error("version", _("This question has no version yet: open it and save it once."))
        elif version == self.KEPT:
            kept = self.instance.pinned_revision
            if kept.object_id != str(question.pk):
                self.add_error("version", _("This is a version of another question. Choose again."))
        self.instance.pinned_revision = kept
        return cleaned


class SlotFormSet(BaseChildFormSet):
    """Asks once for the categories, however many slots there are."""

    @cached_property
    def category_choices(self) -> list[tuple]:
        return list(SlotForm.base_fields["category"].choices)

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["category"].choices = self.category_choices


class BandFormSet(BaseChildFormSet):
    def clean(self):
        super().clean()
        bounds = [
            form.cleaned_data["lower_bound"]
            for form in self.forms
            if form not in self.deleted_forms and form.is_valid() and "lower_bound" in form.cleaned_data
        ]
        if len(set(bounds)) < len(bounds):
            raise forms.ValidationError(_("Two bands of feedback begin at the same percentage."))
