"""What is said to people about their teams."""

from django.utils.translation import gettext_lazy as _

from people.messages import MessageKind

KINDS = (MessageKind("team-digest", _("The week of your team, for team leads"), is_duty=False),)
