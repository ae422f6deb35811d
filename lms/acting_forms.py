"""What an act asks for: always a reason, sometimes a day. Days are those of where the person is."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.days import end_of_day
from people.models import User
from people.widgets import DayInput


def _day_of(at: datetime | None, person: User) -> date | None:
    return at and at.astimezone(ZoneInfo(person.time_zone)).date()


class ReasonForm(forms.Form):
    """`answers`: what the verb is told. The record is what it is done to."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The person reads it, and it stays in the history with your name."),
    )

    def __init__(self, *args, person: User, record=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.person, self.record = person, record

    @property
    def answers(self) -> dict:
        return {"reason": self.cleaned_data["reason"]}


class DueDateForm(ReasonForm):
    due_on = forms.DateField(label=gettext_lazy("Due on"), widget=DayInput)
    field_order = ["due_on", "reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["due_on"] = _day_of(self.record.due_at, self.person)

    def clean_due_on(self):
        day, before = self.cleaned_data["due_on"], self.record.due_at
        if end_of_day(day, self.person.time_zone) <= timezone.now():
            raise forms.ValidationError(_("This day is over. Choose a later one."))
        if before and end_of_day(day, self.person.time_zone) <= before:
            raise forms.ValidationError(_("It is due later than that already. Choose a later day."))
        return day

    @property
    def answers(self) -> dict:
        return super().answers | {"due_at": end_of_day(self.cleaned_data["due_on"], self.person.time_zone)}


class ExpiryForm(ReasonForm):
    expires_on = forms.DateField(label=gettext_lazy("Expires on"), widget=DayInput, required=False)
    never = forms.BooleanField(label=gettext_lazy("It never expires"), required=False)
    field_order = ["expires_on", "never", "reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["expires_on"] = _day_of(self.record.expires_at, self.person)
        self.initial["never"] = self.record.expires_at is None

    def clean(self):
        cleaned = super().clean()
        day = cleaned.get("expires_on")
        if "expires_on" not in self.errors and bool(day) == cleaned["never"]:
            self.add_error("expires_on", _("Choose the day, or say that it never expires."))
        elif day and end_of_day(day, self.person.time_zone) <= self.record.awarded_at:
            self.add_error("expires_on", _("The certificate was given after this day. Choose a later one."))
        return cleaned

    @property
    def answers(self) -> dict:
        day = self.cleaned_data["expires_on"]
        return super().answers | {"expires_at": day and end_of_day(day, self.person.time_zone)}


class CertifyForm(ReasonForm):
    evidence = forms.CharField(
        label=gettext_lazy("Evidence"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What shows that the person knows and does it: who saw it, when, and where it is kept."),
    )
    field_order = ["evidence", "reason"]

    @property
    def answers(self) -> dict:
        return super().answers | {"evidence": {"statement": self.cleaned_data["evidence"]}}


class AssignForm(forms.Form):
    """paths: key and title of each path that can be given."""

    path = forms.ChoiceField(label=gettext_lazy("Learning path"))
    due_on = forms.DateField(
        label=gettext_lazy("Due on"),
        widget=DayInput,
        required=False,
        help_text=gettext_lazy("Empty: as the path says."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Everybody who is given the path reads it, with your name."),
    )

    def __init__(self, *args, paths: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["path"].choices = [("", _("Choose a path")), *paths]

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("This day is over. Choose a later one."))
        return day

    @property
    def path_key(self) -> UUID:
        return UUID(self.cleaned_data["path"])
