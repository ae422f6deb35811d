"""What an administrator chooses before holders move to new rules."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certifications.models import Certification, CriteriaMigration
from courses.models import AssignmentRule, LearningPathPage, PathAssignment


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class CriteriaForm(forms.ModelForm):
    """`instance` becomes the migration that is previewed; it is saved by its verb alone."""

    previous_path_key = forms.TypedChoiceField(
        label=gettext_lazy("Move those under way from"),
        coerce=UUID,
        empty_value=None,
        required=False,
        help_text=gettext_lazy(
            "The path that led here before. They go on with the present one, due on the same day; what they have "
            "completed counts as long as that path says."
        ),
    )

    class Meta:
        model = CriteriaMigration
        fields = ["moves_expiry", "never_shortens", "earliest_on", "renew_by", "earlier_counts", "previous_path_key"]
        widgets = {"earliest_on": DayInput(), "renew_by": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.titles = previous_paths(self.instance.certification)
        choices = [(str(key), label) for key, (_title, label) in self.titles.items()]
        self.fields["previous_path_key"].choices = [("", gettext_lazy("Nobody")), *choices]

    def clean_renew_by(self):
        day = self.cleaned_data["renew_by"]
        if day and day <= timezone.localdate():
            raise forms.ValidationError(_("Choose a later day."))
        if day and not self._can_be_earned_by(self.instance.certification.path_to_renew):
            raise forms.ValidationError(_("The path that renews it is not published."))
        return day

    def clean_previous_path_key(self):
        key = self.cleaned_data["previous_path_key"]
        if key and not self._can_be_earned_by(self.instance.certification.first_time_path):
            raise forms.ValidationError(_("The present first-time path is not published."))
        return key

    def _can_be_earned_by(self, path: LearningPathPage) -> bool:
        return self.instance.certification.is_active and path.live

    def clean(self):
        cleaned = super().clean()
        key = cleaned.get("previous_path_key")
        self.instance.previous_path_title = self.titles[key][0] if key else ""
        return cleaned


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("Everybody whom it concerns reads it, and it stays in the history with your name."),
    )


def previous_paths(certification: Certification) -> dict[UUID, tuple[str, str]]:
    """The paths from which people may move: by key, the title, and the title with how many have it to do.

    Not those that this certification or another active one asks for now.
    """
    asked_for = Certification.objects.filter(is_active=True).exclude(pk=certification.pk)
    keys = {certification.first_time_path.translation_key, certification.path_to_renew.translation_key}
    for role in ("first_time_path", "renewal_path"):
        keys |= set(asked_for.values_list(f"{role}__translation_key", flat=True))
    duties = PathAssignment.objects.open().exclude(path_key__in=keys - {None})
    rows = duties.order_by("path_title").values_list("path_key", "path_title").annotate(n=Count("pk"))
    paths: dict[UUID, tuple[str, int]] = {}
    for key, title, count in rows:  # a path may have had several titles
        paths[key] = (title, paths.get(key, ("", 0))[1] + count)
    return {key: (title, _("%(path)s (%(count)s)") % {"path": title, "count": n}) for key, (title, n) in paths.items()}


def rules_that_give(path_key: UUID) -> list[AssignmentRule]:
    """The rules that still give this path to people."""
    return list(AssignmentRule.objects.filter(is_active=True, path__translation_key=path_key))
