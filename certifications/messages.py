"""What is said to people about certificates."""

from django.utils.translation import gettext_lazy as _

from people.messages import MessageKind

KINDS = (
    MessageKind("certified", _("You are certified"), is_duty=False),
    MessageKind("renewal-open", _("A certificate can be renewed")),
    MessageKind("award-closing", _("A certificate expires soon")),
    MessageKind("award-expired", _("A certificate has expired")),
    MessageKind("award-revoked", _("A certificate was revoked"), is_urgent=True),
    MessageKind("award-reinstated", _("A certificate holds again"), is_urgent=True),
    MessageKind("award-expiry-changed", _("The expiry of a certificate was changed"), is_urgent=True),
    MessageKind("team-award-expired", _("A certificate in your team has expired")),
    MessageKind("team-award-closing", _("A certificate in your team expires soon")),
    MessageKind("team-award-changed", _("A certificate in your team was changed")),
    MessageKind("evidence-waiting", _("A proof from elsewhere waits for your answer")),
    MessageKind("evidence-refused", _("Your proof from elsewhere was refused")),
)
