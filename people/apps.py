from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class PeopleConfig(AppConfig):
    name = "people"


class PeopleAdminConfig(WagtailUsersAppConfig):
    """Wagtail's user screens, fitted to one `name` field. Only administrators come there."""

    user_viewset = "people.users_admin.PersonViewSet"

    def ready(self):
        super().ready()
        from django.contrib.auth.models import Group
        from wagtail.admin import auth
        from wagtail.permissions import register_permission_policy

        from people.administration import AdministratorsOnlyPolicy
        from people.models import JobRole, MessageSettings, Notification, Team, TeamMembership, User

        for model in (User, Group, JobRole, TeamMembership, MessageSettings):
            register_permission_policy(model, AdministratorsOnlyPolicy(model))
        # Deleting a team would take its sub-teams and everybody's past in them along.
        register_permission_policy(Team, AdministratorsOnlyPolicy(Team, actions=("view", "add", "change")))

        register_permission_policy(Notification, AdministratorsOnlyPolicy(Notification, actions=("view",)))

        # Wagtail shows its admin in the language and time zone of a second profile (UTC, where none was chosen there).
        # Ours come from the person herself, set for the whole request by PersonLocaleMiddleware.
        auth.get_localized_response = lambda view, request, *args, **kwargs: view(request, *args, **kwargs)
