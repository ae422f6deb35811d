"""The forms of those who mark."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminAutoHeightTextInput

from quizzes.marking import SeenMark, rubric_of
from quizzes.models import AttemptQuestion

POINTS = "points-"


class SeenField(forms.CharField):
    """The mark that the page showed, so that nobody overwrites what she did not see."""

    widget = forms.HiddenInput

    def clean(self, value: str) -> SeenMark:
        try:
            return SeenMark.from_token(super().clean(value))
        except ValueError as error:
            raise forms.ValidationError(_("Open this page anew.")) from error


class MarkForm(forms.Form):
    """A mark, or points for each criterion of the rubric; a comment; a reason where no person has to mark it."""

    comment = forms.CharField(
        label=gettext_lazy("Comment"),
        required=False,
        max_length=10_000,
        widget=AdminAutoHeightTextInput(attrs={"dir": "auto"}),
        help_text=gettext_lazy("The learner reads it where her review shows feedback."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, help_text=gettext_lazy("It stays in the history of the mark.")
    )
    seen = SeenField()

    def __init__(self, question: AttemptQuestion, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.question = question
        self.criteria = {POINTS + criterion["id"]: criterion for criterion in rubric_of(question)}
        for name, criterion in self.criteria.items():
            label = _("%(criterion)s (0 to %(points)s)") % {
                "criterion": criterion["name"],
                "points": _plain(Decimal(criterion["points"])),
            }
            given = question.rubric.get(criterion["id"])
            self.fields[name] = mark_field(label, Decimal(criterion["points"]), given, criterion["description"])
        if not self.criteria:
            label = _("Mark (0 to %(highest)s)") % {"highest": _plain(question.max_mark)}
            self.fields["mark"] = mark_field(label, question.max_mark, question.mark)
        if question.type.needs_marker:
            del self.fields["reason"]
        self.fields["comment"].initial = question.comment
        self.fields["seen"].initial = SeenMark.of(question).token
        self.order_fields([*self.criteria, "mark", "comment", "reason", "seen"])

    @property
    def given(self) -> dict[str, Any]:
        """What `mark_question` takes."""
        cleaned = self.cleaned_data
        given = {"comment": cleaned["comment"], "reason": cleaned.get("reason", ""), "seen": cleaned["seen"]}
        if not self.criteria:
            return given | {"mark": cleaned["mark"]}
        return given | {"points": {name.removeprefix(POINTS): cleaned[name] for name in self.criteria}}


def mark_field(label: str, highest: Decimal, initial: Any, help_text: str = "") -> forms.DecimalField:
    """A number from 0 to `highest` with two decimals at most; a browser takes it as its own language writes it."""
    return forms.DecimalField(
        label=label,
        initial=_plain(Decimal(initial)) if initial is not None else None,
        max_digits=8,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(highest)],
        help_text=help_text,
        widget=forms.NumberInput(attrs={"min": "0", "max": _plain(highest), "step": "0.01", "inputmode": "decimal"}),
    )


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
