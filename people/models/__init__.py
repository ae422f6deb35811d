from people.models.message_settings import MessageSettings
from people.models.notifications import Notification
from people.models.persons import JobRole, User
from people.models.teams import Team, TeamMembership

__all__ = ["JobRole", "MessageSettings", "Notification", "Team", "TeamMembership", "User"]
