"""The forms of overrides, and the search in which a trainer finds the person."""

from datetime import timedelta

from django import forms
from django.db.models import Q
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.auth import permission_required
from wagtail.admin.forms.choosers import BaseFilterForm, SearchFilterMixin
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets import AdminDateTimeInput

from people.models import Team, User
from people.structure_admin import TeamChoiceField
from quizzes.models import QuizOverride
from quizzes.overriding import LIMITS

may_override = permission_required("quizzes.change_quiz")
LONGEST_EXTENSION = 24 * 60  # minutes


class PersonFilterForm(SearchFilterMixin, BaseFilterForm):
    """Names nobody before somebody is searched for."""

    def filter(self, people):
        words = self.cleaned_data.get("q", "").split()
        self.search_query = " ".join(words)
        self.is_searching = bool(words)
        for word in words:
            people = people.filter(Q(name__icontains=word) | Q(email__icontains=word) | Q(employee_id__iexact=word))
        return people if words else people.none()


class _ChoosePersonMixin:
    filter_form_class = PersonFilterForm
    results_template_name = "quizzes/admin/override_people.html"
    ordering = ["name", "pk"]

    @property
    def columns(self):
        name = self.title_column
        name.label = gettext_lazy("Name")
        email, job_role = gettext_lazy("E-mail address"), gettext_lazy("Job role")
        return [name, Column("email", label=email), Column("job_role", label=job_role)]


class ChoosePersonView(_ChoosePersonMixin, ChooseView):
    pass


class ChoosePersonResultsView(_ChoosePersonMixin, ChooseResultsView):
    pass


class PersonChooserViewSet(ChooserViewSet):
    """Who may override limits finds active people by name, e-mail address or employee number."""

    model = User
    icon = "user"
    choose_one_text = gettext_lazy("Choose a person")
    choose_another_text = gettext_lazy("Choose another person")
    choose_view_class = ChoosePersonView
    choose_results_view_class = ChoosePersonResultsView
    register_widget = False

    def get_object_list(self):
        return User.objects.filter(is_active=True).select_related("job_role")

    def get_urlpatterns(self):
        return [path(str(one.pattern), may_override(one.callback), name=one.name) for one in super().get_urlpatterns()]


person_chooser = PersonChooserViewSet("override_person", url_prefix="quizzes/people")


class ChangeOverrideForm(forms.ModelForm):
    class Meta:
        model = QuizOverride
        fields = [*LIMITS, "expires_at", "reason"]
        widgets = dict.fromkeys(("opens_at", "closes_at", "expires_at"), AdminDateTimeInput) | {
            "reason": forms.Textarea(attrs={"rows": 3})
        }

    def clean(self):
        cleaned = super().clean()
        if not self.errors and all(cleaned.get(name) is None for name in LIMITS):
            raise forms.ValidationError(_("Say what is different: fill in at least one limit."))
        return cleaned

    @property
    def limits(self) -> dict:
        return {name: self.cleaned_data[name] for name in LIMITS}


class AddOverrideForm(ChangeOverrideForm):
    team = TeamChoiceField(Team.objects.all(), required=False, label=gettext_lazy("Or team"))

    class Meta(ChangeOverrideForm.Meta):
        fields = ["person", "team", *ChangeOverrideForm.Meta.fields]
        widgets = ChangeOverrideForm.Meta.widgets | {"person": person_chooser.widget_class}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.filter(is_active=True)
        self.fields["team"].help_text = _("For all its members, and those of its sub-teams.")


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


class ExtensionForm(ReasonForm):
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes more"),
        min_value=1,
        max_value=LONGEST_EXTENSION,
        help_text=gettext_lazy("From the deadline on, or from now where it has passed."),
    )
    field_order = ["minutes", "reason"]

    @property
    def extra(self) -> timedelta:
        return timedelta(minutes=self.cleaned_data["minutes"])
