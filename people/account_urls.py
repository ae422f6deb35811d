"""Stands before allauth's addresses for what only the company does here: adding a person, changing her address."""

from django.urls import path
from django.views.generic import RedirectView

home = RedirectView.as_view(pattern_name="home")

urlpatterns = [path(address, home) for address in ("signup/", "email/", "confirm-email/")]
