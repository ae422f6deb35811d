"""The CMS's doors and its account page, for people who sign in by allauth and have one name."""

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext_lazy
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views import account

from people.models import User
from people.users_admin import TimeZoneField


@login_not_required
def cms_login(request: HttpRequest) -> HttpResponse:
    """Where Wagtail sends whom it does not let in: to sign in, or, if she is signed in already, no further."""
    if not request.user.is_authenticated:
        cms = resolve_url("wagtailadmin_home")
        return redirect_to_login(request.GET.get("next") or cms, login_url=resolve_url(settings.LOGIN_URL))
    if not request.user.has_perm("wagtailadmin.access_admin"):
        raise PermissionDenied
    return redirect("wagtailadmin_home")


class LanguageForm(forms.ModelForm):
    time_zone = TimeZoneField()

    class Meta:
        model = User
        fields = ["language", "time_zone"]


class LanguagePanel(account.BaseSettingsPanel):
    name = "language"
    title = gettext_lazy("Language and time zone")
    order = 100
    form_class = LanguageForm


class AccountView(account.AccountView):
    """Without first and last name, and with the person's own language instead of a second one of the CMS."""

    replaced = (account.NameEmailSettingsPanel, account.LocaleSettingsPanel)

    def get_panels(self):
        kept = [panel for panel in super().get_panels() if not isinstance(panel, self.replaced)]
        person = self.request.user
        return [LanguagePanel(self.request, person, kept[0].profile), *kept]


cms_account = require_admin_access(AccountView.as_view())
