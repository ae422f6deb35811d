"""The e-mails that could not be delivered, for administrators: to look at, and to put back into the outbox."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from people.mailing import try_again
from people.messages import kind_of
from people.models import Notification
from people.templatetags.moments import moment


class TryAgainColumn(Column):
    cell_template_name = "people/admin/try_again.html"

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        return context | {"csrf_token": parent_context.get("csrf_token")}


class UndeliveredIndexView(IndexView):
    page_title = gettext_lazy("Undelivered e-mails")

    def get_base_queryset(self):
        return Notification.objects.given_up().select_related("recipient").order_by("-gave_up_at", "-pk")


class UndeliveredViewSet(ModelViewSet):
    model = Notification
    name = url_namespace = "undelivered"
    url_prefix = "undelivered"
    icon = "mail"
    menu_label = gettext_lazy("Undelivered e-mails")
    menu_hook = "register_reports_menu_item"
    form_fields = []
    index_view_class = UndeliveredIndexView
    list_display = [
        Column("recipient", label=gettext_lazy("Person")),
        Column("kind", label=gettext_lazy("Message"), accessor=lambda message: kind_of(message.kind).label),
        "subject",
        Column("gave_up_at", label=gettext_lazy("Given up"), accessor=lambda message: moment(message.gave_up_at)),
        Column("attempts", label=gettext_lazy("Tries")),
        Column("problem", label=gettext_lazy("Problem")),
        TryAgainColumn("try_again", label=""),
    ]
    search_fields = ["recipient__name", "recipient__email", "subject", "problem"]
    copy_view_enabled = False
    add_to_reference_index = False

    def get_urlpatterns(self):
        return [*super().get_urlpatterns(), path("<int:pk>/try-again/", self.try_again_view, name="try_again")]

    @property
    def try_again_view(self):
        @require_POST
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            if not self.permission_policy.user_has_permission(request.user, "view"):
                raise PermissionDenied
            message = get_object_or_404(Notification.objects.given_up(), pk=pk)
            if try_again(message, by=request.user):
                messages.success(request, _("The e-mail will be tried again within a minute or two."))
            return redirect(self.get_url_name("index"))

        return view
