"""Job roles, teams and who is in them, for administrators."""

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import TitleColumn
from wagtail.admin.views.generic import CreateView, DeleteView, EditView, IndexView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import AdminDateInput

from people.labels import LabelForm, label_editor, label_panel
from people.models import JobRole, Team, TeamMembership
from people.signals import tell_of_change
from people.structure import place_team


def indented(team: Team) -> str:
    return "\N{EM SPACE}" * 2 * (team.depth - 1) + str(team)


class TeamChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, team: Team) -> str:
        return indented(team)


class TeamForm(LabelForm):
    parent = TeamChoiceField(Team.objects.none(), required=False, label=_("Part of"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        teams = Team.objects.all()
        if self.instance.pk:
            teams = teams.exclude(path__startswith=self.instance.path)
            self.fields["parent"].initial = self.instance.get_parent()
        self.fields["parent"].queryset = teams

    def save(self, commit=True):
        team = super().save(commit=False)
        return place_team(team, self.cleaned_data["parent"]) if commit else team


class TeamViewSet(ModelViewSet):
    model = Team
    icon = "group"
    edit_handler = ObjectList(
        [label_panel("name", _("Name")), FieldPanel("code"), FieldPanel("parent")], base_form_class=TeamForm
    )
    list_display = [TitleColumn("name", accessor=indented, label=_("Name"), url_name="team:edit"), "code"]
    ordering = "path"
    search_fields = ["name", "code"]
    copy_view_enabled = False
    add_to_reference_index = False

    class index_view_class(IndexView):
        def get_base_queryset(self):
            return Team.objects.all()


class TeamMembershipForm(WagtailAdminModelForm):
    team = TeamChoiceField(Team.objects.all(), label=_("Team"))


class MembershipCreateView(CreateView):
    def save_instance(self):
        membership = super().save_instance()
        tell_of_change(membership.user)
        return membership


class MembershipEditView(EditView):
    def save_instance(self):
        before = TeamMembership.objects.select_related("user").get(pk=self.object.pk).user
        membership = super().save_instance()
        tell_of_change(before)
        if membership.user != before:
            tell_of_change(membership.user)
        return membership


class MembershipDeleteView(DeleteView):
    def delete_action(self):
        with transaction.atomic():
            super().delete_action()
            tell_of_change(self.object.user)


class TeamMembershipViewSet(ModelViewSet):
    model = TeamMembership
    icon = "user"
    edit_handler = ObjectList(
        [
            FieldPanel("team"),
            FieldPanel("user"),
            FieldPanel("role"),
            FieldPanel("starts_on", widget=AdminDateInput),
            FieldPanel("ends_on", widget=AdminDateInput, help_text=_("The first day on which it no longer holds.")),
        ],
        base_form_class=TeamMembershipForm,
    )
    list_display = ["user", "team", "role", "starts_on", "ends_on"]
    list_filter = ["team", "role"]
    search_fields = ["user__name", "team__name"]
    add_view_class = MembershipCreateView
    edit_view_class = MembershipEditView
    delete_view_class = MembershipDeleteView
    copy_view_enabled = False
    add_to_reference_index = False

    class index_view_class(IndexView):
        def get_base_queryset(self):
            return TeamMembership.objects.select_related("user", "team").order_by("team__path", "-role", "user__name")


class JobRoleViewSet(ModelViewSet):
    model = JobRole
    icon = "tag"
    edit_handler = label_editor(label_panel("name", _("Name")), FieldPanel("code"))
    list_display = ["name", "code"]
    search_fields = ["name", "code"]
    copy_view_enabled = False
    add_to_reference_index = False


class StructureGroup(ViewSetGroup):
    menu_label = _("Teams and roles")
    menu_icon = "group"
    menu_order = 700
    items = (TeamViewSet, TeamMembershipViewSet, JobRoleViewSet)
