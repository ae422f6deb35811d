from people.models.message_settings import MessageSettings
from people.models.notifications import Notification
from people.models.persons import ASSESSORS, JobRole, User
from people.models.teams import Team, TeamMembership

__all__ = ["ASSESSORS", "JobRole", "MessageSettings", "Notification", "Team", "TeamMembership", "User"]
