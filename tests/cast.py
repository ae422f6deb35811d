"""The fixed cast: one new hire, her lead, a trainer, an administrator, and an outsider of another team.

service ── phone: Maya (new hire), Layla (reads Arabic), Daniel (lead)
        └─ chat:  Sam (the outsider), Hala (lead)
Giorgi leads the whole service; Tamar is a trainer; Ana is the administrator.
"""

from datetime import date

from django.contrib.auth.models import Group

from lms.site import TRAINERS
from people.models import Team, TeamMembership, User

PASSWORD = "a-good-long-password"


def person(name: str, language: str = "en", time_zone: str = "UTC", **fields) -> User:
    """Somebody whose e-mail is her first name; no password is set (use `client.force_login`)."""
    email = fields.pop("email", f"{name.split()[0].lower()}@example.com")
    fields.setdefault("hired_on", date(2026, 1, 5))
    return User.objects.create(email=email, name=name, language=language, time_zone=time_zone, password="!", **fields)


def join(user: User, team: Team, role: str = "member", starts_on: date = date(2026, 1, 5)) -> TeamMembership:
    return TeamMembership.objects.create(user=user, team=team, role=role, starts_on=starts_on)


class CastMixin:
    """For TestCase classes: `setUpTestData` brings the cast on stage."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.service = Team.add_root(code="service", name="Service")
        cls.phone = cls.service.add_child(code="phone", name="Phone")
        cls.service.refresh_from_db()
        cls.chat = cls.service.add_child(code="chat", name="Chat")
        cls.maya = person("Maya Osei")
        cls.layla = person("Layla Haddad", language="ar", time_zone="Asia/Dubai")
        cls.sam = person("Sam Whitfield")
        cls.daniel = person("Daniel Mercer")
        cls.hala = person("Hala Mansour", language="ar")
        cls.giorgi = person("Giorgi Kapanadze", language="ka", time_zone="Asia/Tbilisi")
        cls.tamar = person("Tamar Lomidze")
        cls.tamar.groups.add(Group.objects.get(name=TRAINERS))
        cls.ana = person("Ana Petrov", is_superuser=True)
        for member, team in ((cls.maya, cls.phone), (cls.layla, cls.phone), (cls.sam, cls.chat)):
            join(member, team)
        for lead, team in ((cls.daniel, cls.phone), (cls.hala, cls.chat), (cls.giorgi, cls.service)):
            join(lead, team, "lead")
