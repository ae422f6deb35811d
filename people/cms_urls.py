"""Stands before Wagtail's own addresses of the same names."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.generic import RedirectView

from people.cms_account import cms_account, cms_login

urlpatterns = [
    path("login/", cms_login, name="cms_login"),
    path(
        "password_reset/",
        login_not_required(RedirectView.as_view(pattern_name="account_reset_password")),
        name="cms_password_reset",
    ),
    path("account/", cms_account, name="cms_account"),
]
