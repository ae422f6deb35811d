"""What only administrators may touch in the CMS: people, their roles and teams, their records.

Wagtail's viewsets know no rows: whoever may see one sees all. So these models are shown to administrators alone,
whatever permission a group is given; leads meet their people in the application.
"""

from django.contrib.auth import get_user_model
from wagtail.permission_policies import BasePermissionPolicy


class AdministratorsOnlyPolicy(BasePermissionPolicy):
    """For `register_permission_policy`: administrators may take these actions, nobody else any."""

    def __init__(self, model, actions: tuple[str, ...] = ("view", "add", "change", "delete")) -> None:
        super().__init__(model)
        self.actions = actions

    def user_has_permission(self, user, action: str) -> bool:
        return action in self.actions and user.is_active and user.is_superuser

    def users_with_any_permission(self, actions):
        return get_user_model().objects.filter(is_active=True, is_superuser=True)
