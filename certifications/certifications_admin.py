"""Certifications in the CMS, and for administrators the awards: to look at, since only verbs make and revoke them."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column, StatusTagColumn
from wagtail.admin.views.generic import EditView, IndexView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

from certifications import criteria_admin
from certifications.criteria_admin import may_move, move_url
from certifications.models import Award, Certification
from people.labels import label_editor, label_panel


def day(at: datetime | None) -> str:
    return date_format(localtime(at), "DATE_FORMAT") if at else ""


def state_in_words(award: Award) -> str:
    has_expired = award.state == Award.State.ACTIVE and not award.is_valid()
    return gettext("expired") if has_expired else award.get_state_display()


class CertificationEditView(EditView):
    """Changing a certification moves no holder: administrators go on from here to where they do it."""

    @property
    def header_buttons(self):
        if not may_move(self.request.user):
            return super().header_buttons
        move = HeaderButton(_("Move holders to the new rules"), move_url(self.object), icon_name="group")
        return [*super().header_buttons, move]

    def get_success_message(self):
        return _("%(certification)s was saved. Certificates that were given stay as they are.") % {
            "certification": self.object
        }

    def get_success_buttons(self):
        buttons = super().get_success_buttons()
        if may_move(self.request.user):
            buttons.append(messages.button(move_url(self.object), _("Move holders to the new rules")))
        return buttons


class CertificationViewSet(ModelViewSet):
    model = Certification
    icon = "success"
    edit_handler = label_editor(
        label_panel("title", _("Title")),
        label_panel("description", _("Description")),
        MultiFieldPanel(
            [FieldPanel("first_time_path"), FieldPanel("renewal_path"), FieldPanel("accepts_external_evidence")],
            _("How it is earned"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("validity_months"), FieldPanel("expiry_basis")]),
                FieldRowPanel([FieldPanel("fixed_day"), FieldPanel("fixed_month"), FieldPanel("minimum_months")]),
                FieldRowPanel([FieldPanel("window_days"), FieldPanel("late_renewal_days")]),
            ],
            _("How long it holds"),
        ),
        FieldPanel("goals"),
        FieldRowPanel([FieldPanel("code"), FieldPanel("look"), FieldPanel("is_active")]),
    )
    list_display = [
        "title",
        Column("first_time_path", label=_("First-time path")),
        Column("renewal_path", label=_("Renewal path")),
        "validity_months",
        "window_days",
        BooleanColumn("is_active", label=_("Active"), sort_key="is_active"),
    ]
    search_fields = ["title", "code"]
    copy_view_enabled = False
    edit_view_class = CertificationEditView

    def get_urlpatterns(self):
        return [*super().get_urlpatterns(), *criteria_admin.urlpatterns]

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
        Column("awarded_at", accessor=lambda award: day(award.awarded_at), label=_("Awarded"), sort_key="awarded_at"),
        Column("expires_at", accessor=lambda award: day(award.expires_at), label=_("Expires"), sort_key="expires_at"),
        StatusTagColumn("state", accessor=state_in_words, label=_("State"), primary=Award.is_valid),
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
