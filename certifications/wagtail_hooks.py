"""Certifications in the CMS."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from certifications.certifications_admin import CertificationsGroup


@hooks.register("register_admin_viewset")
def register_certifications():
    return CertificationsGroup()


@hooks.register("register_log_actions")
def name_what_is_logged(actions):
    actions.register_action("certifications.grant", _("Award a certificate"), _("Certificate awarded"))
    actions.register_action("certifications.revoke", _("Revoke a certificate"), _("Certificate revoked"))
