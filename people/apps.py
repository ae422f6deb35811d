from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class PeopleConfig(AppConfig):
    name = "people"


class PeopleAdminConfig(WagtailUsersAppConfig):
    """Wagtail's user screens, fitted to one `name` field. Only superusers hold its permissions."""

    user_viewset = "people.users_admin.PersonViewSet"
