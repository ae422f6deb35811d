"""People in the CMS: for administrators alone (see people/administration.py)."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from people.structure_admin import StructureGroup
from people.undelivered_admin import UndeliveredViewSet
from people.users_admin import RemoveBulkAction

# Later than Wagtail's own, which would fail on the first record that refers to somebody.
hooks.register("register_bulk_action", RemoveBulkAction, order=10)


@hooks.register("register_admin_viewset")
def register_structure():
    return StructureGroup()


@hooks.register("register_admin_viewset")
def register_undelivered():
    return UndeliveredViewSet()


@hooks.register("register_log_actions")
def name_what_is_logged(actions):
    actions.register_action("people.deactivate", _("Deactivate"), _("Deactivated"))
    actions.register_action("people.try_again", _("Try to deliver again"), _("To be delivered again"))
