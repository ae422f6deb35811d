"""Wagtail's user screens for our person: one name, a language and a time zone instead of first and last name.

Wagtail lets anybody who holds `add_user` or `change_user` make herself an administrator, so only administrators come
here (see people/administration.py).
"""

from functools import cache
from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.ui.tables import BooleanColumn, BulkActionsCheckboxColumn, Column, DateColumn
from wagtail.admin.widgets import AdminDateInput
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.bulk_actions import DeleteBulkAction
from wagtail.users.views.users import CreateView, DeleteView, EditView, IndexView, UserColumn, UserViewSet

from people.leaving import remove_person
from people.models import User
from people.signals import tell_of_change

PERSON_FIELDS = ["name", "language", "time_zone", "hired_on", "job_role", "employee_id"]


@cache
def time_zone_choices() -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())]


class TimeZoneField(forms.ChoiceField):
    def __init__(self, **kwargs):
        super().__init__(choices=time_zone_choices, label=gettext_lazy("Time zone"), initial="UTC", **kwargs)


class _PersonFieldsMixin(forms.ModelForm):
    first_name = last_name = None
    time_zone = TimeZoneField()

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()

    def own_fields(self) -> list[forms.BoundField]:
        """The fields that the templates list below the e-mail address."""
        return [self[name] for name in PERSON_FIELDS]


class PersonCreationForm(_PersonFieldsMixin, UserCreationForm):
    class Meta(UserCreationForm.Meta):
        model = User
        fields = ["email", *PERSON_FIELDS, "is_superuser", "groups"]
        widgets = UserCreationForm.Meta.widgets | {"hired_on": AdminDateInput}


class PersonEditForm(_PersonFieldsMixin, UserEditForm):
    class Meta(UserEditForm.Meta):
        model = User
        fields = ["email", *PERSON_FIELDS, "is_active", "is_superuser", "groups"]
        widgets = UserEditForm.Meta.widgets | {"hired_on": AdminDateInput}


class PersonIndexView(IndexView):
    page_title = gettext_lazy("People")
    add_item_label = gettext_lazy("Add a person")
    search_fields = ["name", "email", "employee_id"]

    @cached_property
    def columns(self):
        name_column = self._get_title_column_class(UserColumn)
        return [
            BulkActionsCheckboxColumn("bulk_actions", obj_type="user"),
            name_column("name", label=gettext_lazy("Name"), sort_key="name", get_url=self.get_edit_url),
            Column("email", label=gettext_lazy("E-mail address"), sort_key="email"),
            Column("job_role", label=gettext_lazy("Job role")),
            BooleanColumn("is_superuser", label=gettext_lazy("Administrator"), sort_key="is_superuser"),
            BooleanColumn("is_active", label=gettext_lazy("Active"), sort_key="is_active"),
            DateColumn("last_login", label=gettext_lazy("Last login"), sort_key="last_login"),
        ]

    def get_base_queryset(self):
        return super().get_base_queryset().select_related("job_role")

    def order_queryset(self, queryset):
        if self.ordering in ("name", "-name"):
            return queryset.order_by(self.ordering, "pk")
        return super().order_queryset(queryset)


class PersonCreateView(CreateView):
    def save_instance(self):
        person = super().save_instance()
        tell_of_change(person)
        return person


class PersonEditView(EditView):
    success_message = gettext_lazy("%(object)s was saved.")
    error_message = gettext_lazy("The person could not be saved due to errors.")

    def save_instance(self):
        person = super().save_instance()
        tell_of_change(person)
        return person


class PersonDeleteView(DeleteView):
    page_title = gettext_lazy("Remove a person")

    @property
    def confirmation_message(self) -> str:
        return _("Somebody who has learning records is deactivated, and the records stay. Anybody else is deleted.")

    def get_usage_url(self) -> None:
        """What refers to her decides between deleting and deactivating; it forbids neither."""

    def form_valid(self, form):
        name = str(self.object)
        deleted = remove_person(self.object, by=self.request.user)
        text = _("%(person)s was deleted.") if deleted else _("%(person)s was deactivated; the records stay.")
        messages.success(self.request, text % {"person": name})
        return HttpResponseRedirect(self.get_success_url())


class RemoveBulkAction(DeleteBulkAction):
    display_name = gettext_lazy("Remove")
    aria_label = gettext_lazy("Remove the selected people")

    def get_execution_context(self):
        return {**super().get_execution_context(), "user": self.request.user}

    @classmethod
    def execute_action(cls, objects, user=None, **kwargs):
        for person in objects:
            remove_person(person, by=user)
        return len(objects), 0

    def get_success_message(self, num_parent_objects, num_child_objects):
        return ngettext(
            "%(count)d person was deleted, or deactivated where records stay.",
            "%(count)d people were deleted, or deactivated where records stay.",
            num_parent_objects,
        ) % {"count": num_parent_objects}


class PersonViewSet(UserViewSet):
    menu_label = gettext_lazy("People")
    ordering = "name"
    index_view_class = PersonIndexView
    add_view_class = PersonCreateView
    edit_view_class = PersonEditView
    delete_view_class = PersonDeleteView

    def get_form_class(self, for_update=False):
        return PersonEditForm if for_update else PersonCreationForm
