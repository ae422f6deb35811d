"""What a trainer says when she imports or exports questions in the CMS."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knowledge.importing.readers import ENCODINGS
from quizzes.formats import MAX_BYTES, READERS, WRITERS
from quizzes.formats.guessing import guess_format

NAMES = {
    "gift": "GIFT",
    "moodle-xml": "Moodle XML",
    "aiken": "Aiken",
    "csv": gettext_lazy("CSV, a table"),
}


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=format_lazy(gettext_lazy("GIFT, Moodle XML, Aiken or CSV, up to {most} MB."), most=MAX_BYTES >> 20),
        max_length=255,
    )
    format_name = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=[("", gettext_lazy("What the file looks like")), *((name, NAMES[name]) for name in READERS)],
        required=False,
    )
    category = forms.CharField(
        label=gettext_lazy("Category"),
        max_length=500,
        help_text=gettext_lazy(
            "For questions whose category the file does not say. A new one is made, such as Returns/Damaged."
        ),
        widget=forms.TextInput(attrs={"list": "categories", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.WAGTAIL_CONTENT_LANGUAGES)
    encoding = forms.ChoiceField(
        label=gettext_lazy("Encoding"),
        choices=[("", gettext_lazy("What the file says, or UTF-8")), *((name, name) for name in ENCODINGS)],
        required=False,
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError(_("The file is larger than %(most)d MB.") % {"most": MAX_BYTES >> 20})
        self.cleaned_data["data"] = file.read()
        return file

    def clean(self):
        chosen = self.cleaned_data
        if "data" in chosen and not chosen.get("format_name") and "format_name" not in self.errors:
            chosen["format_name"] = guess_format(chosen["file"].name, chosen["data"])
            if not chosen["format_name"]:
                self.add_error("format_name", _("The file does not look like any format: choose one."))


class ExportForm(forms.Form):
    format_name = forms.ChoiceField(
        label=gettext_lazy("Format"), choices=[(name, NAMES[name]) for name in WRITERS], initial="moodle-xml"
    )
    category = forms.CharField(
        label=gettext_lazy("Category"),
        required=False,
        help_text=gettext_lazy("With all that stands in it. Empty: the whole bank."),
        widget=forms.TextInput(attrs={"list": "categories", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.WAGTAIL_CONTENT_LANGUAGES)
    leave_out = forms.BooleanField(
        label=gettext_lazy("Leave out the questions that this format cannot hold"), required=False
    )
