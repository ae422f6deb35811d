"""The CMS's look, and the trainer's work on its dashboard."""

from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.ui.components import Component

from lms.rules_admin import AssignmentRuleViewSet
from lms.trainer_work import work_of


@hooks.register("insert_global_admin_css")
def add_our_look():
    return format_html('<link rel="stylesheet" href="{}">', static("css/cms.css"))


class MyWorkPanel(Component):
    name = "my_work"
    template_name = "wagtailadmin/home/my_work.html"
    order = 50

    def get_context_data(self, parent_context):
        return {"lists": work_of(parent_context["request"].user)}


@hooks.register("construct_homepage_panels")
def add_my_work(request, panels):
    panels.append(MyWorkPanel())


@hooks.register("construct_help_menu")
def leave_out_what_leads_elsewhere(request, items):
    """Help that calls up Wagtail's own site is of no use where there is no way out to it."""
    items[:] = [item for item in items if item.name in {"keyboard-shortcuts-trigger"}]


@hooks.register("register_admin_viewset")
def register_assignment_rules():
    return AssignmentRuleViewSet()
