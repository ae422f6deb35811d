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
    actions.register_action("certifications.reinstate", _("Reinstate a certificate"), _("Certificate reinstated"))
    actions.register_action("certifications.change_expiry", _("Change an expiry"), _("Expiry changed"))
    actions.register_action("certifications.renewal", _("Open a renewal"), _("Renewal opened"))
    actions.register_action("certifications.migrate", _("Move holders to new rules"), _("Move to new rules began"))
    actions.register_action("certifications.migrated", _("End a move to new rules"), _("Move to new rules ended"))
    actions.register_action("certifications.lapse", _("Let a certificate lapse"), _("Certificate lapsed"))
    actions.register_action("certifications.submit_evidence", _("Hand in a proof"), _("Proof from elsewhere handed in"))
    actions.register_action("certifications.withdraw_evidence", _("Withdraw a proof"), _("Proof withdrawn"))
    actions.register_action("certifications.approve_evidence", _("Approve a proof"), _("Proof approved"))
    actions.register_action("certifications.refuse_evidence", _("Refuse a proof"), _("Proof refused"))
