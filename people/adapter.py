from allauth.account.adapter import DefaultAccountAdapter


class InvitedOnlyAdapter(DefaultAccountAdapter):
    """People are added by the company, never by signing themselves up."""

    def is_open_for_signup(self, request) -> bool:
        return False
