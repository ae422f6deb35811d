"""The staff: job roles, teams and who is in them."""

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from lms.demo.content import labels, read
from lms.demo.moments import today
from people.models import JobRole, Team, TeamMembership, User

DOMAIN = "marjani.example"
PASSWORD = "lodestar-demo"  # of everybody; the README prints it


def person(name: str) -> User:
    """The person whose e-mail address begins with `name`."""
    return User.objects.get(email=f"{name}@{DOMAIN}")


def load_people() -> None:
    content = read("people")
    job_roles = {record["code"]: _job_role(record) for record in content["job_role"]}
    teams: dict[str, Team] = {}
    for record in content["team"]:
        teams[record["code"]] = _team(record, teams.get(record["parent"]))
    password = make_password(PASSWORD)  # once: the hash is slow on purpose
    for record in content["person"]:
        user = _person(record, job_roles[record["job_role"]], password)
        for code, role in record["teams"]:
            TeamMembership.objects.create(team=teams[code], user=user, role=role, starts_on=user.hired_on)
        user.groups.set(Group.objects.filter(name__in=record.get("groups", [])))


def _job_role(record: dict) -> JobRole:
    return JobRole.objects.create(code=record["code"], **labels(record, "name"))


def _team(record: dict, parent: Team | None) -> Team:
    team = Team(code=record["code"], **labels(record, "name"))
    if parent is None:
        return Team.add_root(instance=team)
    parent.refresh_from_db()  # treebeard counts its children
    return parent.add_child(instance=team)


def _person(record: dict, job_role: JobRole, password: str) -> User:
    is_administrator = record.get("superuser", False)
    return User.objects.create(
        email=record["email"],
        name=record["name"],
        password=password,
        language=record["language"],
        time_zone=record["time_zone"],
        hired_on=today() - timedelta(days=record["hired_days_ago"]),
        job_role=job_role,
        employee_id=record["employee_id"],
        is_superuser=is_administrator,
    )
