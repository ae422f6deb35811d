"""What a lead says when she approves a proof from elsewhere."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certifications.awards import expiry_by_rule, may_be_renewed
from certifications.models import Award
from lms.acting_forms import ReasonForm
from people.days import end_of_day
from people.templatetags.moments import day
from people.widgets import DayInput


class ApproveForm(ReasonForm):
    """The record is the proof. Until when the award holds is what the certification's rule gives, or sooner."""

    valid_until = forms.DateField(label=gettext_lazy("Valid until"), widget=DayInput, required=False)
    field_order = ["valid_until", "reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        active = Award.objects.active().filter(holder=self.person, certification=self.record.certification)
        self.current, self.at = active.first(), timezone.now()
        self.last = self._local(self._expiry(None))
        until = self.fields["valid_until"]
        until.required = self.last is not None
        until.initial = self._local(self._expiry(self.record.expires_on))
        if self.last:
            until.help_text = _("At the latest %(date)s: so long our own certificate holds.") % {"date": day(self.last)}
        else:
            until.help_text = _("Empty if it never expires.")

    def _expiry(self, last_day) -> datetime | None:
        ends_by = last_day and end_of_day(last_day, self.person.time_zone)
        return expiry_by_rule(self.record.certification, self.person, self.at, self.current, ends_by)

    def _local(self, at: datetime | None):
        return at and at.astimezone(ZoneInfo(self.person.time_zone)).date()

    @property
    def is_too_early(self) -> bool:
        """Whether the person holds an award that is not to be renewed yet, so that nothing can be approved."""
        return self.current is not None and not may_be_renewed(self.current, self.record.certification, self.at)

    def clean_valid_until(self):
        chosen = self.cleaned_data["valid_until"]
        if chosen is None or self.is_too_early:
            return chosen
        if end_of_day(chosen, self.person.time_zone) <= self.at:
            raise forms.ValidationError(_("This day is over. Choose a later one."))
        if self.last and chosen > self.last:
            raise forms.ValidationError(_("That is later than our own certificate would hold."))
        if self._local(self._expiry(chosen)) > chosen:
            words = _("The certificate that this person has holds longer. Choose %(date)s or a later day.")
            raise forms.ValidationError(words % {"date": day(self.current.expires_at)})
        return chosen

    @property
    def answers(self) -> dict:
        chosen = self.cleaned_data["valid_until"]
        return super().answers | {"ends_by": chosen and end_of_day(chosen, self.person.time_zone)}
