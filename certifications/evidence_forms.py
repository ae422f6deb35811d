"""What a person says of a proof from elsewhere that she hands in."""

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certifications.evidence_files import BEGINNINGS, ProofFile, proof_file
from people.widgets import DayInput


def most_megabytes() -> int:
    return settings.EVIDENCE_MAX_BYTES >> 20


class EvidenceForm(forms.Form):
    """`cleaned_data` is what `submit_evidence` is told; the file is a ProofFile."""

    issuer = forms.CharField(
        label=gettext_lazy("Who issued it?"),
        max_length=200,
        help_text=gettext_lazy("The organisation whose name is on it."),
    )
    issued_on = forms.DateField(label=gettext_lazy("Issued on"), widget=DayInput)
    expires_on = forms.DateField(
        label=gettext_lazy("Valid until"),
        widget=DayInput,
        required=False,
        help_text=gettext_lazy("Empty if it does not expire."),
    )
    statement = forms.CharField(
        label=gettext_lazy("What does it show?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What you learned or proved there, so that your lead can compare."),
    )
    file = forms.FileField(
        label=gettext_lazy("The certificate"),
        widget=forms.FileInput(attrs={"accept": ",".join(BEGINNINGS.values())}),
        error_messages={"required": gettext_lazy("Choose a file first.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        words = _("A PDF, or a photograph as JPEG or PNG, of at most %(most)d MB.")
        self.fields["file"].help_text = words % {"most": most_megabytes()}

    def clean_issued_on(self):
        day = self.cleaned_data["issued_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day

    def clean_expires_on(self):
        day = self.cleaned_data["expires_on"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("It has expired. Only what is valid today can certify you."))
        return day

    def clean_file(self) -> ProofFile:
        file = self.cleaned_data["file"]
        if file.size > settings.EVIDENCE_MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than %(most)d MB.") % {"most": most_megabytes()})
        return proof_file(file.name, file.read())

    def clean(self):
        if self.errors and "file" in self.cleaned_data:
            self.add_error("file", _("Choose the file again: browsers do not keep it."))
        return self.cleaned_data
