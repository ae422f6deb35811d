from django.utils.translation import gettext_lazy as _
from wagtail import hooks


@hooks.register("register_log_actions")
def name_what_is_logged(actions):
    actions.register_action("courses.assign", _("Assign a learning path"), _("Learning path assigned"))
    actions.register_action("courses.extend", _("Extend a due date"), _("Due date extended"))
    actions.register_action("courses.exempt", _("Exempt from a learning path"), _("Exempted from a learning path"))
