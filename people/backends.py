from allauth.account.auth_backends import AuthenticationBackend
from django.utils import timezone

from people.compiled import CompiledQuery
from people.models import User


@CompiledQuery
def _signed_in(pk, on):
    return User.objects.with_navigation(on).filter(pk=pk).order_by()


class PersonBackend(AuthenticationBackend):
    """Loads the signed-in person together with what every page's frame shows about her, in one query."""

    def get_user(self, user_id) -> User | None:
        user = _signed_in.first(pk=int(user_id), on=timezone.now().date())
        return user if user and self.user_can_authenticate(user) else None
