"""What is said to people about quizzes."""

from django.utils.translation import gettext_lazy as _

from people.messages import MessageKind

KINDS = (
    MessageKind("attempt-marked", _("Your answers were marked"), is_duty=False),
    MessageKind("attempt-regraded", _("A result of yours changed")),
)
