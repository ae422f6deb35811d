"""What is said to people about courses and learning paths."""

from django.utils.translation import gettext_lazy as _

from people.messages import MessageKind

KINDS = (
    MessageKind("path-assigned", _("You have a new learning path")),
    MessageKind("path-due-soon", _("A learning path is due soon")),
    MessageKind("path-due", _("A learning path is due today")),
    MessageKind("path-overdue", _("A learning path is overdue")),
    MessageKind("duty-changed", _("A learning path of yours was changed")),
    MessageKind("team-overdue", _("Somebody in your team is overdue")),
    MessageKind("team-overdue-escalated", _("Somebody in your teams has been overdue for long")),
    MessageKind("sign-off-asked", _("You are asked for a sign-off")),
    MessageKind("sign-off-observed", _("You were observed for a sign-off")),
    MessageKind("sign-off-confirmed", _("A sign-off was confirmed")),
    MessageKind("sign-off-disputed", _("Somebody sees what you signed differently")),
    MessageKind("sign-off-withdrawn", _("What was signed for you was taken back")),
)
