"""Courses in the CMS: nothing goes live that is not ready, and the log speaks plainly."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.api.actions.publish import PublishPageAPIAction
from wagtail.admin.api.views import PagesAdminAPIViewSet

from courses.publishing import refuse_unless_ready


@hooks.register("before_publish_page")
def refuse_what_is_not_ready(request, page):
    refuse_unless_ready(page)


class GatedPublishAPIAction(PublishPageAPIAction):
    def _action_from_data(self, instance, data):
        action = super()._action_from_data(instance, data)
        refuse_unless_ready(action.object)
        return action


class GatedPagesAPIViewSet(PagesAdminAPIViewSet):
    actions = {**PagesAdminAPIViewSet.actions, "publish": GatedPublishAPIAction}


@hooks.register("construct_admin_api")
def gate_the_api(router):
    router.register_endpoint("pages", GatedPagesAPIViewSet)


@hooks.register("register_log_actions")
def name_what_is_logged(actions):
    actions.register_action("courses.assign", _("Assign a learning path"), _("Learning path assigned"))
    actions.register_action("courses.extend", _("Extend a due date"), _("Due date extended"))
    actions.register_action("courses.exempt", _("Exempt from a learning path"), _("Exempted from a learning path"))
    actions.register_action("courses.suspend", _("Suspend a learning path"), _("Learning path suspended"))
    actions.register_action("courses.resume", _("Resume a learning path"), _("Learning path resumed"))
    actions.register_action("courses.remove", _("Take a learning path back"), _("Learning path taken back"))
    actions.register_action("courses.ask_observation", _("Ask for an observation"), _("Observation asked for"))
    actions.register_action("courses.record_observation", _("Sign an observation"), _("Observation signed"))
    actions.register_action("courses.confirm_observation", _("Confirm an observation"), _("Observation confirmed"))
    actions.register_action("courses.dispute_observation", _("See an observation differently"), _("Seen differently"))
    actions.register_action("courses.withdraw_observation", _("Take an observation back"), _("Observation taken back"))
    actions.register_action(
        "courses.publishing_refused", _("Refuse a scheduled publishing"), _("Not ready: its schedule was called off")
    )
