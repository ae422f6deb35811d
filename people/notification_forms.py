from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import User
from people.muting import optional_kinds


class MailChoicesForm(forms.Form):
    """What a person wants by e-mail too, of what is no duty."""

    wanted = forms.MultipleChoiceField(label=_("By e-mail too"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, person: User, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = optional_kinds()
        self.fields["wanted"].choices = [(kind.code, kind.label) for kind in kinds]
        self.initial["wanted"] = [kind.code for kind in kinds if kind.code not in person.muted_kinds]
