from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_COMMENT = 1000


class DisputeForm(forms.Form):
    """Why she who was observed sees it differently."""

    comment = forms.CharField(
        label=_("What do you see differently?"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The observer reads it, and you can ask for another observation."),
    )
