"""The library in the CMS."""

from django.urls import path
from django.utils.translation import gettext_lazy
from wagtail import hooks

from knowledge.library_admin import LibraryGroup, may_verify, verify, verify_button
from knowledge.models import ArticlePage


@hooks.register("register_admin_viewset")
def register_library():
    return LibraryGroup()


@hooks.register("register_admin_urls")
def register_verify():
    return [path("library/articles/<int:pk>/verify/", verify, name="verify_article")]


@hooks.register("register_page_header_buttons")
@hooks.register("register_page_listing_more_buttons")
def offer_to_verify(page, user, next_url=None, view_name=None):
    if isinstance(page, ArticlePage) and may_verify(user, page):
        yield verify_button(page, next_url, icon_name="success")


@hooks.register("register_log_actions")
def name_what_is_logged(actions):
    actions.register_action("knowledge.verify", gettext_lazy("Verify"), gettext_lazy("Verified"))
    actions.register_action(
        "knowledge.material_change",
        gettext_lazy("Change materially"),
        gettext_lazy("Changed materially: to be verified"),
    )
