from django.utils.translation import gettext_lazy as _
from wagtail import hooks


@hooks.register("register_log_actions")
def name_what_is_logged(actions):
    actions.register_action("knowledge.verify", _("Verify"), _("Verified"))
