"""What a trainer chooses before a regrade."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quizzes.neutralising import How
from quizzes.regrade_runs import FROZEN, REGRADE

ACTS = [
    (REGRADE, _("Mark again by the question as it is now")),
    (FROZEN, _("Mark again by the question as it was asked")),
    (How.DROP.value, _("Leave the question out: it is worth 0 of 0")),
    (How.FULL_MARKS.value, _("Give everybody the whole mark")),
]


class RegradeForm(forms.Form):
    """Which answers, and what is done to them."""

    questions = forms.MultipleChoiceField(label=_("Questions"), widget=forms.CheckboxSelectMultiple)
    act = forms.ChoiceField(label=_("What to do"), choices=ACTS, widget=forms.RadioSelect, initial=REGRADE)
    only_failed = forms.BooleanField(
        label=_("Only attempts that are not passed"),
        required=False,
        help_text=_("Then nobody loses a pass, but equal answers may have different marks."),
    )
    with_by_hand = forms.BooleanField(
        label=_("Also marks that somebody changed by hand"),
        required=False,
        help_text=_("What a person has to mark is not marked again."),
    )

    def __init__(self, questions: list[dict[str, Any]], *args: Any, **kwargs: Any):
        """questions: {"key", "label", "changed"} each; those that changed are proposed."""
        super().__init__(*args, **kwargs)
        self.fields["questions"].choices = [(str(row["key"]), row["label"]) for row in questions]
        self.fields["questions"].initial = [str(row["key"]) for row in questions if row["changed"]]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=1000, help_text=_("It stays in the history of every mark that changes.")
    )
