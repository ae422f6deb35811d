"""Who leads whom: whom a message goes to that concerns a person's lead."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from people.models import Team, TeamMembership, User

LeadsByPath = dict[str, list[User]]


def leads_of(person: User, on: date | None = None) -> list[User]:
    """See `leads_by_person`."""
    return leads_by_person([person], on)[person.pk]


def leads_by_person(people: Iterable[User], on: date | None = None) -> dict[int, list[User]]:
    """For each of `people`, by their pk: the active people who lead, on the day `on` (default: today), a team that she
    is in. Where nobody leads it, or she herself does, the leads of the nearest team above; never she herself. Two
    queries, however many people."""
    return {pk: _in_order(near) for pk, (near, _above) in _near_and_above(people, on).items()}


def leads_above_by_person(people: Iterable[User], on: date | None = None) -> dict[int, list[User]]:
    """For each of `people`, by their pk: her leads' leads, who are the leads of the next teams further up that have one
    who is not among her leads. Two queries, however many people."""
    return {pk: _in_order(above) for pk, (_near, above) in _near_and_above(people, on).items()}


def _near_and_above(people: Iterable[User], on: date | None) -> dict[int, tuple[set[User], set[User]]]:
    pks = [person.pk for person in people]
    paths = defaultdict(set)
    memberships = TeamMembership.objects.active(on).filter(user__in=pks)
    for pk, path in memberships.values_list("user", "team__path"):
        paths[pk].add(path)
    leads = _leads_by_path({team for own in paths.values() for path in own for team in upwards(path)}, on)
    return {pk: _search(pk, paths[pk], leads) for pk in pks}


def _leads_by_path(paths: set[str], on: date | None) -> LeadsByPath:
    leads = defaultdict(list)
    memberships = TeamMembership.objects.active(on).leads().filter(team__path__in=paths, user__is_active=True)
    for membership in memberships.select_related("team", "user"):
        leads[membership.team.path].append(membership.user)
    return leads


def _search(pk: int, paths: set[str], leads: LeadsByPath) -> tuple[set[User], set[User]]:
    """The nearest leads of the person `pk`, who is in the teams at `paths`, and the next ones above those."""
    ways = [_led_by_others(pk, path, leads) for path in paths]
    near = {lead for way in ways for lead in way[0]}
    above = set()
    for way in ways:
        above |= next((others for team in way[1:] if (others := set(team) - near)), set())
    return near, above


def _led_by_others(pk: int, path: str, leads: LeadsByPath) -> list[list[User]]:
    """The leads of each team from `path` upwards that has leads and that she does not lead herself."""
    teams = [leads.get(team, []) for team in upwards(path)]
    return [team for team in teams if team and pk not in {lead.pk for lead in team}] or [[]]


def upwards(path: str) -> list[str]:
    """The paths of the team at `path` and of all teams above it, the nearest first."""
    return [path[:end] for end in range(len(path), 0, -Team.steplen)]


def _in_order(leads: set[User]) -> list[User]:
    return sorted(leads, key=lambda lead: (lead.name, lead.pk))
