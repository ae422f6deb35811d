from allauth.account.auth_backends import AuthenticationBackend

from people.models import User


class PersonBackend(AuthenticationBackend):
    """Loads the signed-in person together with what every page's frame shows about her, in one query."""

    def get_user(self, user_id) -> User | None:
        user = User.objects.with_navigation().filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
