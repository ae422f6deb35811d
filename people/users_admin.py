"""Wagtail's user screens for our person: one name, a language and a time zone instead of first and last name.

Wagtail lets anybody who holds `add_user` or `change_user` make herself an administrator, so no group is given them.
"""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import UserViewSet

from people.models import User

PERSON_FIELDS = ("name", "language", "time_zone", "hired_on", "job_role", "employee_id")


class _PersonFieldsMixin(forms.ModelForm):
    first_name = last_name = None

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()


class PersonCreationForm(_PersonFieldsMixin, UserCreationForm):
    class Meta(UserCreationForm.Meta):
        model = User
        fields = {"email", "is_superuser", "groups", *PERSON_FIELDS}


class PersonEditForm(_PersonFieldsMixin, UserEditForm):
    class Meta(UserEditForm.Meta):
        model = User
        fields = {"email", "is_active", "is_superuser", "groups", *PERSON_FIELDS}


class PersonViewSet(UserViewSet):
    menu_label = _("People")
    ordering = "name"

    def get_form_class(self, for_update=False):
        return PersonEditForm if for_update else PersonCreationForm
