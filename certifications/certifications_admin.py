"""Certifications in the CMS, and for administrators the awards: to look at, since only verbs make and revoke them."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from certifications.models import Award, Certification
from people.labels import label_editor, label_panel


class CertificationViewSet(ModelViewSet):
    model = Certification
    icon = "success"
    edit_handler = label_editor(
        label_panel("title", _("Title")),
        label_panel("description", _("Description")),
        MultiFieldPanel([FieldPanel("first_time_path"), FieldPanel("renewal_path")], _("How it is earned")),
        FieldRowPanel([FieldPanel("validity_months"), FieldPanel("window_days")], _("How long it holds")),
        FieldPanel("goals"),
        FieldRowPanel([FieldPanel("code"), FieldPanel("is_active")]),
    )
    list_display = [
        "title",
        Column("first_time_path", label=_("First-time path")),
        Column("renewal_path", label=_("Renewal path")),
        "validity_months",
        "window_days",
        "is_active",
    ]
    search_fields = ["title", "code"]
    copy_view_enabled = False

    class index_view_class(IndexView):
        def get_base_queryset(self):
            return Certification.objects.select_related("first_time_path", "renewal_path")


class AwardViewSet(ModelViewSet):
    model = Award
    icon = "list-ul"
    form_fields = []
    list_display = [
        "holder_name",
        "certification_title",
        DateColumn("awarded_at", label=_("Awarded at"), sort_key="awarded_at"),
        DateColumn("expires_at", label=_("Expires at"), sort_key="expires_at"),
        StatusTagColumn(
            "state", label=_("State"), accessor="get_state_display", primary=lambda a: a.state == Award.State.ACTIVE
        ),
    ]
    list_filter = ["state", "certification"]
    search_fields = ["holder_name", "certification_title"]
    inspect_view_enabled = True
    inspect_view_fields = [
        "holder_name",
        "certification_title",
        "language",
        "awarded_at",
        "expires_at",
        "state",
        "revoked_at",
        "revoke_reason",
        "granted_by",
        "grant_reason",
        "public_id",
        "evidence",
    ]
    copy_view_enabled = False
    add_to_reference_index = False


class CertificationsGroup(ViewSetGroup):
    menu_label = _("Certifications")
    menu_icon = "success"
    menu_order = 140
    items = (CertificationViewSet, AwardViewSet)
